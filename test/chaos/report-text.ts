import { machineFacts } from '../../bench/measure/machine-facts.ts';
import { textTable } from '../../bench/report/text-table.ts';
import { markdownTable } from '../../docs/generator/markdown-table.ts';
import type { ChaosReport } from './experiment.ts';

/** When and where a report's figures were measured. */
export interface RunFacts {
  /** As typed: `soak --minutes 30`. */
  readonly command: string;
  readonly startedAt: Date;
  readonly seconds: number;
  readonly machine: ReturnType<typeof machineFacts>;
}

/** A report for the one who ran it. */
export function textReport({ header, rows, notes, broken }: ChaosReport): string {
  const verdict =
    broken.length === 0
      ? ['Every limit was kept.']
      : ['Limits that were broken:', ...broken.map((line) => `  ${line}`)];
  return `${[textTable(header, rows), '', ...notes, ...verdict].join('\n')}\n`;
}

/** The same for a page. */
export function markdownReport({ header, rows, notes, broken }: ChaosReport, facts: RunFacts): string {
  const { machine } = facts;
  const where = `${machine.cpu}, ${machine.cores} processors, ${machine.memoryGib} GiB, ${machine.system}, Linux ${machine.kernel}, Node.js ${machine.node}`;
  const when = `${facts.startedAt.toISOString().slice(0, 10)}, \`npm run chaos -- ${facts.command}\`: ${where}. Load average before: ${machine.loadBefore.toFixed(2)}. It took ${facts.seconds.toFixed(0)} s.`;
  const verdict =
    broken.length === 0
      ? 'Every limit was kept.'
      : `Limits that were broken:\n\n${broken.map((line) => `- ${line}`).join('\n')}`;
  return [when, markdownTable(header, rows), ...notes, verdict].join('\n\n');
}

const begin = (name: string): string =>
  `<!-- ${name}: written by \`npm run chaos -- ${name} --write-docs\` -->`;
const end = (name: string): string => `<!-- end of ${name} -->`;

/** A page with the figures of one experiment replaced. Throws where it has lost the marks around them. */
export function withFigures(page: string, name: string, figures: string): string {
  const from = page.indexOf(begin(name));
  const to = page.indexOf(end(name));
  if (from === -1 || to < from) throw new Error(`The page has lost the marks around the figures of ${name}.`);
  return `${page.slice(0, from)}${begin(name)}\n\n${figures}\n\n${page.slice(to)}`;
}
