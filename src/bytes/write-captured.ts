import { CapturedText } from './captured-text.ts';

/**
 * A document as JSON, in pieces: captured strings go out as the slices they came in. Throws RangeError for one that is
 * no base64, since there is nothing left of it that could be written.
 */
export function writeCaptured(document: unknown): Buffer[] {
  const pieces: Buffer[] = [];
  let text = '';
  const write = (value: unknown): void => {
    if (value instanceof CapturedText) {
      if (value.characters === undefined) throw new RangeError('a captured string is no base64');
      pieces.push(Buffer.from(`${text}"`), ...value.characters.slices);
      text = '"';
    } else if (Array.isArray(value)) {
      text += '[';
      for (const [index, element] of value.entries()) {
        if (index > 0) text += ',';
        write(element);
      }
      text += ']';
    } else if (typeof value === 'object' && value !== null) {
      let separator = '{';
      for (const [name, member] of Object.entries(value)) {
        if (member === undefined) continue;
        text += `${separator}${JSON.stringify(name)}:`;
        separator = ',';
        write(member);
      }
      text += separator === '{' ? '{}' : '}';
    } else {
      text += JSON.stringify(value);
    }
  };
  write(document);
  pieces.push(Buffer.from(text));
  return pieces;
}
