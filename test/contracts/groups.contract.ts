import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newApiKey } from '../../src/access/api-key.ts';
import { draftKey, editApiKey, rotateApiKey } from '../../src/access/manage-keys.ts';
import { createProject } from '../../src/access/manage-projects.ts';
import { type Limits, noLimits } from '../../src/journey/limits.ts';
import { PlantainError } from '../../src/kernel/plantain-error.ts';
import { EndUserRoom } from '../../src/store/sql/end-user-room.ts';
import { bookStatements } from '../../src/store/sql/book-statements.ts';
import type { Database } from '../../src/store/sql/database-schema.ts';
import { toOpenRow } from '../../src/store/sql/ledger-row.ts';
import type { DialectName } from '../../src/store/sql/migrations/column-kinds.ts';
import type { BookTask } from '../../src/store/sql/book-task.ts';
import { writeGroup } from '../../src/store/sql/order-group.ts';
import { SqlApiKeyStore } from '../../src/store/sql/sql-api-key-store.ts';
import { SqlProjectStore } from '../../src/store/sql/sql-project-store.ts';
import { plainCompletion, plainOpening } from '../support/plain-orders.ts';

export interface GroupsUnderTest {
  readonly db: Kysely<Database>;
  close(): Promise<void>;
}

const noon = Date.parse('2026-11-26T12:00:00Z');
const clock = { nowMs: () => noon };
const keys = 2;

/** An order of a group: by which key, for how much; and one that ended, for how much of its reservation. */
interface Wish {
  readonly key: number;
  readonly price: number;
  readonly images: number;
  readonly user: string | null;
}
const wish = fc.record<Wish>({
  key: fc.nat(keys - 1),
  price: fc.integer({ min: 1, max: 1500 }),
  images: fc.integer({ min: 1, max: 3 }),
  user: fc.constantFrom(null, 'ada'),
});
const wishes = fc.array(wish, { maxLength: 8 });
const limitsOf = fc.record<Partial<Limits>>({
  totalMicroUsd: fc.option(fc.integer({ min: 500, max: 6000 }), { nil: null }),
  maxOpen: fc.option(fc.integer({ min: 1, max: 5 }), { nil: null }),
  imagesPerMinute: fc.option(fc.integer({ min: 2, max: 9 }), { nil: null }),
  imagesPerDay: fc.option(fc.integer({ min: 2, max: 12 }), { nil: null }),
});

