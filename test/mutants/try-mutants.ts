import { mutated, type Mutant } from './find-mutants.ts';
import { Lane } from './lane.ts';
import type { Trial, Verdict } from './lane-process.ts';
import { type Plan, read, testStages } from './plan.ts';

/**
 * - `killed`: a test failed. `timeout`: the tests never ended, which a person would notice too.
 * - `mistyped`: no test failed, but the type checker does not take it. Counts neither way.
 */
export type Outcome = 'killed' | 'timeout' | 'survived' | 'mistyped';

export interface Tried {
  readonly plan: Plan;
  readonly mutant: Mutant;
  readonly outcome: Outcome;
  readonly noticedBy?: string;
}

/** Tries every mutant of the plans. Throws Error when a test fails although nothing is broken. */
export async function tryMutants(
  plans: readonly Plan[],
  laneCount: number,
  onTried: (tried: Tried, count: number) => void,
): Promise<Tried[]> {
  const first = new Lane();
  const lanes = [first, ...Array.from({ length: laneCount - 1 }, () => new Lane())];
  const closeAll = (): void => lanes.forEach((lane) => lane.close());
  process.once('exit', closeAll);
  try {
    const healthyMs = await timesWithoutMutant(plans, first);
    const queue = plans.flatMap((plan) => plan.sample.map((mutant) => ({ plan, mutant })));
    const tried: Tried[] = [];
    await Promise.all(
      lanes.map(async (lane) => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          const one = { ...next, ...(await tryMutant(lane, next.plan, next.mutant, healthyMs)) };
          onTried(one, tried.push(one));
        }
      }),
    );
    return await withoutMistyped(tried, first);
  } finally {
    process.off('exit', closeAll);
    closeAll();
  }
}

async function tryMutant(
  lane: Lane,
  { room }: Plan,
  mutant: Mutant,
  healthyMs: ReadonlyMap<string, number>,
): Promise<Pick<Tried, 'outcome' | 'noticedBy'>> {
  const original = read(mutant.file);
  const trial = { file: mutant.file, text: mutated(original, mutant), original };
  for (const tests of testStages(room, mutant.file)) {
    const limitMs = 5000 + 4 * tests.reduce((sum, test) => sum + (healthyMs.get(test) ?? 0), 0);
    const verdict = await runLongEnough(lane, { ...trial, tests }, limitMs);
    if (verdict === 'timeout') return { outcome: 'timeout' };
    if (verdict.noticedBy !== undefined) return { outcome: 'killed', noticedBy: verdict.noticedBy };
  }
  return { outcome: 'survived' };
}

/**
 * Runs a trial. Where it does not end in time, the same tests have to end in half that time with nothing broken: on a machine
 * that is busy with other work nothing does, and that would count as noticed. Then it is tried again with more time.
 */
async function runLongEnough(lane: Lane, trial: Trial, limitMs: number): Promise<Verdict | 'timeout'> {
  for (let triedMs = limitMs; triedMs <= limitMs * 8; triedMs *= 2) {
    const verdict = await lane.run(trial, triedMs);
    if (verdict !== 'timeout') return verdict;
    const whole = await lane.run({ ...trial, text: trial.original }, triedMs / 2);
    if (whole !== 'timeout') return 'timeout';
  }
  throw new Error(`${trial.tests.join(' ')} do not end in time with nothing broken either.`);
}

async function withoutMistyped(tried: readonly Tried[], lane: Lane): Promise<Tried[]> {
  const survivors = tried.filter(({ outcome }) => outcome === 'survived');
  const texts = survivors.map(({ mutant }) => ({
    file: mutant.file,
    text: mutated(read(mutant.file), mutant),
  }));
  const mistyped = await lane.mistyped(texts);
  const isMistyped = (one: Tried): boolean => mistyped.has(survivors.indexOf(one));
  return tried.map((one) => (isMistyped(one) ? { ...one, outcome: 'mistyped' } : one));
}

/** How long each file of tests takes by itself. Also warms the runner up. */
async function timesWithoutMutant(plans: readonly Plan[], lane: Lane): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const { room, sample } of plans) {
    for (const file of new Set(sample.map((mutant) => mutant.file))) {
      for (const test of testStages(room, file).flat()) {
        if (times.has(test)) continue;
        const text = read(file);
        const trial: Trial = { file, text, original: text, tests: [test] };
        const startedAtMs = performance.now();
        const verdict = await lane.run(trial, 300_000);
        if (verdict === 'timeout') throw new Error(`${test} did not end within five minutes.`);
        if (verdict.noticedBy !== undefined)
          throw new Error(`${test} fails without any mutant: ${verdict.noticedBy}`);
        times.set(test, performance.now() - startedAtMs);
      }
    }
  }
  return times;
}
