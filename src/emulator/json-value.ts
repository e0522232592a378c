/** Base64 text kept as ASCII bytes, so that a picture of 20 MB never becomes a JavaScript string. */
export class Base64Text {
  readonly ascii: Buffer;

  constructor(ascii: Buffer) {
    this.ascii = ascii;
  }

  /** Encodes piece by piece: each piece is a multiple of three bytes, so only the last one is padded. */
  static encode(bytes: Buffer): Base64Text {
    const pieceBytes = 48 * 1024;
    const ascii = Buffer.allocUnsafe(Math.ceil(bytes.length / 3) * 4);
    let written = 0;
    for (let start = 0; start < bytes.length; start += pieceBytes) {
      written += ascii.write(bytes.toString('base64', start, start + pieceBytes), written, 'latin1');
    }
    return new Base64Text(ascii);
  }
}

/** A JSON document whose long strings may be bytes. Keys are written in the order they were set; undefined ones are left out. */
export type JsonValue = null | boolean | number | string | Base64Text | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Base64Text)
  );
}
