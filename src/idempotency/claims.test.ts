import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { plainScope } from '../../test/support/plain-scope.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import type { ImageRequest } from '../journey/image-request.ts';
import type { OrderEvent } from '../journey/order-events.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { writeError } from '../openai/shared/write-error.ts';
import { migrate } from '../store/sql/migrate.ts';
import { openDatabase } from '../store/sql/open-database.ts';
import { SqlClaimStore } from '../store/sql/sql-claim-store.ts';
import { AnswerKeeper } from './answer-keeper.ts';
import { Claims, type ClaimsOptions } from './claims.ts';
import { RetryIndex } from './retry-index.ts';

const caller = { keyId: 'key_1', keyName: 'test', projectId: 'proj_default', strict: false };

async function room(options: Partial<ClaimsOptions> = {}, put?: () => Promise<{ sizeBytes: number }>) {
  const { db } = openDatabase(':memory:');
  await migrate(db);
  const store = new SqlClaimStore(db);
  const blobs = new Map<string, Buffer>();
  let nowMs = 1000;
  const answers = new AnswerKeeper(
    {
      put: async (name, bytes) => {
        const pieces: Buffer[] = [];
        for await (const piece of bytes) pieces.push(piece);
        if (put !== undefined) return put();
        blobs.set(name, Buffer.concat(pieces));
        return { sizeBytes: blobs.get(name)?.length ?? 0 };
      },
      open: async (name) => {
        const body = blobs.get(name);
        return body && { sizeBytes: body.length, read: () => Readable.from([body]) };
      },
      remove: async (name) => blobs.delete(name),
    },
    () => `blob ${blobs.size}`,
  );
  const troubles: string[] = [];
  const claims = new Claims({
    store,
    answers,
    retries: new RetryIndex(100),
    clock: { nowMs: () => nowMs },
    keepMs: 600_000,
    linkLifetimeMs: 3_600_000,
    ledger: { find: async () => undefined },
    onKept: () => undefined,
    onTrouble: (id) => troubles.push(id),
    ...options,
  });
  let nextId = 0;
  /** One request on its way to its answer; what it makes itself comes from `made`. */
  const send = async (
    made: () => Promise<ImageAnswer>,
    {
      key = 'k',
      order = {},
      scope = plainScope(),
    }: { key?: string; order?: object; scope?: ReturnType<typeof plainScope> } = {},
  ) => {
    const id = `req_${nextId++}`;
    const request = {
      operation: 'generate',
      idempotencyKey: key,
      readBody: async () => ({ kind: 'json', document: { prompt: 'a fox' } }),
    } as unknown as ImageRequest;
    const claiming = claims.claiming(request, caller);
    await claiming?.request.readBody();
    const wish = {
      id,
      acceptedAtMs: nowMs,
      deadlineMs: 60_000,
      output: {},
      ...order,
    } as unknown as ImageOrder;
    const taken = await claiming?.take(wish, scope);
    if (taken?.kind !== 'first') return taken?.answer;
    const settle = async (): Promise<ImageAnswer> => {
      const answer = await made();
      claims.hear({
        kind: 'settled',
        settlement: { order: wish },
        settled: { costMicroUsd: 1 },
      } as unknown as OrderEvent);
      return answer;
    };
    const answer = await taken.keep(settle(), writeError);
    await answer.body.alsoRead;
    return answer;
  };
  return { claims, store, blobs, troubles, send, setNow: (ms: number) => (nowMs = ms) };
}

const picture = async (): Promise<ImageAnswer> => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: { kind: 'whole', pieces: [Buffer.from('pic'), Buffer.from('ture')] },
});
const replayed = (answer: ImageAnswer | undefined) => answer?.headers['plantain-original-request-id'];

test('a replay is the same answer with its length, and says whose it is', async () => {
  const { send } = await room();
  await send(picture);
  expect(await send(picture)).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'application/json',
      'content-length': '7',
      'plantain-idempotent-replay': 'true',
      'plantain-original-request-id': 'req_0',
    },
  });
});

test('whoever waits for an order gives up at his own deadline, and is told when to come back', async () => {
  const { send } = await room();
  const made = Promise.withResolvers<ImageAnswer>();
  const first = send(() => made.promise);
  await expect(send(picture, { order: { deadlineMs: 0 } })).rejects.toMatchObject({
    code: 'order_in_progress',
    retryAfterSeconds: 5,
  });
  made.resolve(await picture());
  expect((await first)?.status).toBe(200);
});

