/** What a spreadsheet takes for the beginning of a formula, behind blanks and in full width too. */
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

/**
 * A line of RFC 4180 with its end. Spreadsheets run cells that start like a formula; a leading apostrophe makes them text.
 * Where they split lines at semicolons or tabs, a cell that has some is quoted.
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: string): string {
  const safe = formula.test(cell) ? `'${cell}` : cell;
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
