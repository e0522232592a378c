import { describe, expect, test } from 'vitest';
import { WaitingLine } from './waiting-line.ts';

const never = new AbortController().signal;

/** A line for numbered turns, of which there are as many as are given. */
function scene() {
  let nowMs = 1000;
  let turns = 0;
  let attempts = 0;
  const alarms: { readonly atMs: number; readonly run: () => void }[] = [];
  const line = new WaitingLine<string>(
    () => nowMs,
    (atMs, run) => {
      const alarm = { atMs, run };
      alarms.push(alarm);
      return () => void alarms.splice(alarms.indexOf(alarm), 1);
    },
  );
  const told: string[] = [];
  const wait = (
    name: string,
    { kind = 'k', latestMs = 9000, againAtMs = 5000, signal = never }: Partial<Given> = {},
  ): void => {
    const attempt = () => {
      attempts++;
      return turns > 0 && turns-- > 0 ? { turn: name, againAtMs } : { againAtMs };
    };
    void line
      .wait({ attempt, giveUp: () => new Error(`${name} waited in vain`), latestMs, kind }, signal)
      .then(
        (turn) => told.push(turn),
        (error: Error) => told.push(error.message),
      );
  };
  const settle = () => new Promise((resolve) => void setImmediate(resolve));
  return {
    line,
    wait,
    alarms: () => alarms.map(({ atMs }) => atMs),
    attempts: () => attempts,
    give: (count: number) => void (turns += count),
    at: (atMs: number) => void (nowMs = atMs),
    ring: () => alarms.splice(0).forEach(({ run }) => run()),
    told: async () => (await settle(), told.splice(0)),
  };
}

interface Given {
  readonly kind: string;
  readonly latestMs: number;
  readonly againAtMs: number;
  readonly signal: AbortSignal;
}

describe('who waits for a turn', () => {
  test('has it at once when there is one, and then no alarm is set', async () => {
    const { wait, give, told, alarms, line } = scene();
    give(1);
    wait('a');
    expect(await told()).toEqual(['a']);
    expect([alarms(), line.length]).toEqual([[], 0]);
  });

  test('has it in the order of coming, when they come to be', async () => {
    const { wait, give, told, line } = scene();
    for (const name of ['a', 'b', 'c']) wait(name);
    expect([line.length, line.hasKind('k'), line.hasKind('x')]).toEqual([3, true, false]);
    give(2);
    line.serve();
    expect(await told()).toEqual(['a', 'b']);
    expect(line.length).toBe(1);
  });

  test('is looked at again when it says, once for all, and never without a pause', async () => {
    const { wait, alarms, ring, give, told, at } = scene();
    wait('a', { againAtMs: 5000 });
    wait('b', { againAtMs: 3000, kind: 'x' });
    wait('c', { againAtMs: 7000, latestMs: 4000 });
    expect(alarms()).toEqual([3000]);
    at(3000);
    give(1);
    ring();
    expect(await told()).toEqual(['a']);
    // Due now, and not in a circle.
    expect(alarms()).toEqual([3001]);
  });

  test('is told so at the latest it may wait, and not before', async () => {
    const { wait, alarms, ring, told, at, line } = scene();
    wait('a', { latestMs: 4000, againAtMs: Number.POSITIVE_INFINITY });
    expect(alarms()).toEqual([4000]);
    at(3999);
    ring();
    expect(await told()).toEqual([]);
    at(4000);
    ring();
    expect(await told()).toEqual(['a waited in vain']);
    expect([alarms(), line.length]).toEqual([[], 0]);
  });

  test('forever sets no alarm', () => {
    const { wait, alarms } = scene();
    wait('a', { latestMs: Number.POSITIVE_INFINITY, againAtMs: Number.POSITIVE_INFINITY });
    expect(alarms()).toEqual([]);
  });

  test('may leave, with its reason, and is given nothing after that', async () => {
    const { wait, give, told, line } = scene();
    const leaving = new AbortController();
    wait('a', { signal: leaving.signal });
    wait('b');
    leaving.abort(new Error('a left'));
    expect(await told()).toEqual(['a left']);
    expect(line.length).toBe(1);
    give(2);
    line.serve();
    expect(await told()).toEqual(['b']);
  });

  test('behind sixteen of its kind in vain is not looked at; whoever waits for something else is', async () => {
    const { wait, attempts, line, give, told } = scene();
    for (let index = 0; index < 40; index++) wait(`a${index}`);
    wait('b', { kind: 'x' });
    const before = attempts();
    line.serve();
    expect(attempts() - before).toBe(17);
    give(20);
    line.serve();
    expect(await told()).toHaveLength(20);
    expect(line.length).toBe(21);
  });
});
