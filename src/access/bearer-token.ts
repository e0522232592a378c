/** The token of a bearer's `Authorization` header, '' when it carries none; undefined for another scheme or no header. */
export function bearerToken(authorization: string | undefined): string | undefined {
  const match = authorization?.match(/^\s*bearer(?:\s+(.*))?$/is);
  return match ? (match[1]?.trim() ?? '') : undefined;
}
