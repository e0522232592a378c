import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HeldBytes, type HeldBytesShare } from './held-bytes.ts';

describe('HeldBytes', () => {
  test('counts what is held, and pauses a reader past the cap until there is room', () => {
    const held = new HeldBytes(100);
    const turns: string[] = [];
    const first = held.open(() => turns.push('first'));
    const second = held.open(() => turns.push('second'));
    expect(first.add(60)).toBe(true);
    expect(second.add(60)).toBe(false);
    expect(held.heldBytes).toBe(120);
    first.doneReading();
    // The oldest reader left goes on, so that one order always advances.
    expect(turns).toEqual(['second']);
    expect(second.add(60)).toBe(true);
    first.release();
    second.release();
    expect(held.heldBytes).toBe(0);
  });

  test('a reader is woken when bytes are given back', () => {
    const held = new HeldBytes(100);
    const turns: string[] = [];
    const oldest = held.open(() => turns.push('oldest'));
    const waiting = held.open(() => turns.push('waiting'));
    const done = held.open(() => turns.push('done'));
    expect(done.add(90)).toBe(true);
    done.doneReading();
    expect(oldest.add(20)).toBe(true);
    expect(waiting.add(5)).toBe(false);
    done.release();
    expect(turns).toEqual(['waiting']);
  });

  test('release may be called again and gives back once', () => {
    const held = new HeldBytes(10);
    const share = held.open(() => undefined);
    share.add(7);
    share.release();
    share.release();
    share.doneReading();
    expect(held.heldBytes).toBe(0);
  });

  interface Reader {
    readonly share: HeldBytesShare;
    bytes: number;
    isPaused: boolean;
    state: 'reading' | 'held' | 'gone';
  }
  const step = fc.record({
    action: fc.constantFrom('open', 'add', 'add', 'add', 'done', 'release'),
    which: fc.nat(),
    bytes: fc.integer({ min: 1, max: 40 }),
  });

  test('whatever readers do: the count is exact, one of them may always go on, and all of it comes back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.array(step, { maxLength: 120 }), (maxBytes, steps) => {
        const held = new HeldBytes(maxBytes);
        const readers: Reader[] = [];
        for (const { action, which, bytes } of steps) {
          if (action === 'open') {
            const reader: Reader = {
              share: held.open(() => {
                expect(reader.isPaused).toBe(true);
                reader.isPaused = false;
              }),
              bytes: 0,
              isPaused: false,
              state: 'reading',
            };
            readers.push(reader);
          }
          const reading = readers.filter((reader) => reader.state === 'reading');
          const able = reading.filter((reader) => !reader.isPaused);
          const alive = readers.filter((reader) => reader.state !== 'gone');
          const pick = <Item>(items: readonly Item[]): Item | undefined =>
            items[which % Math.max(1, items.length)];
          if (action === 'add') {
            const reader = pick(able);
            if (reader !== undefined) {
              reader.bytes += bytes;
              reader.isPaused = !reader.share.add(bytes);
            }
          } else if (action === 'done') {
            const reader = pick(able);
            if (reader !== undefined) {
              reader.state = 'held';
              reader.share.doneReading();
            }
          } else if (action === 'release') {
            const reader = pick(alive);
            if (reader !== undefined) {
              reader.state = 'gone';
              reader.bytes = 0;
              reader.share.release();
            }
          }
          expect(held.heldBytes).toBe(readers.reduce((sum, reader) => sum + reader.bytes, 0));
          const now = readers.filter((reader) => reader.state === 'reading');
          if (now.length > 0) expect(now.some((reader) => !reader.isPaused)).toBe(true);
          if (held.heldBytes < maxBytes) expect(now.every((reader) => !reader.isPaused)).toBe(true);
        }
        // However things stand, all readers can be brought to their end one after another.
        for (let round = 0; round < readers.length * 4; round++) {
          const next = readers.find((reader) => reader.state === 'reading' && !reader.isPaused);
          if (next === undefined) break;
          next.state = 'held';
          next.share.doneReading();
        }
        expect(readers.filter((reader) => reader.state === 'reading')).toEqual([]);
        for (const reader of readers) reader.share.release();
        expect(held.heldBytes).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });
});
