/** Random characters of a key, after its `sk-`. */
export const apiKeySecretLength = 48;

/** `sk-` and 48 base62 characters: the form of every Plantain key, which OpenAI SDKs and secret scanners know. */
export const apiKeyForm = new RegExp(`^sk-[0-9A-Za-z]{${String(apiKeySecretLength)}}$`);
