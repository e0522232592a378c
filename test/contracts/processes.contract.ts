import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import type { Kysely } from 'kysely';
import { describe, expect, test } from 'vitest';
import { draftKey } from '../../src/access/manage-keys.ts';
import { createProject } from '../../src/access/manage-projects.ts';
import { newApiKey } from '../../src/access/api-key.ts';
import { noLimits } from '../../src/journey/limits.ts';
import { PlantainError } from '../../src/kernel/plantain-error.ts';
import type { Database } from '../../src/store/sql/database-schema.ts';
import { SqlApiKeyStore } from '../../src/store/sql/sql-api-key-store.ts';
import { SqlProjectStore } from '../../src/store/sql/sql-project-store.ts';
import type { Ledger } from '../../src/usage/ledger.ts';
import { bookFaults } from '../support/book-faults.ts';
import { plainCompletion, plainOpening } from '../support/plain-orders.ts';

/** A process that opens and settles orders, as a server does. */
export interface BookProcess {
  readonly ledger: Ledger;
  /** From now on it is as one that does not beat any more. */
  die(): Promise<void>;
}

/** An empty book, and the processes that share it. */
export interface SharedBook {
  readonly db: Kysely<Database>;
  /** Whether one process has it for itself: what was left open is closed when the next one starts. */
  readonly isAlone: boolean;
  /** One more process. */
  start(): Promise<BookProcess>;
  /** What is done now and then: the orders of those that died are closed. */
  reap(): Promise<void>;
}

const noon = Date.parse('2026-11-26T12:00:00Z');
const keys = 2;
const keyLimit = { totalMicroUsd: 3000, maxOpen: 3 };
const projectLimitMicroUsd = 5000;

/** What must be in the book of an order. */
interface ModelOrder {
  readonly id: string;
  /** Who knows how it ends. */
  readonly place: number;
  readonly life: number;
  /** Under which id it was opened. */
  readonly instance: number;
  readonly key: number;
  readonly reservedMicroUsd: number;
  status: 'open' | 'unknown' | 'succeeded';
  costMicroUsd: number;
}

/** Where a process runs; a new one comes in the place of a killed one. */
interface Place {
  state: 'alive' | 'paused' | 'killed';
  life: number;
  instance: number;
}

interface Model {
  readonly orders: ModelOrder[];
  readonly places: Place[];
  readonly dead: Set<number>;
  instances: number;
}

interface Real {
  readonly book: SharedBook;
  readonly running: BookProcess[];
  readonly projectId: string;
  readonly keyIds: readonly string[];
}

type Command = fc.AsyncCommand<Model, Real>;

const sum = (orders: readonly ModelOrder[]): number =>
  orders.reduce(
    (total, { status, costMicroUsd, reservedMicroUsd }) =>
      total + (status === 'succeeded' ? costMicroUsd : reservedMicroUsd),
    0,
  );

function fits({ orders }: Model, key: number, price: number): boolean {
  const own = orders.filter((order) => order.key === key);
  return (
    sum(own) + price <= keyLimit.totalMicroUsd &&
    sum(orders) + price <= projectLimitMicroUsd &&
    own.filter(({ status }) => status === 'open').length < keyLimit.maxOpen
  );
}

/** The book beside the model: every row, and every counter as the sum of the rows. */
async function expectBook(model: Model, { book, projectId }: Real): Promise<void> {
  const rows = await book.db
    .selectFrom('ledger')
    .select(['id', 'status', 'cost_micro_usd'])
    .where('project_id', '=', projectId)
    .execute();
  const told = new Map(rows.map((row) => [row.id, `${row.status} ${String(row.cost_micro_usd)}`]));
  const expected = model.orders.map(
    ({ id, status, costMicroUsd }) => [id, `${status} ${String(costMicroUsd)}`] as const,
  );
  expect(told).toEqual(new Map(expected));
  expect(await bookFaults(book.db)).toEqual([]);
}

/** Admitted exactly where it fits beside what the orders before it came to. */
const admit = (place: number, key: number, price: number): Command => ({
  check: ({ places }) => places[place]?.state === 'alive',
  async run(model, real) {
    const { life = 0, instance = 0 } = model.places[place] ?? {};
    const order = plainOpening({
      keyId: real.keyIds[key] ?? '',
      projectId: real.projectId,
      reservedMicroUsd: price,
      createdAtMs: noon,
    });
    const opened = real.running[place]?.ledger.open(order);
    if (fits(model, key, price)) {
      await opened;
      const subject = { id: order.id, place, life, instance, key, reservedMicroUsd: price };
      model.orders.push({ ...subject, status: 'open', costMicroUsd: 0 });
    } else await expect(opened).rejects.toBeInstanceOf(PlantainError);
    await expectBook(model, real);
  },
  toString: () => `admit(place ${String(place)}, key ${String(key)}, ${String(price)})`,
});

