import { Base64Text, isJsonObject, type JsonValue } from './json-value.ts';

/**
 * The layouts seen in Google's answers (docs/contracts/gemini.md#answer, docs/contracts/gemini.md#streaming):
 * `pretty` is two-space indentation with a final newline, `frame` has a space after `:` and none after
 * `,`. `compact` is not Google's; relays send it.
 */
export type JsonLayout = 'pretty' | 'frame' | 'compact';

export interface JsonWriterOptions {
  readonly layout: JsonLayout;
  /** Spells `=` and `/` inside base64 as `\u003d` and `\/`: legal JSON that naive scanners get wrong. */
  readonly escapeBase64?: boolean;
}

/** Writes a document as buffers: base64 stays the buffer it was, everything between becomes small text. */
export function writeJson(root: JsonValue, options: JsonWriterOptions): Buffer[] {
  const buffers: Buffer[] = [];
  const pretty = options.layout === 'pretty';
  const colon = options.layout === 'compact' ? ':' : ': ';
  let text = '';

  const writeBase64 = (value: Base64Text): void => {
    buffers.push(
      Buffer.from(`${text}"`),
      options.escapeBase64 === true ? escapeBase64(value.ascii) : value.ascii,
    );
    text = '"';
  };
  const writeItems = <T>(
    open: string,
    close: string,
    items: readonly T[],
    depth: number,
    writeItem: (item: T) => void,
  ): void => {
    text += open;
    for (const [index, item] of items.entries()) {
      if (index > 0) text += ',';
      if (pretty) text += `\n${'  '.repeat(depth + 1)}`;
      writeItem(item);
    }
    if (pretty && items.length > 0) text += `\n${'  '.repeat(depth)}`;
    text += close;
  };
  const write = (value: JsonValue, depth: number): void => {
    if (value instanceof Base64Text) return writeBase64(value);
    if (isJsonObject(value)) {
      const entries = Object.entries(value).filter(
        (entry): entry is [string, JsonValue] => entry[1] !== undefined,
      );
      return writeItems('{', '}', entries, depth, ([key, inner]) => {
        text += `${JSON.stringify(key)}${colon}`;
        write(inner, depth + 1);
      });
    }
    if (Array.isArray(value)) {
      return writeItems('[', ']', value as readonly JsonValue[], depth, (inner) => write(inner, depth + 1));
    }
    text += JSON.stringify(value);
  };

  write(root, 0);
  if (pretty) text += '\n';
  buffers.push(Buffer.from(text));
  return buffers;
}

function escapeBase64(ascii: Buffer): Buffer {
  const slash = 0x2f;
  const equals = 0x3d;
  let extra = 0;
  for (const char of ascii) extra += char === slash ? 1 : char === equals ? 5 : 0;
  const escaped = Buffer.allocUnsafe(ascii.length + extra);
  let at = 0;
  for (const char of ascii) {
    if (char === slash) at += escaped.write('\\/', at, 'latin1');
    else if (char === equals) at += escaped.write('\\u003d', at, 'latin1');
    else escaped[at++] = char;
  }
  return escaped;
}