test('whoever waits and leaves stops waiting', async () => {
  const { send } = await room();
  void send(() => new Promise(() => undefined));
  const scope = plainScope();
  const second = send(picture, { scope });
  const left = new PlantainError('client_closed', 'left');
  await new Promise(setImmediate);
  scope.loseClient(left);
  await expect(second).rejects.toBe(left);
});

test('whoever waits for an order that fails for free gets its error, and the next one is a new order', async () => {
  const { send } = await room();
  const made = Promise.withResolvers<ImageAnswer>();
  const first = send(() => made.promise);
  const second = send(picture);
  await new Promise(setImmediate);
  made.promise.catch(() => undefined);
  made.reject(new PlantainError('too_many_orders', 'full', { retryAfterSeconds: 5 }));
  const reasons = (await Promise.allSettled([first, second])).map(
    (end) => (end as PromiseRejectedResult).reason as unknown,
  );
  const full = expect.objectContaining({ code: 'too_many_orders', retryAfterSeconds: 5 }) as unknown;
  expect(reasons).toEqual([full, full]);
  expect(replayed(await send(picture))).toBeUndefined();
});

test('a key is forgotten when its time is over', async () => {
  const { send, setNow, blobs } = await room();
  await send(picture);
  setNow(600_999);
  expect(replayed(await send(picture))).toBe('req_0');
  setNow(601_000);
  expect(replayed(await send(picture))).toBeUndefined();
  expect(blobs.size).toBe(1);
});

test('an answer with links is replayed no longer than they work', async () => {
  const { send, setNow } = await room({ linkLifetimeMs: 10_000 });
  const order = { output: { delivery: 'url' } };
  await send(picture, { order });
  setNow(10_999);
  expect(replayed(await send(picture, { order }))).toBe('req_0');
  setNow(11_000);
  expect(replayed(await send(picture, { order }))).toBeUndefined();
});

test('an answer that the disk does not take goes out all the same, and its retry is told', async () => {
  const { send, troubles } = await room({}, () => Promise.reject(new Error('full')));
  expect((await send(picture))?.status).toBe(200);
  expect(troubles).toEqual(['req_0']);
  await expect(send(picture)).rejects.toMatchObject({ code: 'answer_not_kept' });
});

test('a claim that cannot be written is none: the order is refused, and its key is free', async () => {
  const { send, store } = await room();
  const open = store.open.bind(store);
  store.open = () => Promise.reject(new PlantainError('storage_full', 'full'));
  await expect(send(picture)).rejects.toMatchObject({ code: 'storage_full' });
  store.open = open;
  expect(replayed(await send(picture))).toBeUndefined();
});

test('whoever waited for a claim that cannot be written makes the order himself', async () => {
  const { send, store } = await room();
  const open = store.open.bind(store);
  const opening = Promise.withResolvers<boolean>();
  store.open = () => opening.promise;
  const first = send(picture);
  await new Promise(setImmediate);
  const second = send(picture);
  await new Promise(setImmediate);
  store.open = open;
  opening.reject(new PlantainError('storage_full', 'full'));
  await expect(first).rejects.toMatchObject({ code: 'storage_full' });
  const answer = await second;
  expect([answer?.status, replayed(answer)]).toEqual([200, undefined]);
});

test('two at once who ask for what was kept both have it', async () => {
  const { send } = await room();
  await send(picture);
  const answers = await Promise.all([send(picture), send(picture)]);
  expect(answers.map(replayed)).toEqual(['req_0', 'req_0']);
});

test('a client who left while his claim was written has made none', async () => {
  const { send, store, blobs } = await room();
  const open = store.open.bind(store);
  const scope = plainScope();
  const left = new PlantainError('client_closed', 'left');
  store.open = async (claim) => {
    const isOpen = await open(claim);
    scope.loseClient(left);
    return isOpen;
  };
  await expect(send(picture, { scope })).rejects.toBe(left);
  store.open = open;
  expect(blobs.size).toBe(0);
  expect(replayed(await send(picture))).toBeUndefined();
});
