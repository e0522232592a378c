/** Two or three significant digits, for people. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 100) return value.toFixed(0);
  if (Math.abs(value) >= 10) return value.toFixed(1);
  return value.toFixed(Math.abs(value) < 1 ? 3 : 2);
}

export function megabytes(bytes: number): string {
  return bytes > 0 ? (bytes / 1e6).toFixed(0) : '-';
}
