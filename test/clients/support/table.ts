import { featureNames, features } from './features.ts';
import type { Suite } from './suites.ts';
import type { Verdicts } from './results.ts';

export interface SuiteOutcome {
  readonly suite: Suite;
  readonly verdicts: Verdicts;
  readonly seconds: number;
}

/** Client × feature, for a terminal. */
export function terminalTable(outcomes: readonly SuiteOutcome[]): string {
  const nameWidth = Math.max(...outcomes.map(({ suite }) => suite.title.length));
  const head = `${' '.repeat(nameWidth)}  ${featureNames.join('  ')}`;
  const rows = outcomes.map(({ suite, verdicts }) => {
    const cells = featureNames.map((feature) => (verdicts.get(feature)?.mark ?? '✗').padEnd(feature.length));
    return `${suite.title.padEnd(nameWidth)}  ${cells.join('  ')}`;
  });
  return [head, ...rows].join('\n');
}

export function failures(outcomes: readonly SuiteOutcome[]): string[] {
  return outcomes.flatMap(({ suite, verdicts }) =>
    [...verdicts]
      .filter(([, { mark }]) => mark === '✗')
      .map(([feature, { detail }]) => `${suite.title}: ${feature}: ${detail}`),
  );
}

/** The tables of docs/clients.md, between its two marks. */
export function markdownTables(outcomes: readonly SuiteOutcome[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const matrix = [
    line(['client', ...featureNames]),
    line(['---', ...featureNames.map(() => ':-:')]),
    ...outcomes.map(({ suite, verdicts }) =>
      line([suite.title, ...featureNames.map((feature) => verdicts.get(feature)?.mark ?? '✗')]),
    ),
  ];
  const meanings = featureNames.map((feature) => `- **${feature}**: ${features[feature]}.`);
  const setUp = [
    line(['client', 'how to point it here']),
    line(['---', '---']),
    ...outcomes.map(({ suite }) => line([suite.title, suite.setUp])),
  ];
  return [...matrix, '', ...meanings, '', '## Setting the address', '', ...setUp].join('\n');
}
