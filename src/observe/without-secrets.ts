/** Fields that may carry a secret or a prompt, should they ever reach the log by mistake. */
const secretNames: ReadonlySet<string> = new Set([
  'prompt',
  'authorization',
  'apiKey',
  'x-goog-api-key',
  'api-key',
]);

/**
 * The same fields with secrets struck out, at the top and one level below; the very same where there are none. Written by
 * hand because it runs for every line: a general redactor walks paths that our flat lines do not have.
 */
export function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  for (const name in fields)
    if (secretNames.has(name) || isPlainObject(fields[name])) return cleaned(fields, 1);
  return fields;
}

function cleaned(fields: Readonly<Record<string, unknown>>, depth: number): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (secretNames.has(name)) clean[name] = '[redacted]';
    else if (depth > 0 && isPlainObject(value)) clean[name] = cleaned(value, depth - 1);
    else clean[name] = value;
  }
  return clean;
}

const keyBeginnings = ['sk-', 'AIza', 'ya29.'];

/** What begins as the API keys that people send, cut after its beginning: some arrive where no key belongs. */
export function withoutKeys(text: string): string {
  // Few lines have any, and to look for three words costs less than to walk through the line by an expression.
  if (!keyBeginnings.some((beginning) => text.includes(beginning))) return text;
  return text.replaceAll(/\b(sk-|AIza|ya29\.)[\w-]{8,}/g, '$1…');
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Error);
}
