/** What was thrown, as an error: JavaScript lets anything be thrown, and a signal be aborted with anything. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
