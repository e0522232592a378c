import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import type { ReportQuestion } from './report-question.ts';
import { ReportThread } from './report-thread.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'plantain-thread-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});
const question: ReportQuestion = { kind: 'orders', query: { limit: 1 } };

test('a thread that dies before it is asked ends no server; whoever asks it then is told why, also if asked already', async () => {
  const unhandled: unknown[] = [];
  const hear = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', hear);
  try {
    const path = join(directory, 'there is none.db');
    const thread = new ReportThread(path);
    await expect.poll(() => thread.isIdle).toBe(false);
    await expect(thread.ask(question)).rejects.toThrow('unable to open database file');
    await thread.end();
    await expect(new ReportThread(path).ask(question)).rejects.toThrow('unable to open database file');
    await nextTurn();
    expect(unhandled).toEqual([]);
    expect(thread.isIdle).toBe(false);
  } finally {
    process.off('unhandledRejection', hear);
  }
});

test('a question that cannot be put to a thread leaves it idle for the next', async () => {
  const path = join(directory, 'plantain.db');
  const database = openDatabase(path);
  await migrate(database.db);
  const thread = new ReportThread(path);
  const impossible = { kind: 'orders', query: { limit: () => 1 } } as unknown as ReportQuestion;
  await expect(thread.ask(impossible)).rejects.toThrow('could not be cloned');
  expect(thread.isIdle).toBe(true);
  const asked = thread.ask(question);
  expect(thread.isIdle).toBe(false);
  expect(await asked).toEqual({ kind: 'orders', orders: [] });
  expect(thread.isIdle).toBe(true);
  await thread.end();
  await database.close();
});

test('of several questions at once each has its own answer, one after the other, also behind one that cannot be put', async () => {
  const path = join(directory, 'plantain.db');
  const database = openDatabase(path);
  await migrate(database.db);
  const thread = new ReportThread(path);
  const totals: ReportQuestion = { kind: 'totals', query: { by: ['day'] } };
  const impossible = { ...totals, kind: () => 'totals' } as unknown as ReportQuestion;
  const quarters: ReportQuestion = { kind: 'quarters', dayMs: 0 };
  const asked = [totals, impossible, question, quarters].map((one) => thread.ask(one));
  expect(
    (await Promise.allSettled(asked)).map((one) => ('value' in one ? one.value.kind : one.status)),
  ).toEqual(['totals', 'rejected', 'orders', 'quarters']);
  expect(thread.isIdle).toBe(true);
  // Those that wait for their turn are told when there will be none.
  const left = [totals, question].map((one) => thread.ask(one));
  const ended = Promise.allSettled(left);
  await thread.end();
  expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await database.close();
});
