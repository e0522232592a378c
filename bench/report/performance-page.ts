import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { docsDir } from '../paths.ts';
import type { BenchResults } from '../results.ts';
import { budgetRows } from './budget.ts';
import { short } from './numbers.ts';
import { plots } from './plots.ts';
import { conversionTables } from './pixels-tables.ts';
import { reportTables, startWaysTable } from './tables.ts';
import { machineLine } from './text-report.ts';
import { markdownTable, type ReportTable } from './text-table.ts';

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
  conversions: [
    '<!-- conversions: written by `npm run bench -- --only conversions --write-docs`; edit around, not between -->',
    '<!-- end of conversions -->',
  ],
} as const;

/**
 * Replaces the figures of docs/performance.md and its plots; the words around them are written by hand. A run of the start
 * or of conversions alone replaces what is said of them.
 */
export function writePerformancePage(results: BenchResults): void {
  let text = readFileSync(page, 'utf8');
  const ways = startWaysTable(results);
  if (ways !== undefined)
    text = replaced(text, regions.start, [machineLine(results), markdownTable(ways.header, ways.rows)]);
  const conversions = conversionTables(results);
  if (conversions.length > 0)
    text = replaced(text, regions.conversions, [machineLine(results), ...conversions.map(section)]);
  if (results.images !== undefined || (ways === undefined && conversions.length === 0))
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
  // Conversions have a place of their own.
  const { conversions: _apart, ...others } = results;
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
    ...reportTables(others).map(section),
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

function section({ title, header, rows }: ReportTable): string {
  return `### ${title}\n\n${markdownTable(header, rows)}`;
}
