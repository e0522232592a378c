import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Holder, MemoryLine, type Taking } from './memory-line.ts';

const nothing = (): void => undefined;

describe('MemoryLine', () => {
  test('takes what fits at once, and makes the rest wait until there is room', () => {
    const line = new MemoryLine(100, nothing);
    const [first, second] = [line.enter(), line.enter()];
    expect(line.take(first, 60, nothing).isGranted).toBe(true);
    line.move(first, 1);
    const waiting = line.take(second, 60, nothing);
    expect(waiting.isGranted).toBe(false);
    expect(line.heldBytes).toBe(60);
    line.leave(first);
    expect(waiting.isGranted).toBe(true);
    expect(line.heldBytes).toBe(60);
  });

  test('an empty line holds nothing and never held anything; what fits exactly is taken', () => {
    const line = new MemoryLine(100, nothing);
    expect([line.heldBytes, line.peakBytes, line.length]).toEqual([0, 0, 0]);
    const [moving, other] = [line.enter(), line.enter()];
    line.take(moving, 60, nothing);
    line.move(moving, 1);
    expect(line.take(other, 40, nothing).isGranted).toBe(true);
    expect([line.heldBytes, line.peakBytes]).toEqual([100, 100]);
  });

  test('of one holder, what was asked for first is taken first', () => {
    const line = new MemoryLine(100, nothing);
    const [busy, holder] = [line.enter(), line.enter()];
    line.take(busy, 100, nothing);
    line.move(busy, 1);
    const [first, second] = [line.take(holder, 60, nothing), line.take(holder, 60, nothing)];
    line.move(holder, 1);
    line.giveBack(busy, 60);
    expect([first.isGranted, second.isGranted]).toEqual([true, false]);
  });

  test('nobody takes past the oldest that waits, although he would fit', () => {
    const line = new MemoryLine(100, nothing);
    const [old, busy, young] = [line.enter(), line.enter(), line.enter()];
    line.take(busy, 50, nothing);
    line.move(busy, 1);
    const large = line.take(old, 80, nothing);
    const small = line.take(young, 10, nothing);
    expect([large.isGranted, small.isGranted]).toEqual([false, false]);
    line.leave(busy);
    expect([large.isGranted, small.isGranted]).toEqual([true, true]);
  });

  test('the oldest order goes first, however late it came to the line', () => {
    const line = new MemoryLine(100, nothing);
    const [old, busy, young] = [line.enter(), line.enter(), line.enter()];
    line.take(busy, 100, nothing);
    line.move(busy, 1);
    const second = line.take(young, 100, nothing);
    const first = line.take(old, 100, () => line.move(old, 1));
    line.leave(busy);
    expect([first.isGranted, second.isGranted]).toEqual([true, false]);
  });

  test('when only those hold memory who wait for more, the oldest passes the cap; one at a time', () => {
    const line = new MemoryLine(100, nothing);
    const [first, second] = [line.enter(), line.enter()];
    line.take(first, 50, nothing);
    line.take(second, 50, nothing);
    const passing = line.take(first, 30, nothing);
    const waiting = line.take(second, 30, nothing);
    expect([passing.isGranted, waiting.isGranted]).toEqual([true, false]);
    expect(line.heldBytes).toBe(130);
    // He who is past the cap goes on, although an older one may stand in the line.
    expect(line.take(first, 30, nothing).isGranted).toBe(true);
    line.leave(first);
    expect(waiting.isGranted).toBe(true);
    expect(line.heldBytes).toBe(80);
  });

  test('nobody passes the cap while another is moving', () => {
    const line = new MemoryLine(100, nothing);
    const [sending, waiting] = [line.enter(), line.enter()];
    line.take(sending, 90, nothing);
    line.move(sending, 1);
    expect(line.take(waiting, 20, nothing).isGranted).toBe(false);
    expect(line.heldBytes).toBe(90);
    line.move(sending, -1);
    expect(line.heldBytes).toBe(110);
  });

  test('his own moving keeps nobody from passing the cap', () => {
    const line = new MemoryLine(100, nothing);
    const holder = line.enter();
    line.take(holder, 90, nothing);
    line.move(holder, 1);
    expect(line.take(holder, 20, nothing).isGranted).toBe(true);
  });

  test('one who leaves without having moved does not count as one who moved', () => {
    const line = new MemoryLine(100, nothing);
    const [gone, moving, waiting] = [line.enter(), line.enter(), line.enter()];
    line.take(moving, 90, nothing);
    line.move(moving, 1);
    line.leave(gone);
    expect(line.take(waiting, 20, nothing).isGranted).toBe(false);
  });

  test('the right to be past the cap is not taken over by whoever has more than he asked for', () => {
    const line = new MemoryLine(100, nothing);
    const [passing, other] = [line.enter(), line.enter()];
    line.take(passing, 130, nothing);
    line.count(other, 10);
    expect([line.take(other, 1, nothing).isGranted, line.take(passing, 1, nothing).isGranted]).toEqual([
      false,
      true,
    ]);
  });

  test.each([
    ['he gives back what was too much', 30, 0],
    ['another leaves', 0, 30],
  ])('the right to be past the cap ends at the cap, to the byte: %s', (_how, back, others) => {
    const line = new MemoryLine(100, nothing);
    const [passing, other, waiting] = [line.enter(), line.enter(), line.enter()];
    line.take(other, others, nothing);
    line.take(passing, 130 - others, nothing);
    const next = line.take(waiting, 10, nothing);
    expect(next.isGranted).toBe(false);
    if (back > 0) line.giveBack(passing, back);
    else line.leave(other);
    expect(next.isGranted).toBe(true);
  });

  test('the right to be past the cap goes with him who had it, however much the others hold', () => {
    const line = new MemoryLine(100, nothing);
    const [passing, large] = [line.enter(), line.enter()];
    line.take(passing, 110, nothing);
    line.count(large, 150);
    const waiting = line.take(large, 10, nothing);
    expect(waiting.isGranted).toBe(false);
    line.leave(passing);
    expect(waiting.isGranted).toBe(true);
  });

  test('it tells when it is waited in, and when no longer, and nothing else', () => {
    const told: number[] = [];
    const line: MemoryLine = new MemoryLine(100, () => told.push(line.length));
    const [busy, first, second] = [line.enter(), line.enter(), line.enter()];
    line.take(busy, 100, nothing);
    line.move(busy, 1);
    line.giveBack(busy, 0);
    expect(told).toEqual([]);
    line.take(first, 50, nothing);
    const taking = line.take(second, 50, nothing);
    expect(told).toEqual([1]);
    line.cancel(taking);
    expect(told).toEqual([1]);
    line.leave(busy);
    expect(told).toEqual([1, 0]);
  });

  test('one who is past the cap is served before an older one who came to the line later', () => {
    const line = new MemoryLine(100, nothing);
    const [old, passing] = [line.enter(), line.enter()];
    line.take(passing, 100, nothing);
    expect(line.take(passing, 50, nothing).isGranted).toBe(true);
    const ofOld = line.take(old, 10, nothing);
    expect(ofOld.isGranted).toBe(false);
    expect(line.take(passing, 50, nothing).isGranted).toBe(true);
    line.leave(passing);
    expect(ofOld.isGranted).toBe(true);
  });

  test('one who has left counts no more, whatever of him is still running', () => {
    const line = new MemoryLine(100, nothing);
    const gone = line.enter();
    line.take(gone, 10, nothing);
    line.leave(gone);
    line.leave(gone);
    line.giveBack(gone, 10);
    line.count(gone, 10);
    line.move(gone, 1);
    expect(line.heldBytes).toBe(0);
    expect(line.take(line.enter(), 200, nothing).isGranted).toBe(true);
  });

  interface Actor {
    readonly holder: Holder;
    readonly takings: { readonly bytes: number; taking?: Taking; isGranted: boolean; isBack: boolean }[];
    moving: number;
    hasLeft: boolean;
  }

  const step = fc.record({
    action: fc.constantFrom('enter', 'take', 'take', 'take', 'back', 'move', 'rest', 'leave', 'cancel'),
    which: fc.nat(),
    bytes: fc.integer({ min: 1, max: 60 }),
  });

  test('whatever happens: the count is exact, at most one holder is past the cap, the oldest waits for a reason', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.array(step, { maxLength: 150 }), (maxBytes, steps) => {
        let hasWaiters = false;
        const line = new MemoryLine(maxBytes, () => {
          hasWaiters = line.length > 0;
        });
        const actors: Actor[] = [];
        for (const { action, which, bytes } of steps) {
          const alive = actors.filter((actor) => !actor.hasLeft);
          const actor = alive[which % Math.max(1, alive.length)];
          if (action === 'enter' || actor === undefined) {
            actors.push({ holder: line.enter(), takings: [], moving: 0, hasLeft: false });
          } else if (action === 'take') {
            const taking: Actor['takings'][number] = { bytes, isGranted: false, isBack: false };
            actor.takings.push(taking);
            taking.taking = line.take(actor.holder, bytes, () => {
              taking.isGranted = true;
            });
          } else if (action === 'back') {
            const held = actor.takings.find(({ isGranted, isBack }) => isGranted && !isBack);
            if (held !== undefined) {
              held.isBack = true;
              line.giveBack(actor.holder, held.bytes);
            }
          } else if (action === 'cancel') {
            const waiting = actor.takings.find(({ isGranted, isBack }) => !isGranted && !isBack);
            if (waiting !== undefined) {
              waiting.isBack = true;
              if (waiting.taking !== undefined) line.cancel(waiting.taking);
            }
          } else if (action === 'move' || (action === 'rest' && actor.moving > 0)) {
            actor.moving += action === 'move' ? 1 : -1;
            line.move(actor.holder, action === 'move' ? 1 : -1);
          } else if (action === 'leave') {
            actor.hasLeft = true;
            line.leave(actor.holder);
          }
          const here = actors.filter((other) => !other.hasLeft);
          const heldBy = ({ takings }: Actor): number =>
            takings.reduce((sum, taking) => sum + (taking.isGranted && !taking.isBack ? taking.bytes : 0), 0);
          const total = here.reduce((sum, other) => sum + heldBy(other), 0);
          expect(line.heldBytes).toBe(total);
          // Without one of the holders, the rest is within the cap.
          expect(total - Math.max(0, ...here.map(heldBy))).toBeLessThanOrEqual(Math.max(maxBytes, 0));
          const waiting = here.filter(({ takings }) => takings.some((one) => !one.isGranted && !one.isBack));
          expect(line.length > 0).toBe(waiting.length > 0);
          expect(hasWaiters).toBe(waiting.length > 0);
          if (waiting.length === 0) continue;
          // Somebody moves, or one who passed the cap has still to give it back: nobody waits for nothing.
          expect(here.some((other) => other.moving > 0) || total > maxBytes).toBe(true);
        }
        for (const actor of actors) line.leave(actor.holder);
        expect(line.heldBytes).toBe(0);
        expect(line.length).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });
});
