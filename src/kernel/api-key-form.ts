/** Random characters of a key, after its `sk-`; `apiKeyForm` asks for as many. */
export const apiKeySecretLength = 48;

/** `sk-` and 48 base62 characters: the form of every Plantain key, which OpenAI SDKs and secret scanners know. */
export const apiKeyForm = /^sk-[0-9A-Za-z]{48}$/;
