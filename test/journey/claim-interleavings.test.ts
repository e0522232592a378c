import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerKeeper } from '../../src/idempotency/answer-keeper.ts';
import type { AnswerBlobs, ClaimStore } from '../../src/idempotency/claim-store.ts';
import { Claims } from '../../src/idempotency/claims.ts';
import { recoverClaims } from '../../src/idempotency/recover-claims.ts';
import { RetryIndex } from '../../src/idempotency/retry-index.ts';
import type { ImageAnswer } from '../../src/journey/image-answer.ts';
import type { ImageOrder } from '../../src/journey/image-order.ts';
import type { ImageRequest } from '../../src/journey/image-request.ts';
import type { OrderEvent } from '../../src/journey/order-events.ts';
import type { OrderScope } from '../../src/journey/order-scope.ts';
import { type ErrorCode, errorCatalogue } from '../../src/kernel/error-catalogue.ts';
import { PlantainError } from '../../src/kernel/plantain-error.ts';
import { writeError } from '../../src/openai/shared/write-error.ts';
import { migrate } from '../../src/store/sql/migrate.ts';
import { type OpenDatabase, openDatabase } from '../../src/store/sql/open-database.ts';
import { SqlClaimStore } from '../../src/store/sql/sql-claim-store.ts';
import { plainScope } from '../support/plain-scope.ts';

const caller = { keyId: 'key_1', keyName: 'test', projectId: 'proj_default', strict: false };

/** How an upstream order ends. */
type End = 'picture' | 'refused' | 'charged failure' | 'free failure';
const errorOf: Readonly<Record<Exclude<End, 'picture'>, { code: ErrorCode; costMicroUsd: number }>> = {
  refused: { code: 'moderation_blocked', costMicroUsd: 100 },
  'charged failure': { code: 'upstream_timeout', costMicroUsd: 40_000 },
  'free failure': { code: 'upstream_unavailable', costMicroUsd: 0 },
};

type Step =
  | {
      readonly kind: 'first';
      readonly content: number;
      readonly isKeyed: boolean;
      readonly isStream: boolean;
    }
  | { readonly kind: 'retry'; readonly of: number }
  | { readonly kind: 'leave'; readonly which: number }
  | { readonly kind: 'end'; readonly which: number; readonly end: End }
  | { readonly kind: 'crash' };

/** A request as its client sees it. */
interface Sent {
  readonly content: number;
  readonly isKeyed: boolean;
  readonly isStream: boolean;
  readonly count: number;
  readonly scope: OrderScope;
  isRetried: boolean;
  outcome: 'waiting' | 'left' | { readonly status: number; readonly text: string };
}

/** An order at the upstream. */
interface Made {
  readonly id: string;
  /** Key or content: what it is an order of. */
  readonly of: string;
  readonly end: PromiseWithResolvers<End>;
  state: 'open' | End | 'unknown';
}

/** Callers, a server that may crash, and an upstream; and the book of both. */
class World {
  readonly sent: Sent[] = [];
  readonly made: Made[] = [];
  readonly #blobs = new Map<string, Buffer>();
  readonly #store: SqlClaimStore;
  #life = 0;
  #nextId = 0;

