/** Rows under a heading, columns as wide as their widest cell. Control characters never reach the terminal. */
export function textTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heading, ...rows].map((cells) => cells.map((cell) => cell.replace(/\p{C}/gu, '\u{fffd}')));
  const widths = heading.map((_, column) => Math.max(...lines.map((cells) => columns(cells[column] ?? ''))));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - columns(cell))))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** Characters, not UTF-16 units. */
function columns(text: string): number {
  return Array.from(text).length;
}
