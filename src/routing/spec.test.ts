import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cellTable } from './cell-health.ts';
import { callEvents } from './health-event.ts';
import { quotaTable } from './quota-health.ts';
import { upstreamTable } from './upstream-health.ts';

const spec = readFileSync(new URL('SPEC.md', import.meta.url), 'utf8');
const tables: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  upstream: upstreamTable,
  quota: quotaTable,
  cell: cellTable,
};

/** The Markdown table behind a mark: what stands in each row under each column. */
function written(name: string): Record<string, Record<string, string>> {
  const lines = spec.split(`<!-- table: ${name} -->\n\n`)[1]?.split('\n\n')[0]?.split('\n') ?? [];
  const cells = (line: string): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', ''));
  const [, ...states] = cells(lines[0] ?? '');
  const table: Record<string, Record<string, string>> = Object.fromEntries(
    states.map((state) => [state, {}]),
  );
  for (const line of lines.slice(2)) {
    const [event = '', ...moves] = cells(line);
    for (const [index, state] of states.entries()) {
      const column = table[state];
      if (column !== undefined) column[event] = moves[index] ?? '';
    }
  }
  return table;
}

describe('SPEC.md', () => {
  test.each(Object.keys(tables))('the table of %s says what the code does', (name) => {
    expect(written(name)).toEqual(tables[name]);
  });

  test('every event of a call is explained', () => {
    for (const event of callEvents) expect(spec).toMatch(new RegExp(`^\\| \`${event}\` +\\| [a-z]`, 'm'));
  });
});
