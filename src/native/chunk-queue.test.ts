import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { ChunkQueue } from './chunk-queue.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
async function isDone(work: Promise<unknown>): Promise<boolean> {
  let done = false;
  void work.then(() => (done = true));
  await turn();
  return done;
}

describe('bytes on their way', () => {
  test('are taken as they were pushed, together when they wait, to the end', async () => {
    const queue = new ChunkQueue();
    const taken: string[] = [];
    const reading = (async () => {
      for await (const chunks of queue) taken.push(chunks.join('|'));
    })();
    queue.push(bytes('a'));
    await turn();
    queue.push(bytes('b'));
    queue.push(bytes('c'));
    await turn();
    expect(taken).toEqual(['a', 'b|c']);
    queue.push(bytes('d'));
    queue.close();
    await reading;
    expect(taken).toEqual(['a', 'b|c', 'd']);
    expect(queue.byteLength).toBe(4);
  });

  test('begin with the first byte, not with an empty piece', async () => {
    const queue = new ChunkQueue();
    queue.push(bytes(''));
    expect([await isDone(queue.hasBegun), queue.take()]).toEqual([false, []]);
    queue.push(bytes('a'));
    expect(await isDone(queue.hasBegun)).toBe(true);
  });

  test('begin with the end, where there are none', async () => {
    const queue = new ChunkQueue();
    queue.close();
    expect(await isDone(queue.hasBegun)).toBe(true);
    expect(await Readable.from(queue).toArray()).toEqual([]);
  });

  test('that are thrown away have not come', () => {
    const queue = new ChunkQueue();
    queue.push(bytes('gone'));
    queue.take();
    queue.push(bytes('abc'));
    queue.clear();
    expect([queue.byteLength, queue.take()]).toEqual([4, []]);
  });
});
