/**
 * What a terminal may take for a command, and what changes how the text around it is read: control characters
 * of both sets (C0, C1), line and paragraph separators, marks that turn the direction of writing, invisible
 * tags, and halves of characters.
 */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u{e0000}-\u{e007f}]/gu;

/** Most texts: one look at them costs less than to write them anew. */
const plainLines = /^[ -~\t\n]*$/;

/** A text from outside as one line that is safe to print: what is not is written out, as in `\u001b`. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => writtenOut(character));
}

/**
 * As `printable` for a text of several lines, whose line ends and tabs stay. JSON stays the same JSON: there such
 * characters stand in strings alone, and are written out as JSON does it. `backslash` may be two of them, for
 * JSON whose reader prints what it has read.
 */
export function printableLines(text: string, backslash = '\\'): string {
  if (plainLines.test(text)) return text;
  return text.replace(unprintable, (character, offset: number) => {
    const isLineEnd = character === '\n' || (character === '\r' && text[offset + 1] === '\n');
    return isLineEnd || character === '\t' ? character : writtenOut(character, backslash);
  });
}

function writtenOut(character: string, backslash = '\\'): string {
  return Array.from(
    { length: character.length },
    (_, unit) => `${backslash}u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
  ).join('');
}
