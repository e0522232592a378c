import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { docsDir } from '../paths.ts';
import type { BenchResults } from '../results.ts';
import { budgetRows } from './budget.ts';
import { short } from './numbers.ts';
import { plots } from './plots.ts';
import { reportTables, startWaysTable } from './tables.ts';
import { machineLine } from './text-report.ts';
import { markdownTable } from './text-table.ts';

const page = join(docsDir, 'performance.md');
const plotsDir = join(docsDir, 'performance');
const regions = {
  figures: [
    '<!-- figures: written by `npm run bench -- --write-docs`; edit around, not between -->',
    '<!-- end of figures -->',
  ],
  start: [
    '<!-- start: written by `npm run bench -- --only start --write-docs`; edit around, not between -->',
    '<!-- end of start -->',
  ],
} as const;

/**
 * Replaces the figures of docs/performance.md and its plots; the words around them are written by hand. A run of the start
 * alone replaces what is said of it.
 */
export function writePerformancePage(results: BenchResults): void {
  let text = readFileSync(page, 'utf8');
  const ways = startWaysTable(results);
  if (ways !== undefined)
    text = replaced(text, regions.start, [machineLine(results), markdownTable(ways.header, ways.rows)]);
  if (results.images !== undefined || ways === undefined)
    text = replaced(text, regions.figures, figuresOf(results));
  writeFileSync(page, text);
}

function replaced(text: string, [begin, end]: readonly [string, string], parts: readonly string[]): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${page} has lost the marks around its figures`);
  return text.slice(0, from) + [begin, ...parts].join('\n\n') + '\n\n' + text.slice(to);
}

function figuresOf(results: BenchResults): string[] {
  mkdirSync(plotsDir, { recursive: true });
  const drawn = plots(results);
  for (const { file, svg } of drawn) writeFileSync(join(plotsDir, file), svg);
  const versions = results.targets
    .filter(({ version }) => version !== '')
    .map(({ label, version }) => `${label} (${version})`);
  return [
    machineLine(results),
    `Measured: ${versions.join('; ')}.`,
    ...(results.isQuick ? ['A quick run: too short for more than a first impression.'] : []),
    ...drawn.map(({ file, title }) => `![${title}](performance/${file})`),
    ...reportTables(results).map(
      ({ title, header, rows }) => `### ${title}\n\n${markdownTable(header, rows)}`,
    ),
    `### Budget\n\n${markdownTable(
      ['limit', 'must be', 'measured', ''],
      budgetRows(results).map(({ id, limit, value, isKept }) => [
        id,
        limit,
        short(value),
        isKept ? 'kept' : '**broken**',
      ]),
    )}`,
  ];
}
