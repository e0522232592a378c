/** A header such as `form-data; name="image"`, taken apart. */
export interface ParameterisedHeader {
  /** What stands before the first `;`, in lower case. */
  readonly value: string;
  /** Parameters by lower-case name; of doubled ones the first. */
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Reads `value; name=token; name="quoted"` as lenient servers do: spaces anywhere, missing values, a quote
 * that is never closed. Inside quotes only `\"` and `\\` are escapes, since some browsers send `C:\path`.
 * Linear in the header's length.
 */
export function readParameterisedHeader(header: string): ParameterisedHeader {
  const parameters = new Map<string, string>();
  const firstEnd = endOf(header, ';', 0);
  let position = firstEnd;
  while (position < header.length) {
    position++;
    const nameEnd = Math.min(endOf(header, '=', position), endOf(header, ';', position));
    const name = header.slice(position, nameEnd).trim().toLowerCase();
    position = nameEnd;
    if (header[position] !== '=') continue;
    position++;
    while (header[position] === ' ' || header[position] === '\t') position++;
    let value: string;
    if (header[position] === '"') {
      [value, position] = readQuoted(header, position + 1);
      position = endOf(header, ';', position);
    } else {
      const valueEnd = endOf(header, ';', position);
      value = header.slice(position, valueEnd).trim();
      position = valueEnd;
    }
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return { value: header.slice(0, firstEnd).trim().toLowerCase(), parameters };
}

function endOf(text: string, mark: string, from: number): number {
  const index = text.indexOf(mark, from);
  return index === -1 ? text.length : index;
}

function readQuoted(text: string, start: number): [value: string, next: number] {
  let value = '';
  let position = start;
  while (position < text.length && text[position] !== '"') {
    const following = text[position + 1];
    if (text[position] === '\\' && (following === '"' || following === '\\')) position++;
    value += text[position] ?? '';
    position++;
  }
  return [value, position + 1];
}
