import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReadBuffers } from './read-buffers.ts';

const { poolSize } = Buffer;
// As the program sets it.
beforeAll(() => void (Buffer.poolSize = 8 * 1024));
afterAll(() => void (Buffer.poolSize = poolSize));

/** Reads as the system does: into the buffer it was given last, and asks for the next one behind each read. */
function reading() {
  const chunks: Buffer[] = [];
  const buffers = new ReadBuffers((chunk) => chunks.push(chunk));
  let current = buffers.next();
  let written = 0;
  const read = (most: number): void => {
    const count = Math.min(most, current.length);
    for (let index = 0; index < count; index++) current[index] = written++ % 251;
    buffers.take(count);
    current = buffers.next();
  };
  const text = (): Buffer => Buffer.concat(chunks);
  return {
    buffers,
    chunks,
    read,
    text,
    room: () => current.length,
    memory: () => current.buffer,
    written: () => written,
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('ReadBuffers', () => {
  test('hands on every byte once, in order, whatever was read and expected', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({ read: fc.integer({ min: 1, max: 300_000 }) }),
            fc.record({ expect: fc.oneof(fc.integer({ min: 0, max: 1_000_000 }), fc.constant(Infinity)) }),
            fc.constant('turn' as const),
            fc.constant('flush' as const),
          ),
          { maxLength: 30 },
        ),
        async (steps) => {
          const { buffers, text, read, written } = reading();
          for (const step of steps) {
            if (step === 'turn') await turn();
            else if (step === 'flush') buffers.flush();
            else if ('read' in step) read(step.read);
            else buffers.expect(step.expect);
          }
          buffers.flush();
          const all = text();
          expect(all.length).toBe(written());
          for (let index = 0; index < all.length; index += 97) expect(all[index]).toBe(index % 251);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('what fills its buffer is handed on as it is, without a copy', () => {
    const { buffers, chunks, read, memory } = reading();
    buffers.expect(Infinity);
    read(16_384);
    const large = memory();
    read(250_000);
    expect(chunks[1]?.length).toBe(250_000);
    expect(chunks[1]?.buffer === large).toBe(true);
    expect(memory() === large).toBe(false);
  });

  test('a chunk that was handed on is not written to again', async () => {
    const { buffers, chunks, read } = reading();
    buffers.expect(Infinity);
    for (let index = 0; index < 40; index++) read(30_000);
    await turn();
    await turn();
    const copies = chunks.map((chunk) => Buffer.from(chunk));
    for (let index = 0; index < 40; index++) read(30_000);
    expect(chunks.slice(0, copies.length)).toEqual(copies);
  });

  test('what is expected is waited for; what is not comes at once', () => {
    const { buffers, chunks, read } = reading();
    buffers.expect(50_000);
    // A small buffer is left for a large one as soon as it is known that much is to come.
    read(100);
    expect(chunks.map(({ length }) => length)).toEqual([100]);
    read(10_000);
    read(1000);
    expect(chunks).toHaveLength(1);
    read(39_000);
    expect(chunks.reduce((sum, { length }) => sum + length, 0)).toBe(50_100);
  });

  test('what nothing follows is handed on soon', async () => {
    const { buffers, chunks, read } = reading();
    buffers.expect(Infinity);
    read(100);
    read(200);
    expect(chunks).toHaveLength(1);
    await turn();
    await turn();
    expect(chunks.map(({ length }) => length)).toEqual([100, 200]);
  });

  test('no chunk holds much more memory than it has bytes', async () => {
    const { buffers, chunks, read } = reading();
    buffers.expect(Infinity);
    for (let index = 0; index < 60; index++) {
      read(20_000);
      if (index % 3 === 0) await turn();
      if (index % 5 === 0) await turn();
    }
    buffers.flush();
    for (const { length, buffer } of chunks)
      if (length > 4096) expect(length).toBeGreaterThanOrEqual(buffer.byteLength * 0.75);
  });

  test('large answers are read into large buffers, and what rests holds a small one', () => {
    const { buffers, read, room } = reading();
    expect(room()).toBe(16_384);
    buffers.expect(4_000_000);
    read(16_384);
    expect(room()).toBe(262_144);
    read(262_144);
    buffers.expect(100_000);
    read(262_144);
    expect(room()).toBe(100_064);
    buffers.expect(0);
    read(100_000);
    expect(room()).toBe(16_384);
  });
});
