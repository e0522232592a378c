import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PlantainError } from '../kernel/plantain-error.ts';
import { WorkGate } from './work-gate.ts';

const never = new AbortController().signal;

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
            const done = gate.run(controller.signal, async () => {
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
          expect(gate.running).toBe(0);
          expect(gate.queued).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a full queue refuses at once with conversion_failed', async () => {
    const gate = new WorkGate(1, 1);
    const { promise, resolve } = Promise.withResolvers<void>();
    const first = gate.run(never, () => promise);
    const second = gate.run(never, () => Promise.resolve('second'));
    await expect(gate.run(never, () => Promise.resolve())).rejects.toMatchObject({
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
    const begun = gate.run(controller.signal, () => promise);
    let nextBegan = false;
    const next = gate.run(never, () => Promise.resolve((nextBegan = true)));
    controller.abort(new PlantainError('upstream_timeout', 'too late'));
    await expect(begun).rejects.toMatchObject({ code: 'upstream_timeout' });
    expect(nextBegan).toBe(false);
    expect(gate.running).toBe(1);
    resolve();
    expect(await next).toBe(true);
  });

  test('an aborted signal begins nothing', async () => {
    const gate = new WorkGate(1, 1);
    let began = false;
    await expect(gate.run(AbortSignal.abort(), () => Promise.resolve((began = true)))).rejects.toMatchObject({
      code: 'client_closed',
    });
    expect(began).toBe(false);
  });
});
