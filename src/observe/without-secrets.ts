/** Fields that may carry a secret or a prompt, should they ever reach the log by mistake. */
const secretNames: ReadonlySet<string> = new Set([
  'prompt',
  'authorization',
  'apiKey',
  'x-goog-api-key',
  'api-key',
]);

/**
 * The same fields with secrets struck out, at the top and one level below. Written by hand because it runs for
 * every line: a general redactor walks paths that our flat lines do not have.
 */
export function withoutSecrets(
  fields: Readonly<Record<string, unknown>>,
  depth = 1,
): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (secretNames.has(name)) clean[name] = '[redacted]';
    else if (depth > 0 && isPlainObject(value)) clean[name] = withoutSecrets(value, depth - 1);
    else clean[name] = value;
  }
  return clean;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Error);
}
