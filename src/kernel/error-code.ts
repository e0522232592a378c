/** The code that an error carries: the system's (`ENOENT` and its like), a library's or a database's; undefined where it has none. */
export function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
