import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { plainScope } from '../../test/support/plain-scope.ts';
import { slowed } from '../../test/support/slowed.ts';
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

interface Sent {
  readonly key?: string;
  /** Sent without a key, for the so-manieth time. */
  readonly retry?: number;
  readonly keyId?: string;
  readonly prompt?: string;
  readonly order?: object;
  readonly scope?: ReturnType<typeof plainScope>;
  readonly costMicroUsd?: number;
  /** Reads a stream, behind whose end the order is settled. */
  readonly endsLate?: (answer: ImageAnswer, settle: (error?: PlantainError) => void) => Promise<void>;
}

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
        return body && { sizeBytes: body.length, read: () => Readable.from([[body]]) };
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
    { key = 'k', order = {}, scope = plainScope(), prompt = 'a fox', ...more }: Sent = {},
  ) => {
    const id = `req_${nextId++}`;
    const request = {
      operation: 'generate',
      ...(more.retry === undefined ? { idempotencyKey: key } : { retryCount: String(more.retry) }),
      readBody: async () => ({ kind: 'json', document: { prompt } }),
    } as unknown as ImageRequest;
    const claiming = claims.claiming(request, { ...caller, keyId: more.keyId ?? 'key_1' });
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
    const settle = (error: unknown, costMicroUsd: number): void =>
      claims.hear({
        kind: 'settled',
        settlement: { order: wish, error },
        settled: { costMicroUsd },
      } as unknown as OrderEvent);
    const work = async (): Promise<ImageAnswer> => {
      const answer = await made().catch((thrown: unknown) => {
        settle(thrown, more.costMicroUsd ?? 0);
        throw thrown;
      });
      if (more.endsLate === undefined) settle(undefined, more.costMicroUsd ?? 1);
      return answer;
    };
    const answer = await taken.keep(work(), writeError);
    if (more.endsLate !== undefined)
      await more.endsLate(answer, (error) => settle(error, more.costMicroUsd ?? 0));
    await answer.body.alsoRead;
    return answer;
  };
  return { claims, store, answers, blobs, troubles, send, setNow: (ms: number) => (nowMs = ms) };
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

/** An answer that is waited for until it is given. */
function heldAnswer() {
  const { promise, resolve: answer } = Promise.withResolvers<ImageAnswer>();
  const { promise: isAsked, resolve: ask } = Promise.withResolvers<void>();
  const made = (): Promise<ImageAnswer> => {
    ask();
    return promise;
  };
  return { made, answer, isAsked };
}

async function textOf(answer: ImageAnswer | undefined): Promise<string> {
  if (answer === undefined) return 'nothing';
  if (answer.body.kind === 'whole') return Buffer.concat([...answer.body.pieces]).toString();
  let text = '';
  for await (const pieces of answer.body.groups) text += Buffer.concat([...pieces]).toString();
  return text;
}

test('a failure that was charged is the answer to every further request; a fault of ours is not', async () => {
  const { send } = await room();
  const silent = () => Promise.reject(new PlantainError('upstream_timeout', 'It fell silent.'));
  await expect(send(silent, { costMicroUsd: 5 })).rejects.toMatchObject({ code: 'upstream_timeout' });
  const again = await send(picture);
  expect(again).toMatchObject({ status: 504, headers: { 'plantain-original-request-id': 'req_0' } });
  expect(await textOf(again)).toContain('It fell silent.');

  const ours = () => Promise.reject(new PlantainError('internal_error', 'Ours.'));
  await expect(send(ours, { key: 'other', costMicroUsd: 5 })).rejects.toMatchObject({
    code: 'internal_error',
  });
  expect(replayed(await send(picture, { key: 'other' }))).toBeUndefined();
});

