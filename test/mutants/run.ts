/**
 * Breaks the product on purpose, one place at a time, and counts how often its tests notice:
 * `npm run mutants [-- PATH…] [--all] [--per-room N] [--seed TEXT] [--lanes N] [--named] [--list]`. Exits with 1 when a room's
 * tests notice less than they have to. docs/testing.md says how to read it.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { makePlans } from './plan.ts';
import { outcomeLine, scoreOf, scoreTable, survivorLines } from './report.ts';
import { tryMutants } from './try-mutants.ts';

/** The share of mutants that the tests of each room have to notice. */
const leastScore = 0.85;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    named: { type: 'boolean', default: false },
    'per-room': { type: 'string', default: '150' },
    seed: { type: 'string', default: 'plantain' },
    lanes: { type: 'string', default: String(Math.min(4, availableParallelism())) },
    list: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const perRoom = values.named ? 0 : values.all ? Infinity : Number(values['per-room']);
  const plans = makePlans({ paths: positionals, perRoom, seed: values.seed });
  const total = plans.reduce((sum, plan) => sum + plan.sample.length, 0);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
  const tried = await tryMutants(plans, Number(values.lanes), (one, count) => {
    if (values.list) console.log(`${count} of ${total}  ${outcomeLine(one)}`);
    else if (process.stderr.isTTY) process.stderr.write(`\r${count} of ${total} `);
  });
  const scores = plans.map((plan) =>
    scoreOf(
      plan,
      tried.filter((one) => one.plan === plan),
    ),
  );
  console.log(`\n${scoreTable(scores)}\n`);
  const survivors = survivorLines(tried);
  if (survivors.length > 0) console.log(`Nobody notices:\n\n${survivors.join('\n')}\n`);
  const poor = scores.filter(({ score }) => score < leastScore).map(({ room }) => room);
  if (poor.length > 0) console.log(`Below ${leastScore * 100} %: ${poor.join(', ')}.`);
  process.exitCode = poor.length > 0 ? 1 : 0;
}

await main();
