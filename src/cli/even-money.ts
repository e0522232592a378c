/** Rows of a table whose amounts have the same number of decimals in each of these columns: what is exact in one is in all. */
export function evenMoney(
  rows: readonly (readonly string[])[],
  columns: readonly number[],
): readonly (readonly string[])[] {
  const decimals = new Map(
    columns.map((column) => [column, Math.max(...rows.map((cells) => decimalsOf(cells[column])))]),
  );
  return rows.map((cells) =>
    cells.map((cell, column) => {
      const most = decimals.get(column);
      const own = decimalsOf(cell);
      return most === undefined || own === 0 ? cell : cell + '0'.repeat(most - own);
    }),
  );
}

/** 0 of what is no amount. */
const decimalsOf = (cell = ''): number => /^-?\$\d+\.(\d+)$/.exec(cell)?.[1]?.length ?? 0;
