import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sql } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import { startPostgres } from '../../../test/support/postgres-server.ts';
import { ManyRows, text, whole } from './many-rows.ts';
import { openDatabase } from './open-database.ts';
import { openPostgres } from './open-postgres.ts';
import { onConnection, type QueryRunner } from './query-runner.ts';

const server = await startPostgres();
const databases = [openDatabase(':memory:'), openPostgres(server.url)] as const;
afterAll(async () => {
  for (const database of databases) await database.close();
  await server.remove();
});

const mebibyte = 2 ** 20;
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe.each(databases)('many rows on $dialect', ({ db, dialect }) => {
  test('each value comes to its place, in few rows, in many, and in more than one statement takes', async () => {
    await sql`create table numbers (number bigint primary key, word text)`.execute(db);
    const add = new ManyRows<never>(
      dialect,
      [whole('number'), text('word')],
      (values, names) => sql`insert into numbers (${names}) values ${values}`,
    );
    for (const count of [20, 1, 3, 16, 17, 100, 99, 20_000, 2]) {
      const rows = Array.from({ length: count }, (_, index) => [index, `word ${String(index)}`]);
      const { changed } = await onConnection(db, (runner) => add.run(runner, rows));
      const found = await sql<{
        number: number;
        word: string;
      }>`select * from numbers order by number`.execute(db);
      expect(changed).toBe(count);
      expect(found.rows.map(({ number, word }) => [number, word])).toEqual(rows);
      await sql`delete from numbers`.execute(db);
    }
  });

  test('however many different numbers of rows there were, what is kept of them stays small', async () => {
    const columns = Array.from({ length: 20 }, (_, index) => whole(`column_${String(index)}`));
    const add = new ManyRows<never>(
      dialect,
      columns,
      (values, names) => sql`insert into numbers (${names}) values ${values}`,
    );
    const nowhere: QueryRunner = { executeQuery: async () => ({ rows: [] }) };
    const row = columns.map(() => 1);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let count = 1; count <= 400; count++)
      await add.run(
        nowhere,
        Array.from({ length: count }, () => row),
      );
    collectGarbage();
    const kept = process.memoryUsage().heapUsed - before;
    expect(kept).toBeLessThan(8 * mebibyte);
    // Still in use, so what it keeps was counted.
    await add.run(nowhere, [row]);
  });
});