/** A process tells how its order ended, maybe twice; one that was paused, maybe after others gave it up. */
const settle = (index: number, share: number): Command => ({
  check({ orders, places }) {
    const order = orders[index];
    const place = places[order?.place ?? -1];
    return place?.state === 'alive' && place.life === order?.life;
  },
  async run(model, real) {
    const order = model.orders[index];
    if (order === undefined) return;
    const costMicroUsd = Math.floor(order.reservedMicroUsd * share);
    const isFirst = order.status !== 'succeeded';
    const completion = plainCompletion({ costMicroUsd, finishedAtMs: noon + 1 });
    expect(await real.running[order.place]?.ledger.complete(order.id, completion, [])).toBe(isFirst);
    if (isFirst) Object.assign(order, { status: 'succeeded', costMicroUsd });
    await expectBook(model, real);
  },
  toString: () => `settle(${String(index)}, ${String(share)})`,
});

/** `kill -9`, or a pause that is long enough to be taken for dead. */
const stop = (place: number, state: 'paused' | 'killed'): Command => ({
  check: ({ places }) => places[place]?.state === 'alive',
  async run(model, { running }) {
    await running[place]?.die();
    const own = model.places[place];
    if (own === undefined) return;
    own.state = state;
    model.dead.add(own.instance);
  },
  toString: () => `${state}(${String(place)})`,
});

/** Who was paused goes on under a new id, with what it had; in the place of who was killed comes a new one. */
const goOn = (place: number): Command => ({
  check: ({ places }) => (places[place]?.state ?? 'alive') !== 'alive',
  async run(model, real) {
    const own = model.places[place];
    if (own === undefined) return;
    real.running[place] = await real.book.start();
    if (own.state === 'killed') own.life++;
    Object.assign(own, { state: 'alive', instance: ++model.instances });
    if (real.book.isAlone) closeDead(model);
    await expectBook(model, real);
  },
  toString: () => `go on(${String(place)})`,
});

const reap = (): Command => ({
  check: () => true,
  async run(model, real) {
    await real.book.reap();
    if (!real.book.isAlone) closeDead(model);
    await expectBook(model, real);
  },
  toString: () => 'reap()',
});

function closeDead({ orders, dead }: Model): void {
  for (const order of orders)
    if (order.status === 'open' && dead.has(order.instance))
      Object.assign(order, { status: 'unknown', costMicroUsd: order.reservedMicroUsd });
}

function commandsOf(places: number, isAlone: boolean): fc.Arbitrary<Iterable<Command>> {
  const place = fc.nat(places - 1);
  const price = fc.integer({ min: 1, max: 1200 });
  const share = fc.constantFrom(0, 0.4, 1);
  const state = isAlone
    ? fc.constant('killed' as const)
    : fc.constantFrom('killed' as const, 'paused' as const);
  const admits = fc.tuple(place, fc.nat(keys - 1), price).map((args) => admit(...args));
  const settles = fc.tuple(fc.nat(8), share).map((args) => settle(...args));
  return fc.commands(
    [
      // Several times, so that they come more often than the rest.
      admits,
      admits,
      admits,
      settles,
      settles,
      fc.tuple(place, state).map((args) => stop(...args)),
      place.map(goOn),
      place.map(goOn),
      fc.constant(reap()),
    ],
    // Long ones: what goes wrong takes a kill, a reaper and somebody who comes back.
    { maxCommands: 40, size: 'max' },
  );
}

/** What holds whatever the processes of a book do and whatever becomes of them. */
export function processesContract(
  adapter: string,
  openEmpty: () => Promise<SharedBook & { close(): Promise<void> }>,
): void {
  describe(`processes on ${adapter}`, () => {
    test('whatever is admitted, settled, killed, paused, replaced and reaped in whatever order: each row is what it must be, each counter its sum, and what fits is admitted', async () => {
      const probe = await openEmpty();
      const { isAlone } = probe;
      await probe.close();
      const places = isAlone ? 1 : 3;
      await fc.assert(
        fc.asyncProperty(commandsOf(places, isAlone), async (commands) => {
          const book = await openEmpty();
          try {
            const setup = await begin(book, places);
            await fc.asyncModelRun(() => setup, commands);
          } finally {
            await book.close();
          }
        }),
        { numRuns: 30 },
      );
    }, 180_000);
  });
}

async function begin(book: SharedBook, places: number): Promise<{ model: Model; real: Real }> {
  const clock = { nowMs: () => noon };
  const { id: projectId } = await createProject(new SqlProjectStore(book.db), clock, {
    name: 'shared',
    limits: { ...noLimits, totalMicroUsd: projectLimitMicroUsd },
  });
  const keyIds: string[] = [];
  for (let key = 0; key < keys; key++) {
    const { record } = draftKey(newApiKey(), { name: `key ${String(key)}`, projectId }, noon);
    await new SqlApiKeyStore(book.db).insert(record, randomBytes(32), { ...noLimits, ...keyLimit });
    keyIds.push(record.id);
  }
  const running: BookProcess[] = [];
  const model: Model = { orders: [], places: [], dead: new Set(), instances: 0 };
  for (let place = 0; place < places; place++) {
    running.push(await book.start());
    model.places.push({ state: 'alive', life: 0, instance: ++model.instances });
  }
  return { model, real: { book, running, projectId, keyIds } };
}
