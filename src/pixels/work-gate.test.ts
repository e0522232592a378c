import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PlantainError } from '../kernel/plantain-error.ts';
import { type Turn, WorkGate } from './work-gate.ts';

const turn = (signal = new AbortController().signal, key = 'key', isDrawn = true): Turn => ({
  key,
  isDrawn,
  signal,
});

describe('WorkGate', () => {
  test('never more at once than allowed, everything is done once, in any interleaving, whoever aborts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.record({ fails: fc.boolean(), aborts: fc.boolean() }), { minLength: 1, maxLength: 12 }),
        async (scheduler, maxParallel, jobs) => {
          const gate = new WorkGate(maxParallel, 12);
          let running = 0;
          const endings = jobs.map(async ({ fails, aborts }, index) => {
            const controller = new AbortController();
            const done = gate.run(turn(controller.signal), async () => {
              running++;
              expect(running).toBeLessThanOrEqual(maxParallel);
              await scheduler.schedule(Promise.resolve(), `work ${index}`);
              running--;
              if (fails) throw new RangeError('failed');
              return index;
            });
            if (aborts)
              void scheduler.schedule(Promise.resolve(), `abort ${index}`).then(() => controller.abort());
            const ending = await done.then(
              (value) => value,
              (error: unknown) => (error instanceof PlantainError ? error.code : 'failed'),
            );
            if (!aborts) expect(ending).toBe(fails ? 'failed' : index);
            else expect([fails ? 'failed' : index, 'client_closed']).toContain(ending);
          });
          await scheduler.waitFor(Promise.all(endings));
          await scheduler.waitAll();
          expect(running).toBe(0);
          // Every place has come back: as much as allowed begins at once again.
          let begun = 0;
          const again = Array.from({ length: maxParallel }, () => gate.run(turn(), async () => void begun++));
          await Promise.all(again);
          expect(begun).toBe(maxParallel);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a full queue refuses at once with conversion_failed', async () => {
    const gate = new WorkGate(1, 1);
    const { promise, resolve } = Promise.withResolvers<void>();
    const first = gate.run(turn(), () => promise);
    const second = gate.run(turn(), () => Promise.resolve('second'));
    await expect(gate.run(turn(), () => Promise.resolve())).rejects.toMatchObject({
      code: 'conversion_failed',
    });
    resolve();
    await first;
    expect(await second).toBe('second');
  });

  test('an abort lets the caller go, but its place is given on only when its work has ended', async () => {
    const gate = new WorkGate(1, 5);
    const controller = new AbortController();
    const { promise, resolve } = Promise.withResolvers<void>();
    const begun = gate.run(turn(controller.signal), () => promise);
    let nextBegan = false;
    const next = gate.run(turn(), () => Promise.resolve((nextBegan = true)));
    controller.abort(new PlantainError('upstream_timeout', 'too late'));
    await expect(begun).rejects.toMatchObject({ code: 'upstream_timeout' });
    expect(nextBegan).toBe(false);
    resolve();
    expect(await next).toBe(true);
  });

  test('an aborted signal begins nothing', async () => {
    const gate = new WorkGate(1, 1);
    let began = false;
    await expect(
      gate.run(turn(AbortSignal.abort()), () => Promise.resolve((began = true))),
    ).rejects.toMatchObject({
      code: 'client_closed',
    });
    expect(began).toBe(false);
  });

  test('turns go round by key: one caller’s pictures do not hold up everybody else’s', async () => {
    const gate = new WorkGate(1, 20);
    const order: string[] = [];
    const jobs = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2'].map((name) =>
      gate.run(turn(undefined, name.slice(0, 1)), async () => void order.push(name)),
    );
    await Promise.all(jobs);
    expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  test('pictures that are drawn go before masks that are still to be drawn', async () => {
    const gate = new WorkGate(1, 20);
    const order: string[] = [];
    const jobs = ['mask 1', 'mask 2', 'drawn 1', 'drawn 2'].map((name) =>
      gate.run(turn(undefined, 'key', name.startsWith('drawn')), async () => void order.push(name)),
    );
    await Promise.all(jobs);
    expect(order).toEqual(['mask 1', 'drawn 1', 'drawn 2', 'mask 2']);
  });
});
