import { textTable } from '../../bench/report/text-table.ts';
import type { ChaosReport, Experiment } from './experiment.ts';
import { answerSamples } from './upstreams/answer-samples.ts';
import { deedOf } from './upstreams/call-books.ts';
import { measurePool, type PoolResult } from './upstreams/measure-pool.ts';
import { type PoolScenario, poolScenarios } from './upstreams/pool-scenarios.ts';
import { deeds } from './upstreams/troubles.ts';

const quickScale = 0.1;

/** Several upstreams with troubles of every kind, and callers that are not to notice. */
export const troubledUpstreams: Experiment = {
  summary:
    'upstreams that limit, fail, cut, hang, die and come back: callers get their pictures, every call is booked',
  maxMinutes: () => 15,
  page: 'chaos.md',
  async run({ isQuick, only, seed, log }) {
    const rows: (readonly string[])[] = [];
    const notes: string[] = [`Seed ${seed}.`];
    const broken: string[] = [];
    for (const scenario of poolScenarios(isQuick ? quickScale : 1)) {
      if (only !== undefined && !only.includes(scenario.letter)) continue;
      log(`${scenario.letter}. ${scenario.title}`);
      const result = await measurePool(scenario, seed);
      rows.push(rowOf(scenario, result));
      notes.push(...notesOf(scenario, result));
      broken.push(...result.broken);
    }
    return { header, rows, notes, broken } satisfies ChaosReport;
  },
};

const header = [
  'scenario',
  'orders',
  'answers',
  'served',
  'calls: ledger, upstreams',
  'retries',
  'retries in flight, most',
  'seconds',
];

function rowOf(
  { letter, title, orders }: PoolScenario,
  { run, served, calls, retries }: PoolResult,
): string[] {
  return [
    `${letter}. ${title}`,
    String(orders),
    String(run.answers),
    `${((served / orders) * 100).toFixed(2)} %`,
    `${calls.ledger}, ${calls.upstreams}`,
    String(retries.retries),
    String(retries.mostInFlight),
    (run.elapsedMs / 1000).toFixed(1),
  ];
}

function notesOf(scenario: PoolScenario, result: PoolResult): string[] {
  const attempts = result.server.attempts();
  const kinds = deeds.filter((deed) => result.upstreams.some(({ book }) => book.count(deed) > 0));
  const table = result.upstreams.map(({ troubles: { name }, book }) => {
    const own = attempts.filter(({ upstream }) => upstream === name);
    const booked = own.filter(({ phase }) => phase !== 'unsent');
    const unsent = own.length - booked.length;
    const counts = kinds.map(
      (deed) => `${booked.filter((attempt) => deedOf(attempt) === deed).length}, ${book.count(deed)}`,
    );
    return [name, `${booked.length}, ${book.calls}`, ...counts, String(unsent)];
  });
  const shares = result.shares?.map((share) => `${(share * 100).toFixed(0)} %`);
  return [
    `${scenario.letter}, by upstream (the ledger, the upstream itself):\n\n\`\`\`text\n${textTable(['upstream', 'calls', ...kinds, 'never sent'], table)}\n\`\`\``,
    ...(shares === undefined
      ? []
      : [
          `${scenario.letter}: ${scenario.killed} got ${shares[0]} of the calls before, ${shares[1]} while it was away, and ${shares[2]} at the end.`,
        ]),
    ...answerSamples(scenario.letter, result.run, result.logLines),
    ...stateLines(scenario, result),
  ];
}

const maxStateLines = 6;

/** What the log says of the upstreams themselves. */
function stateLines({ letter }: PoolScenario, { logLines }: PoolResult): string[] {
  const lines = logLines.filter((line) => /"msg":"upstream /.test(line));
  if (lines.length === 0) return [];
  const shown = lines.slice(0, maxStateLines);
  return [
    `${letter}, of ${lines.length} lines of the log on the upstreams:\n\n\`\`\`json\n${shown.join('\n')}\n\`\`\``,
  ];
}
