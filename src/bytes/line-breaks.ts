/** Whether it is a tab or breaks a line: in base64 and in links such characters stand for nothing (RFC 2045, section 6.8). */
export function isLineBreak(codeUnit: number): boolean {
  return codeUnit === 0x09 || codeUnit === 0x0a || codeUnit === 0x0d;
}

/** Takes tabs and line breaks out of `bytes`, in place; answers what is left of them. */
export function dropLineBreaks(bytes: Buffer): Buffer {
  let length = 0;
  for (const byte of bytes) if (!isLineBreak(byte)) bytes[length++] = byte;
  return bytes.subarray(0, length);
}