  readonly #answerBlobs: AnswerBlobs = {
    put: async (name, bytes) => {
      const pieces: Buffer[] = [];
      for await (const piece of bytes) pieces.push(piece);
      await nextTurn();
      const body = Buffer.concat(pieces);
      this.#blobs.set(name, body);
      return { sizeBytes: body.length };
    },
    open: async (name) => {
      const body = this.#blobs.get(name);
      return body && { sizeBytes: body.length, read: () => Readable.from([[body]]) };
    },
    remove: async (name) => this.#blobs.delete(name),
  };

  #claims: { readonly claims: Claims; readonly retries: RetryIndex };

  constructor(database: OpenDatabase) {
    this.#store = new SqlClaimStore(database.db);
    this.#claims = this.#open();
  }

  #open(): { claims: Claims; retries: RetryIndex } {
    const retries = new RetryIndex(1000);
    let blob = 0;
    const claims = new Claims({
      ...this.#parts(),
      answers: new AnswerKeeper(this.#answerBlobs, () => `${this.#life}-${blob++}`),
      retries,
      keepMs: 600_000,
      linkLifetimeMs: 3_600_000,
      onKept: () => undefined,
      onTrouble: (_id, cause) => {
        throw cause;
      },
    });
    return { claims, retries };
  }

  #parts() {
    const ledger = {
      find: async (id: string) => {
        const made = this.made.find((one) => one.id === id);
        if (made === undefined) return undefined;
        return { status: made.state, costMicroUsd: made.state === 'free failure' ? 0 : 100 };
      },
    };
    return { store: this.#storeOf(this.#life), ledger, clock: { nowMs: () => 1_000_000 } };
  }

  /** What a process that is gone asks of the book is never asked, and never answered. */
  #storeOf(life: number): ClaimStore {
    return new Proxy(this.#store, {
      get:
        (store, name: keyof ClaimStore) =>
        (...parameters: never[]) =>
          life === this.#life
            ? (store[name] as (...all: never[]) => Promise<unknown>).apply(store, parameters)
            : new Promise(() => undefined),
    });
  }

  /** Everything of the old process is gone; a new one starts on its books. */
  async crash(): Promise<void> {
    this.#life++;
    for (const made of this.made) if (made.state === 'open') made.state = 'unknown';
    for (const sent of this.sent) if (sent.outcome === 'waiting') sent.outcome = 'left';
    this.#claims = this.#open();
    await recoverClaims({ ...this.#parts(), retries: this.#claims.retries, keepMs: 600_000 });
  }

  send(content: number, isKeyed: boolean, isStream: boolean, count: number): void {
    const life = this.#life;
    const { claims } = this.#claims;
    const sent: Sent = {
      content,
      isKeyed,
      isStream,
      count,
      scope: plainScope(),
      isRetried: false,
      outcome: 'waiting',
    };
    this.sent.push(sent);
    const isGone = (): boolean => sent.outcome === 'left';
    const id = `req_${this.#nextId++}`;
    const request = {
      id,
      operation: 'generate',
      pathModel: undefined,
      ...(isKeyed && { idempotencyKey: `key ${content}` }),
      retryCount: String(count),
      readBody: async () => ({ kind: 'json', document: { prompt: `${content}`, stream: isStream } }),
    } as unknown as ImageRequest;
    const order = { id, deadlineMs: 60_000, output: {}, acceptedAtMs: 0 } as unknown as ImageOrder;
    const travel = async (): Promise<ImageAnswer> => {
      const claiming = claims.claiming(request, caller);
      await claiming?.request.readBody();
      const taken = await claiming?.take(order, sent.scope);
      if (taken === undefined) throw new Error('every request has a mark');
      if (taken.kind === 'earlier') return taken.answer;
      return taken.keep(
        this.#make(claims, order, `${isKeyed} ${content} ${isStream}`, isStream, life),
        writeError,
      );
    };
    void travel()
      .catch((thrown: unknown) => writeError(thrown as PlantainError))
      .then(async ({ status, body }) => {
        const pieces = [];
        if (body.kind === 'whole') pieces.push(...body.pieces);
        else
          for await (const group of body.groups) {
            // A server stops sending when the client is gone.
            if (isGone()) break;
            pieces.push(...group);
          }
        await body.alsoRead;
        if (life === this.#life && sent.outcome === 'waiting')
          sent.outcome = { status, text: Buffer.concat(pieces).toString() };
        sent.scope.end();
      });
  }

  async #make(
    claims: Claims,
    order: ImageOrder,
    of: string,
    isStream: boolean,
    life: number,
  ): Promise<ImageAnswer> {
    if (life !== this.#life) return new Promise(() => undefined);
    const made: Made = { id: order.id, of, end: Promise.withResolvers(), state: 'open' };
    this.made.push(made);
    const fulfil = async (): Promise<readonly Buffer[]> => {
      const end = await made.end.promise;
      // A process that is gone does nothing more.
      if (life !== this.#life) return new Promise(() => undefined);
      made.state = end;
      const fault = end === 'picture' ? undefined : errorOf[end];
      const error = fault && new PlantainError(fault.code, fault.code);
      const costMicroUsd = fault?.costMicroUsd ?? 40_000;
      claims.hear({
        kind: 'settled',
        settlement: { order, error },
        settled: { costMicroUsd },
      } as unknown as OrderEvent);
      if (error !== undefined) throw error;
      return [Buffer.from(`picture of ${of} by ${order.id}`)];
    };
    if (!isStream) return { status: 200, headers: {}, body: { kind: 'whole', pieces: await fulfil() } };
    const groups = async function* () {
      yield [Buffer.from(': hello\n')];
      try {
        yield await fulfil();
      } catch {
        yield [Buffer.from('event: error\n')];
      }
    };
    return {
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      body: { kind: 'stream', groups: groups() },
    };
  }

  leave(sent: Sent): void {
    if (sent.outcome !== 'waiting') return;
    sent.outcome = 'left';
    sent.scope.loseClient(new PlantainError('client_closed', 'left'));
  }
}

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('first' as const),
      content: fc.nat(1),
      isKeyed: fc.boolean(),
      isStream: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('retry' as const), of: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('leave' as const), which: fc.nat(20) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      which: fc.nat(20),
      end: fc.constantFrom<End>(
        'picture',
        'picture',
        'picture',
        'refused',
        'charged failure',
        'free failure',
      ),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' as const }) },
);

async function play(world: World, step: Step): Promise<void> {
  if (step.kind === 'first') world.send(step.content, step.isKeyed, step.isStream, 0);
  if (step.kind === 'retry' && world.sent.length > 0) {
    const before = world.sent[step.of % world.sent.length];
    // No client retries what it waits for, what it has, or what it has retried.
    if (before === undefined || before.outcome === 'waiting') return;
    if (before.outcome !== 'left' && before.outcome.status < 400) return;
    if (before.isRetried) return;
    before.isRetried = true;
    world.send(before.content, before.isKeyed, before.isStream, before.count + 1);
  }
  if (step.kind === 'leave' && world.sent.length > 0) {
    const sent = world.sent[step.which % world.sent.length];
    if (sent !== undefined) world.leave(sent);
  }
  if (step.kind === 'end') {
    const open = world.made.filter(({ state }) => state === 'open');
    open[step.which % Math.max(1, open.length)]?.end.resolve(step.end);
  }
  if (step.kind === 'crash') await world.crash();
}

async function freshDatabase(): Promise<OpenDatabase & AsyncDisposable> {
  const database = openDatabase(':memory:');
  await migrate(database.db);
  return { ...database, [Symbol.asyncDispose]: database.close };
}

const settle = async (turns: number): Promise<void> => {
  for (let turn = 0; turn < turns; turn++) await nextTurn();
};

test('however first times, retries, leaving clients and crashes fall together, a claim is one order, and nothing is charged twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(steps, fc.nat(12)), { minLength: 3, maxLength: 25 }), async (plan) => {
      await using database = await freshDatabase();
      const world = new World(database);
      for (const [step, turns] of plan) {
        await play(world, step);
        await settle(turns);
      }
      for (let round = 0; round < 3; round++) {
        await settle(20);
        for (const made of world.made) if (made.state === 'open') made.end.resolve('picture');
      }
      await settle(30);
      // Nobody waits for ever, and whoever has an answer has one of his own request.
      for (const { outcome, content, isKeyed, isStream } of world.sent) {
        expect(outcome).not.toBe('waiting');
        if (typeof outcome === 'object' && outcome.status === 200 && !outcome.text.includes('event: error'))
          expect(outcome.text).toContain(`picture of ${isKeyed} ${content} ${isStream} by`);
      }
      for (const of of new Set(world.made.map((made) => made.of))) {
        const made = world.made.filter((one) => one.of === of);
        const [isKeyed, content, isStream] = of.split(' ');
        const isOf = (sent: Sent): boolean => `${sent.isKeyed} ${sent.content} ${sent.isStream}` === of;
        if (isKeyed === 'true') {
          // Only behind a free failure may another order of the key follow; the other spelling of the body is a 422.
          const key = world.made.filter((one) => one.of.startsWith(`true ${content ?? ''} `));
          const unpaid = key.filter(({ state }) => state === 'free failure').length;
          expect(key.length - unpaid).toBeLessThanOrEqual(1);
        } else {
          const firsts = world.sent.filter((sent) => isOf(sent) && sent.count === 0).length;
          // A failure that its client may have been told of is drawn again when he asks; nothing else is.
          const drawn = made.filter(({ state }) => state === 'picture' || state === 'unknown').length;
          expect(drawn, `orders of ${content ?? ''} ${isStream ?? ''}`).toBeLessThanOrEqual(firsts);
        }
      }
    }),
    { numRuns: 300 },
  );
  expect(errorCatalogue.order_unknown.retryable).toBe(false);
}, 60_000);
