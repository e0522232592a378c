/** The largest text that may be parsed as one string. Image bytes are kept apart long before this. */
export const maxSmallJsonBytes = 8 * 1024 * 1024;

/**
 * Parses a bounded piece of JSON. Throws SyntaxError for bad JSON, and RangeError for a piece that
 * is not small: whoever calls this with image bytes has lost them on the wrong path.
 */
export function parseSmallJson(bytes: Buffer): unknown {
  if (bytes.length > maxSmallJsonBytes) {
    throw new RangeError(`more than ${maxSmallJsonBytes} bytes of text`);
  }
  return JSON.parse(bytes.toString('utf8'));
}

/** The beginning of a text, at most `maxBytes` of it; what is no UTF-8 becomes question marks. */
export function smallText(bytes: Buffer, maxBytes: number): string {
  return bytes.toString('utf8', 0, Math.min(bytes.length, maxBytes));
}
