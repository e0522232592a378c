import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { slowed } from '../../test/support/slowed.ts';
import { AnswerKeeper } from './answer-keeper.ts';

/** Keeps one answer of that head and the bytes `pic` and `ture`, and gives it out again. */
async function keptAnswer(head: Parameters<AnswerKeeper['store']>[0]) {
  const blobs = new Map<string, string>();
  const store = {
    put: async (name: string, bytes: AsyncIterable<Buffer> | Iterable<Buffer>) => {
      let text = '';
      for await (const piece of bytes) text += piece.toString();
      blobs.set(name, text);
      return { sizeBytes: text.length };
    },
    open: async (name: string) => {
      const text = blobs.get(name);
      return text === undefined
        ? undefined
        : { sizeBytes: text.length, read: () => Readable.from([[Buffer.from(text)]]) };
    },
    remove: async (name: string) => blobs.delete(name),
  };
  const underWay = slowed(store, ['put', 'open', 'remove']);
  const keeper = new AnswerKeeper(store, () => 'blob');
  const kept = await keeper.store(head, [Buffer.from('pic'), Buffer.from('ture')]);
  return { keeper, kept, blobs, underWay, answer: await keeper.fetch(kept, 'req_1') };
}

const marks = { 'plantain-idempotent-replay': 'true', 'plantain-original-request-id': 'req_1' };

test('an answer comes back as it was given, with its reason, its headers, its length and whose it was', async () => {
  const headers = { 'content-type': 'application/json' };
  const { kept, answer } = await keptAnswer({ status: 499, reason: 'Client Closed Request', headers });
  expect(kept).toStrictEqual({
    status: 499,
    reason: 'Client Closed Request',
    headers,
    blob: 'blob',
    sizeBytes: 7,
  });
  const { body, ...head } = answer ?? expect.fail('it is kept');
  expect(head).toStrictEqual({
    status: 499,
    reason: 'Client Closed Request',
    headers: { ...headers, ...marks, 'content-length': '7' },
  });
  let text = '';
  for await (const pieces of body.kind === 'stream' ? body.groups : [])
    text += Buffer.concat([...pieces]).toString();
  expect(text).toBe('picture');
});

test('one without a reason has none, one without a type has its length, and a stream of events has none', async () => {
  const plain = await keptAnswer({ status: 200, headers: {} });
  expect(plain.kept).toStrictEqual({ status: 200, headers: {}, blob: 'blob', sizeBytes: 7 });
  expect(plain.answer).not.toHaveProperty('reason');
  expect(plain.answer?.headers).toEqual({ ...marks, 'content-length': '7' });
  const events = { 'content-type': 'text/event-stream; charset=utf-8' };
  const stream = await keptAnswer({ status: 200, headers: events });
  expect(stream.answer?.headers).toEqual({ ...events, ...marks });
});

test('what is removed is gone when that is said, and is then no answer', async () => {
  const { keeper, kept, blobs, underWay } = await keptAnswer({ status: 200, headers: {} });
  await keeper.remove('blob');
  expect([blobs.size, underWay()]).toEqual([0, 0]);
  expect(await keeper.fetch(kept, 'req_1')).toBeUndefined();
});
