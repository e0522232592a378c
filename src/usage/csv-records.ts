/** More than any line of a bill has; a file without line ends is not read into memory whole. */
const maxRecordLength = 1024 * 1024;

/**
 * The records of a CSV text that comes in pieces (RFC 4180): fields may be quoted, with commas, line ends and doubled quotes
 * inside. Lines without a character are left out. Throws Error with the line.
 */
export async function* csvRecords(text: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let fields: string[] = [];
  let field = '';
  let length = 0;
  let line = 1;
  let state: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
  const isBlank = (): boolean => fields.length === 0 && field === '' && state === 'start';
  const finish = (): readonly string[] => {
    const record = [...fields, field];
    fields = [];
    field = '';
    length = 0;
    state = 'start';
    return record;
  };
  for await (const piece of text)
    for (const character of piece) {
      if (character === '\n') line++;
      if (++length > maxRecordLength) throw new Error(`line ${String(line)} is too long for a bill`);
      if (state === 'quoted') {
        if (character === '"') state = 'closed';
        else field += character;
      } else if (character === '"' && state === 'closed') {
        field += '"';
        state = 'quoted';
      } else if (character === '"' && state === 'start') state = 'quoted';
      else if (character === ',') {
        fields.push(field);
        field = '';
        state = 'start';
      } else if (character === '\n') {
        if (!isBlank()) yield finish();
        length = 0;
      } else if (character !== '\r') {
        if (state === 'closed') throw new Error(`line ${String(line)} has text behind a closing quote`);
        field += character;
        state = 'plain';
      }
    }
  if (state === 'quoted') throw new Error('its last quote is not closed: the file is not whole');
  if (!isBlank()) yield finish();
}