/** What holds of the transaction of a group, on every database. */
export function groupsContract(
  adapter: string,
  dialect: DialectName,
  openEmpty: () => Promise<GroupsUnderTest>,
): void {
  describe(`groups on ${adapter}`, () => {
    let own: GroupsUnderTest;
    beforeEach(async () => {
      own = await openEmpty();
    });
    afterEach(() => own.close());

    const options = {
      statements: bookStatements(dialect),
      usesDatabaseClock: false,
      alerting: { alertAt: [] },
      endUsers: new EndUserRoom(),
    };
    const write = (tasks: readonly BookTask[], isRedo = false) =>
      own.db.transaction().execute((db) => writeGroup(options, db, tasks, isRedo));

    let made = 0;
    /** A project with keys, and orders that are open already. */
    const begin = async (limits: Partial<Limits>, before: readonly Wish[]) => {
      const name = `p ${String(++made)}`;
      const { id: projectId } = await createProject(new SqlProjectStore(own.db), clock, {
        name,
        limits: { ...noLimits, totalMicroUsd: 9000 },
      });
      const keyIds: string[] = [];
      for (let key = 0; key < keys; key++) {
        const { record } = draftKey(newApiKey(), { name: `${name} ${String(key)}`, projectId }, noon);
        await new SqlApiKeyStore(own.db).insert(record, randomBytes(32), { ...noLimits, ...limits });
        keyIds.push(record.id);
      }
      const opening = ({ key, price, images, user }: Wish): BookTask => {
        const fields = {
          keyId: keyIds[key] ?? '',
          projectId,
          reservedMicroUsd: price,
          imagesRequested: images,
          endUser: user,
          createdAtMs: noon,
        };
        return { kind: 'open', row: toOpenRow(plainOpening(fields), null) };
      };
      const earlier = before.map(opening);
      const results = await write(earlier);
      const ends = earlier.flatMap((task, index): BookTask[] => {
        if (task.kind !== 'open' || results[index] instanceof Error) return [];
        const costMicroUsd = Math.floor(task.row.reserved_micro_usd / 2);
        const completion = plainCompletion({ costMicroUsd, finishedAtMs: noon + 1 });
        return [{ kind: 'complete', id: task.row.id, completion, attempts: [] }];
      });
      return { projectId, keyIds, opening, ends };
    };
    type Begun = Awaited<ReturnType<typeof begin>>;

    /** Everything that a group changes, without the names that differ from one project to the next. */
    const stateOf = async ({ projectId, keyIds }: Pick<Begun, 'projectId' | 'keyIds'>) => {
      const allowances = await own.db.selectFrom('allowances').selectAll().execute();
      const rows = await own.db
        .selectFrom('ledger')
        .selectAll()
        .where('project_id', '=', projectId)
        .orderBy('reserved_micro_usd')
        .orderBy('images_requested')
        .orderBy('key_id')
        .execute();
      return {
        counters: [projectId, ...keyIds].map((id) => ({
          ...allowances.find((row) => row.id === id),
          id: '',
        })),
        rows: rows
          .map(({ key_id, reserved_micro_usd, images_requested, status, cost_micro_usd, end_user }) =>
            [
              keyIds.indexOf(key_id),
              reserved_micro_usd,
              images_requested,
              status,
              cost_micro_usd,
              end_user,
            ].join(),
          )
          .toSorted(),
      };
    };

    test('a group that is done again, because nobody heard that it was committed, changes nothing more', async () => {
      await fc.assert(
        fc.asyncProperty(
          limitsOf,
          wishes,
          wishes,
          fc.integer({ min: 1, max: 3 }),
          async (limits, before, now, times) => {
            const begun = await begin(limits, before);
            const tasks = [...begun.ends, ...now.map(begun.opening)];
            const first = await write(tasks);
            const once = await stateOf(begun);
            for (let time = 0; time < times; time++) {
              const again = await write(tasks, true);
              expect(await stateOf(begun)).toEqual(once);
              // Who was admitted is told so again, and who was refused is refused.
              for (const [index, task] of tasks.entries())
                if (task.kind === 'open')
                  expect(again[index] instanceof Error).toBe(first[index] instanceof Error);
            }
          },
        ),
        { numRuns: 30 },
      );
    }, 120_000);

    test('a group is what its orders would have been one after the other', async () => {
      await fc.assert(
        fc.asyncProperty(limitsOf, wishes, wishes, async (limits, before, now) => {
          const [together, apart] = [await begin(limits, before), await begin(limits, before)];
          const outcome = (result: unknown): string =>
            result instanceof PlantainError ? result.code : 'admitted';
          const grouped = await write([...together.ends, ...now.map(together.opening)]);
          const single: unknown[] = [];
          for (const task of [...apart.ends, ...now.map(apart.opening)])
            single.push(...(await write([task])));
          expect(single.map(outcome)).toEqual(grouped.map(outcome));
          expect(await stateOf(apart)).toEqual(await stateOf(together));
        }),
        { numRuns: 30 },
      );
    }, 120_000);

    test('rotation, its overlap, and a new name change no counter: both secrets are one key', async () => {
      const begun = await begin({ totalMicroUsd: 5000 }, [{ key: 0, price: 700, images: 1, user: null }]);
      const before = await stateOf(begun);
      const [keyId = ''] = begun.keyIds;
      const store = new SqlApiKeyStore(own.db);
      await rotateApiKey(store, clock, { idOrName: keyId }, 3_600_000);
      await editApiKey(store, clock, { idOrName: keyId }, { name: 'renamed' });
      expect(await stateOf(begun)).toEqual(before);
      await write([begun.opening({ key: 0, price: 300, images: 1, user: null })]);
      const after = await stateOf(begun);
      expect(after.counters.map((row) => row.total_used_micro_usd)).toEqual([1000, 1000, 0]);
    });
  });
}