test('a key is for one body, under way and kept, and each caller has his own', async () => {
  const { send } = await room();
  const { made, answer, isAsked } = heldAnswer();
  const first = send(made);
  await isAsked;
  const reused = { code: 'idempotency_key_reused', param: 'Idempotency-Key' };
  await expect(send(picture, { prompt: 'a cat' })).rejects.toMatchObject(reused);
  expect(replayed(await send(picture, { prompt: 'a cat', keyId: 'key_2' }))).toBeUndefined();
  answer(await picture());
  await first;
  await expect(send(picture, { prompt: 'a cat' })).rejects.toMatchObject(reused);
  expect(replayed(await send(picture))).toBe('req_0');
});

test('a claim that another server has open is under way there', async () => {
  const { send, store } = await room();
  const [keyId, idempotencyKey] = ['key_1', 'k'];
  await store.open({ id: 'req_there', keyId, idempotencyKey, fingerprint: 'x', createdAtMs: 1 });
  await expect(send(picture)).rejects.toMatchObject({ code: 'order_in_progress', retryAfterSeconds: 5 });
  await store.remove(['req_there']);
  expect(replayed(await send(picture))).toBeUndefined();
});

describe('a stream', () => {
  const events = async (): Promise<ImageAnswer> => ({
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    body: { kind: 'stream', groups: Readable.from([[Buffer.from('one ')], [Buffer.from('two')]]) },
  });
  const reading = (error?: PlantainError): Pick<Sent, 'endsLate'> => ({
    endsLate: async (answer, settle) => {
      expect(await textOf(answer)).toBe('one two');
      settle(error);
    },
  });

  test('is kept with its end, and replayed as one', async () => {
    const kept: number[] = [];
    const { send } = await room({ onKept: (bytes) => kept.push(bytes) });
    await send(events, { ...reading(), costMicroUsd: 1 });
    const again = await send(events);
    expect(replayed(again)).toBe('req_0');
    expect(again?.headers).not.toHaveProperty('content-length');
    expect(await textOf(again)).toBe('one two');
    expect(kept).toEqual([7]);
  });

  test('that failed for free behind its head fails with that for whoever waited for it', async () => {
    const { send } = await room();
    const { promise: isRead, resolve: read } = Promise.withResolvers<void>();
    const { promise: isJoined, resolve: join } = Promise.withResolvers<void>();
    const first = send(events, {
      endsLate: async (answer, settle) => {
        read();
        await isJoined;
        expect(await textOf(answer)).toBe('one two');
        settle(new PlantainError('upstream_unavailable', 'away'));
      },
    });
    await isRead;
    const second = send(picture);
    await new Promise(setImmediate);
    join();
    await first;
    await expect(second).rejects.toMatchObject({
      code: 'upstream_unavailable',
      headers: { 'plantain-original-request-id': 'req_0' },
    });
  });

  test('that failed for free behind its head is not kept, and leaves nothing', async () => {
    const { send, blobs } = await room();
    await send(events, reading(new PlantainError('upstream_unavailable', 'away')));
    expect(blobs.size).toBe(0);
    expect(replayed(await send(picture))).toBeUndefined();
  });
});

describe('a client that counts its retries', () => {
  test('has its own order again, and never what a first time asked', async () => {
    const { send } = await room();
    await send(picture, { retry: 0 });
    expect(replayed(await send(picture, { retry: 0 }))).toBeUndefined();
    expect(replayed(await send(picture, { retry: 1, prompt: 'a cat' }))).toBeUndefined();
    expect(replayed(await send(picture, { retry: 1 }))).toBe('req_0');
  });

  test('may come for a minute after it had the answer, and as long as it is kept when it left without', async () => {
    for (const [hasLeft, lastMs] of [
      [false, 60_000],
      [true, 600_000],
    ] as const) {
      const { send, setNow } = await room();
      const scope = plainScope();
      const { made, answer, isAsked } = heldAnswer();
      const first = send(made, { retry: 0, scope });
      await isAsked;
      if (hasLeft) scope.loseClient(new PlantainError('client_closed', 'left'));
      answer(await picture());
      await first;
      if (!hasLeft) scope.end();
      setNow(1000 + lastMs - 1);
      expect(replayed(await send(picture, { retry: 1 }))).toBe('req_0');
      setNow(1000 + lastMs);
      expect(replayed(await send(picture, { retry: 1 }))).toBeUndefined();
    }
  });
});

