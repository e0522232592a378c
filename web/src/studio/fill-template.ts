/** More than people look through, and little enough that a slip is not a fortune. */
export const mostRows = 100;
const placeholder = /\{\{\s*([\p{L}\p{N}_][\p{L}\p{N}_ -]{0,39}?)\s*\}\}/gu;

/** The names of the placeholders, each once, in the order in which they appear. */
export function placeholdersOf(template: string): string[] {
  return [...new Set([...template.matchAll(placeholder)].map(([, name = '']) => name))];
}

export interface Filled {
  readonly prompts: readonly string[];
  /** What is wrong with the rows: which line, and how many values it has instead of how many. */
  readonly wrong?: { readonly line: number; readonly found: number; readonly wanted: number };
  readonly isTooMany: boolean;
}

/**
 * One prompt a row. With one placeholder a line is its value, with several their values stand between tabs, as a
 * spreadsheet copies them, or commas, in quotes where a value has one.
 */
export function fillTemplate(template: string, rows: string): Filled {
  const names = placeholdersOf(template);
  const lines = rows
    .split(/\r?\n/)
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text }) => text.trim() !== '');
  const prompts: string[] = [];
  for (const { text, line } of lines.slice(0, mostRows)) {
    const values = names.length === 1 ? [text.trim()] : valuesOf(text);
    if (values.length !== names.length)
      return { prompts: [], wrong: { line, found: values.length, wanted: names.length }, isTooMany: false };
    const byName = new Map(names.map((name, index) => [name, values[index] ?? '']));
    prompts.push(template.replaceAll(placeholder, (_whole, name: string) => byName.get(name) ?? ''));
  }
  return { prompts, isTooMany: lines.length > mostRows };
}

function valuesOf(line: string): string[] {
  if (line.includes('\t')) return line.split('\t').map((value) => value.trim());
  return [...`,${line}`.matchAll(/,\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))/g)].map(([, quoted, bare = '']) =>
    quoted === undefined ? bare.trim() : quoted.replaceAll('""', '"'),
  );
}
