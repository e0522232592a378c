import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApiKey } from '../access/manage-keys.ts';
import { loadConfig } from '../config/load-config.ts';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { newId } from '../kernel/ids.ts';
import { withRecords } from './open-records.ts';
import { parseDay } from './parse-day.ts';
import { runCommandLine } from './run-command-line.ts';
import { readPeriod } from './usage-command.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'plantain-usage-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function usage(...words: string[]) {
  const context = capturedContext();
  const exitCode = await runCommandLine(['usage', ...words, '--data-dir', dataDir], context);
  return { exitCode, out: context.out(), err: context.err() };
}

const writeOneOrder = (): Promise<void> => writeOrders(['ada']);

/** An order for each of these end users, all of one day. */
async function writeOrders(endUsers: readonly (string | null)[]): Promise<void> {
  const { config } = loadConfig({ env: {}, cwd: '/', flags: { dataDir } });
  await withRecords(config, async ({ keys, ledger }) => {
    const { record } = await createApiKey(keys, { nowMs: () => 0 }, { name: 'website' });
    for (const endUser of endUsers) {
      const id = newId('req', Date.UTC(2026, 10, 2));
      await ledger.open({
        id,
        keyId: record.id,
        projectId: record.projectId,
        operation: 'generate',
        model: 'gemini-2.5-flash-image',
        requestedModel: 'dall-e-3',
        imagesRequested: 1,
        reservedMicroUsd: 50_000,
        createdAtMs: Date.UTC(2026, 10, 2),
        endUser,
        upstream: null,
      });
      const completion = {
        status: 'succeeded' as const,
        errorCode: null,
        upstream: 'sandbox',
        imagesDelivered: 1,
        inputTokens: 10,
        outputTokens: 1290,
        outputImageTokens: 1290,
        usageSource: 'upstream' as const,
        costMicroUsd: 38_703,
        bytesOut: 100,
        attempts: 1,
        finishedAtMs: Date.UTC(2026, 10, 2) + 5,
      };
      await ledger.complete(id, completion, []);
    }
  });
}

test('totals come by key name, model and day, and alone with --by', async () => {
  await writeOneOrder();
  const all = await usage();
  expect(all.exitCode).toBe(0);
  for (const text of ['website', 'gemini-2.5-flash-image', '2026-11-02', '$0.038703'])
    expect(all.out).toContain(text);
  const byKey = await usage('--by', 'key', '--csv');
  expect(byKey.out.split('\r\n')).toHaveLength(3);
  expect(byKey.out).toMatch(/\r\nwebsite,key_\w+,1,1,1,/);
  const json = JSON.parse((await usage('--json')).out) as { by: string }[];
  expect(json.map(({ by }) => by)).toEqual(['key', 'model', 'day']);
  expect(JSON.parse((await usage('--json', '--by', 'day')).out)).toMatchObject({
    by: 'day',
    rows: [{ day: '2026-11-02' }],
  });
});

test('groups combine, keys filter, and the sandbox costs nothing', async () => {
  await writeOneOrder();
  const combined = JSON.parse((await usage('--by', 'user,day,upstream,error', '--json')).out) as unknown;
  expect(combined).toMatchObject({
    by: 'user,day,upstream,error',
    rows: [
      {
        user: 'ada',
        day: '2026-11-02',
        upstream: 'sandbox',
        error: null,
        cost_micro_usd: 0,
        sandbox_cost_micro_usd: 38_703,
      },
    ],
  });
  expect((await usage('--by', 'upstream,user', '--key', 'website')).out).toMatch(
    /\nsandbox +ada +1 .* \$0\.00 +\$0\.038703\n/,
  );
  expect((await usage('--key', 'command line')).out).toBe('No orders in this period.\n');
  expect(await usage('--key', 'web')).toEqual({
    exitCode: 2,
    out: '',
    err: 'plantain: there is no key web. `plantain keys list` lists them.\n',
  });
});

test('the largest come by themselves and the others together', async () => {
  await writeOrders(['ada', 'ada', 'bob', null]);
  const { rows } = JSON.parse((await usage('--by', 'day,user', '--top', '1', '--json')).out) as {
    rows: unknown[];
  };
  expect(rows).toMatchObject([
    { user: 'ada', orders: 2 },
    { user: null, others: 2, orders: 2 },
  ]);
  expect((await usage('--by', 'user', '--top', '1', '--top-by', 'images')).out).toMatch(
    /\nada +2 .*\n2 others +2 .*\n-+\ntotal +4 /,
  );
  // The three tables of no `--by`: that by day has nothing to be the largest.
  expect((await usage('--top', '1')).out).toMatch(/website +4 [^]*2026-11-02 +4 /);
  for (const [words, err] of [
    [['--by', 'day', '--top', '3'], '--top needs a group that is no day or hour, such as --by day,key.'],
    [['--top-by', 'cost'], '--top-by needs --top, such as --top 12.'],
    [
      ['--top', '101'],
      "option '--top <n>' argument '101' is invalid. It must be a whole number of 1 to 100.",
    ],
  ] as const)
    expect(await usage(...words)).toEqual({ exitCode: 2, out: '', err: `plantain: ${err}\n` });
});