test('a retry has no answer whose links do not work any more, and the row of one that was had is soon gone', async () => {
  const { send, store, setNow } = await room({ linkLifetimeMs: 10_000 });
  const order = { output: { delivery: 'url' } };
  await send(picture, { retry: 0, order });
  setNow(11_000);
  expect(replayed(await send(picture, { retry: 1, order }))).toBeUndefined();

  const scope = plainScope();
  const cat = { retry: 0, prompt: 'a cat', scope };
  const { made, answer, isAsked } = heldAnswer();
  const first = send(made, cat);
  await isAsked;
  answer(await picture());
  await first;
  const rows = await store.withoutKey();
  expect(rows.map(({ endedAtMs, expiresAtMs }) => expiresAtMs - endedAtMs)).toContain(60_000);
});

test('of an order that nobody heard the end of it is told what the ledger has', async () => {
  const record = { status: 'unknown', costMicroUsd: 39_000 } as const;
  for (const [found, said] of [
    [record, 'Order req_0 (unknown, $0.039) may have been charged'],
    [undefined, 'Order req_0 may have been charged'],
  ] as const) {
    const { send, store } = await room({ ledger: { find: async () => found } });
    await send(picture);
    await store.end('req_0', { state: 'unknown', answer: null, endedAtMs: 1000, expiresAtMs: 9000 });
    await expect(send(picture)).rejects.toMatchObject({
      code: 'order_unknown',
      message: expect.stringContaining(said) as string,
      headers: { 'plantain-original-request-id': 'req_0' },
    });
  }
});

test('an answer whose bytes are gone is told to be so, with its order', async () => {
  const { send, blobs } = await room();
  await send(picture);
  blobs.clear();
  await expect(send(picture)).rejects.toMatchObject({
    code: 'answer_not_kept',
    headers: { 'plantain-original-request-id': 'req_0', 'plantain-idempotent-replay': 'true' },
  });
});

test('of an order that has ended nothing is held', async () => {
  const { send, claims } = await room();
  await send(picture);
  class LateEvent {
    readonly kind = 'settled';
    readonly settlement = { order: { id: 'req_0' } };
    get settled(): never {
      return expect.fail('its order is not known any more');
    }
  }
  claims.hear(new LateEvent() as unknown as OrderEvent);
});

test('a claim that can neither be written nor taken back fails its order alone', async () => {
  const { send, store } = await room();
  const broken = new Error('broken');
  store.open = () => Promise.reject(new PlantainError('storage_full', 'full'));
  store.remove = async (ids) => {
    if (ids.length > 0) throw broken;
  };
  await expect(send(picture)).rejects.toBe(broken);
});

const away = new PlantainError('upstream_unavailable', 'away');

test('a request is over when the book and the blobs have all of it', async () => {
  const { send, store, answers, setNow, blobs, troubles } = await room();
  const inBook = slowed(store, ['open', 'find', 'end', 'remove']);
  const inBlobs = slowed(answers, ['store', 'fetch', 'remove']);
  const underWay = async (sent: Promise<unknown>): Promise<number> => {
    await sent.catch(() => undefined);
    return inBook() + inBlobs();
  };
  const failing = () => Promise.reject(away);
  expect(await underWay(send(picture))).toBe(0);
  expect(await underWay(send(picture))).toBe(0);
  expect(await underWay(send(failing, { key: 'free' }))).toBe(0);
  expect(await underWay(send(failing, { key: 'charged', costMicroUsd: 5 }))).toBe(0);
  // Of a key whose time is over the old answer is gone before the new order is begun.
  setNow(601_000);
  expect(await underWay(send(failing))).toBe(0);
  expect([...blobs.values()].map(String)).toEqual([expect.stringContaining('away')]);
  const gone = { retry: 0, scope: plainScope() };
  gone.scope.abort(away);
  expect(await underWay(send(picture, gone))).toBe(0);
  expect(troubles).toEqual([]);
});

