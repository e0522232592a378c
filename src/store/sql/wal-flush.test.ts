import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plainCompletion, plainOpening } from '../../../test/support/plain-orders.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { SqlLedger } from './sql-ledger.ts';
import { WalFlush } from './wal-flush.ts';

const order = (id: string) => plainOpening({ id, createdAtMs: Date.now() });
/** A database in a file, whose commits are flushed by hand. */
async function newDatabase() {
  const directory = await mkdtemp(join(tmpdir(), 'plantain-flush-'));
  const { close, ...opened } = openDatabase(join(directory, 'plantain.db'), { flushesItself: true });
  await migrate(opened.db);
  const remove = async (): Promise<void> => {
    await close();
    await rm(directory, { recursive: true });
  };
  return { ...opened, remove };
}
/** In a moment: the ledger tries again what it is in doubt about. */
const expectCanceled = (ledger: SqlLedger, id: string) =>
  expect.poll(async () => (await ledger.find(id))?.status, { timeout: 20_000 }).toBe('canceled');
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

test('what is committed while a flush is under way waits for the next one, which all of it shares', async () => {
  const flushes: PromiseWithResolvers<void>[] = [];
  const file = {
    datasync: () => {
      const flush = Promise.withResolvers<void>();
      flushes.push(flush);
      return flush.promise;
    },
    close: async () => undefined,
  };
  const wal = new WalFlush('', async () => file);
  const done: string[] = [];
  const flush = (name: string) => wal.flush().then(() => done.push(name));
  void flush('first');
  await turns();
  void flush('second');
  void flush('third');
  await turns();
  expect(flushes).toHaveLength(1);
  flushes[0]?.resolve();
  await turns();
  expect([done, flushes.length]).toEqual([['first'], 2]);
  void flush('fourth');
  flushes[1]?.resolve();
  await turns();
  expect([done, flushes.length]).toEqual([['first', 'second', 'third'], 3]);
  flushes[2]?.resolve();
  await turns();
  expect(done).toEqual(['first', 'second', 'third', 'fourth']);
});

test('a flush that fails is told as that, and the next is a new one, by a handle of its own', async () => {
  const handles: string[] = [];
  const troubles = ['cannot be flushed', 'nor closed', 'cannot be opened', undefined];
  const wal = new WalFlush('', async () => {
    const trouble = troubles.shift();
    if (trouble === 'cannot be opened') throw new Error('ENOENT');
    handles.push('opened');
    return {
      datasync: async () => {
        if (trouble !== undefined) throw new Error('EIO');
      },
      close: async () => {
        handles.push('closed');
        if (trouble === 'nor closed') throw new Error('EIO');
      },
    };
  });
  for (let failing = 0; failing < 3; failing++)
    await expect(wal.flush()).rejects.toMatchObject({ code: 'storage_unavailable' });
  expect(handles).toEqual(['opened', 'closed', 'opened', 'closed']);
  await wal.flush();
  await wal.flush();
  expect(handles.slice(4)).toEqual(['opened']);
  await wal.close();
  expect(handles.slice(4)).toEqual(['opened', 'closed']);
});

test('an order is admitted once it is on the disk; its end does not wait; one whose flush failed is canceled at no cost', async () => {
  const { db, flush, remove } = await newDatabase();
  await flush?.();
  let isFailing = false;
  const flushed = Promise.withResolvers<void>();
  let flushes = 0;
  const ledger = new SqlLedger(db, {
    flush: () => {
      flushes++;
      return isFailing ? wal.flush() : flushed.promise;
    },
  });
  const wal = new WalFlush('', () => Promise.reject(new Error('EIO')));
  let isAdmitted = false;
  const admitted = ledger.open(order('req_1')).then(() => {
    isAdmitted = true;
  });
  await expect.poll(() => flushes).toBe(1);
  await turns();
  expect(isAdmitted).toBe(false);
  flushed.resolve();
  await admitted;
  expect(await ledger.complete('req_1', plainCompletion({ finishedAtMs: 9 }), [])).toBe(true);
  expect(flushes).toBe(1);
  isFailing = true;
  await expect(ledger.open(order('req_2'))).rejects.toMatchObject({ code: 'storage_unavailable' });
  await expectCanceled(ledger, 'req_2');
  await remove();
});

test('an end that shares its transaction with an order waits for no flush, and a flush that fails is not its affair', async () => {
  const { db, remove } = await newDatabase();
  const flushed = Promise.withResolvers<void>();
  const flushes = [Promise.resolve(), flushed.promise];
  const ledger = new SqlLedger(db, { flush: () => flushes.shift() ?? Promise.resolve() });
  await ledger.open(order('req_1'));
  const isAdmitted = ledger.open(order('req_2')).then(
    () => true,
    () => false,
  );
  expect(await ledger.complete('req_1', plainCompletion({ finishedAtMs: 9 }), [])).toBe(true);
  expect([flushes.length, (await ledger.find('req_2'))?.status]).toEqual([0, 'open']);
  flushed.reject(new PlantainError('storage_unavailable', 'EIO'));
  expect(await isAdmitted).toBe(false);
  await expectCanceled(ledger, 'req_2');
  expect((await ledger.find('req_1'))?.status).toBe('succeeded');
  await remove();
});