test('a group that there is not, or twice, is refused', async () => {
  for (const [by, reason] of [
    ['week', 'It must be one or several of key, project, model, upstream, user, error, day, hour.'],
    ['key,', 'It must be one or several of key, project, model, upstream, user, error, day, hour.'],
    ['day,key,day', 'It names a group twice.'],
  ] as const)
    expect(await usage('--by', by)).toEqual({
      exitCode: 2,
      out: '',
      err: `plantain: option '--by <groups>' argument '${by}' is invalid. ${reason}\n`,
    });
});

test('a period holds its first and last day, and nothing else', async () => {
  await writeOneOrder();
  expect((await usage('--from', '2026-11-02', '--to', '2026-11-02')).out).toContain('website');
  expect((await usage('--to', '2026-11-01')).out).toBe('No orders in this period.\n');
  expect((await usage('--from', '2026-11-03')).out).toBe('No orders in this period.\n');
});

test('days are read in the usual words, and no impossible day becomes another', () => {
  const nowMs = Date.UTC(2026, 10, 24, 13, 5);
  expect(parseDay('2026-11-01', nowMs)).toBe(Date.UTC(2026, 10, 1));
  expect(parseDay('today', nowMs)).toBe(Date.UTC(2026, 10, 24));
  expect(parseDay('yesterday', nowMs)).toBe(Date.UTC(2026, 10, 23));
  expect(parseDay('7d', nowMs)).toBe(Date.UTC(2026, 10, 17));
  for (const text of ['2026-02-30', '2026-13-01', '1.11.2026', 'soon', '', '2026-11-01T00:00']) {
    expect(() => parseDay(text, nowMs), text).toThrow(/is no day/);
  }
  expect(() => readPeriod({ from: '2026-11-03', to: '2026-11-01' }, nowMs)).toThrow(/is after/);
});

test('days are those of the zone that is asked for, or of budgets', async () => {
  await writeOneOrder();
  const day = async (...words: string[]) =>
    (
      JSON.parse((await usage('--by', 'day', '--format', 'json', ...words)).out) as {
        rows: { day: string }[];
      }
    ).rows.map((row) => row.day);
  expect(await day()).toEqual(['2026-11-02']);
  expect(await day('--time-zone', 'america/new_york')).toEqual(['2026-11-01']);
  expect(await day('--time-zone', 'America/New_York', '--from', '2026-11-02')).toEqual([]);
  expect(await day('--time-zone', 'America/New_York', '--to', '2026-11-01')).toEqual(['2026-11-01']);
  writeFileSync(path.join(dataDir, 'plantain.yaml'), 'budgets:\n  time_zone: America/New_York\n');
  expect(await day('--config', path.join(dataDir, 'plantain.yaml'))).toEqual(['2026-11-01']);
  expect(await usage('--time-zone', 'Mars/Base')).toMatchObject({ exitCode: 2 });
  expect((await usage('--by', 'hour', '--time-zone', 'Asia/Kolkata')).out).toContain(
    '2026-11-02T05:00:00+05:30',
  );
});

test('what is asked for by project, model, upstream and user is what is there', async () => {
  await writeOneOrder();
  const orders = async (...words: string[]) =>
    (JSON.parse((await usage('--by', 'project', '--json', ...words)).out) as { total: { orders: number } })
      .total.orders;
  expect([
    await orders('--project', 'default'),
    await orders('--model', 'gemini-2.5-flash-image', '--upstream', 'sandbox', '--user', 'ada'),
    await orders('--model', 'dall-e-3'),
    await orders('--upstream', 'gemini'),
    await orders('--user', 'bob'),
  ]).toEqual([1, 1, 0, 0, 0]);
  expect(await usage('--project', 'none')).toEqual({
    exitCode: 2,
    out: '',
    err: 'plantain: there is no project none. `plantain projects list` lists them.\n',
  });
  expect((await usage('--by', 'model', '--format', 'jsonl')).out).toMatch(
    /^\{"model":"gemini-2.5-flash-image",.*\}\n$/,
  );
});

test('CSV without a group, or together with JSON, is refused', async () => {
  expect((await usage('--csv')).exitCode).toBe(2);
  expect((await usage('--csv', '--json', '--by', 'key')).exitCode).toBe(2);
});