test('what is not to be kept is never written', async () => {
  let puts = 0;
  const put = async () => ({ sizeBytes: ++puts });
  const { send, claims } = await room({}, put);
  await expect(send(() => Promise.reject(away))).rejects.toBe(away);
  // Refused before an upstream was asked: it has no settlement.
  const hear = claims.hear.bind(claims);
  claims.hear = () => undefined;
  await expect(send(() => Promise.reject(away))).rejects.toBe(away);
  claims.hear = hear;
  expect(puts).toBe(0);
});

test('a copy that was written for nothing and cannot be taken back is told', async () => {
  const { send, answers, troubles } = await room();
  answers.remove = () => Promise.reject(new Error('stuck'));
  const stream = async (): Promise<ImageAnswer> => ({
    status: 200,
    headers: {},
    body: { kind: 'stream', groups: Readable.from([[Buffer.from('one')]]) },
  });
  await send(stream, {
    endsLate: async (answer, settle) => {
      await textOf(answer);
      settle(away);
    },
  });
  expect(troubles).toEqual(['req_0']);
});

test('an end that the book does not take is told, and that it could not be mended too', async () => {
  const { send, store, troubles } = await room();
  store.end = () => Promise.reject(new Error('a bug'));
  expect((await send(picture))?.status).toBe(200);
  expect(troubles).toEqual(['req_0', 'req_0']);
});

test('a retry within a minute of a failure is of the order that failed, not the result of an equal one', async () => {
  const { send, setNow } = await room();
  await send(picture, { retry: 0 });
  await expect(send(() => Promise.reject(away), { retry: 0 })).rejects.toBe(away);
  setNow(60_999);
  expect(replayed(await send(picture, { retry: 1 }))).toBeUndefined();
});

test('a failure that its client comes back for is out of the book, so that no restart brings it back', async () => {
  const { send, store } = await room();
  const scope = plainScope();
  const refused = () => Promise.reject(new PlantainError('moderation_blocked', 'no'));
  await expect(send(refused, { retry: 0, scope })).rejects.toMatchObject({ code: 'moderation_blocked' });
  scope.end();
  expect((await store.withoutKey()).map(({ id }) => id)).toEqual(['req_0']);
  const steps: string[] = [];
  const { open, remove } = { open: store.open.bind(store), remove: store.remove.bind(store) };
  store.open = (claim) => {
    steps.push('opened');
    return open(claim);
  };
  store.remove = async (ids) => {
    await new Promise(setImmediate);
    await remove(ids);
    steps.push(...ids.map((id) => `${id} removed`));
  };
  await send(picture, { retry: 1 });
  expect(steps).toEqual(['req_0 removed', 'opened']);
  expect((await store.withoutKey()).map(({ id }) => id)).toEqual(['req_1']);
});

describe('who joined an order under way', () => {
  /** Whose answer a further retry has, while an equal order is under way. */
  async function nextHas(leave: (scope: ReturnType<typeof plainScope>) => void): Promise<string | undefined> {
    const { send } = await room();
    const lost = heldAnswer();
    const scope = plainScope();
    const first = send(lost.made, { retry: 0, scope });
    await lost.isAsked;
    scope.loseClient(new PlantainError('client_closed', 'left'));
    const joined = plainScope();
    const joining = send(picture, { retry: 1, scope: joined });
    await new Promise(setImmediate);
    lost.answer(await picture());
    await first;
    expect(replayed(await joining)).toBe('req_0');
    leave(joined);
    const equal = heldAnswer();
    const making = send(equal.made, { retry: 0 });
    await equal.isAsked;
    const again = send(picture, { retry: 2 });
    await new Promise(setImmediate);
    equal.answer(await picture());
    await making;
    return replayed(await again);
  }

  test('has had its answer when his request ends; when he left before that, nobody has', async () => {
    expect(await nextHas((scope) => scope.end())).toBe('req_2');
    expect(
      await nextHas((scope) => {
        scope.loseClient(new PlantainError('client_closed', 'left'));
        scope.end();
      }),
    ).toBe('req_0');
  });
});
