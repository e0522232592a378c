import { printable } from '../kernel/printable.ts';

/** Rows under a heading, columns as wide as their widest cell. */
export function textTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return alignColumns([heading, ...rows])
    .map((line) => `${line}\n`)
    .join('');
}

/** Each row as one line, cells padded to the width of their column; from column `firstRight` on they stand at the right. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  firstRight = Number.POSITIVE_INFINITY,
): string[] {
  const lines = rows.map((cells) => cells.map(printable));
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((cells) => charactersOf(cells[column] ?? ''))),
  );
  const pad = (cell: string, column: number): string => {
    const blank = ' '.repeat(Math.max(0, (widths[column] ?? 0) - charactersOf(cell)));
    return column >= firstRight ? blank + cell : cell + blank;
  };
  return lines.map((cells) => cells.map(pad).join('  ').trimEnd());
}

/** What a reader takes for one character, however many code units it has. */
function charactersOf(text: string): number {
  return Array.from(new Intl.Segmenter().segment(text)).length;
}
