import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { startPostgres, type PostgresServer } from '../../test/support/postgres-server.ts';
import { newId } from '../kernel/ids.ts';
import { openStore } from '../store/sql/open-store.ts';
import { SqlLedger } from '../store/sql/sql-ledger.ts';
import type { UsageSource } from '../usage/ledger.ts';
import { runCommandLine } from './run-command-line.ts';

let folder: string;
let server: PostgresServer;
/** Two upstreams that Google bills, one of them in the name of a project, and one that somebody else bills. */
const settings = `
upstreams:
  - { name: keyed, kind: gemini, api_key: k }
  - { name: cloud, kind: vertex, project: my-project, credentials: adc }
  - { name: other, kind: openai-compatible, profile: openai, api_key: k, models: [gpt-image-1] }
`;
const flash = 'gemini-3.1-flash-image';
const pro = 'gemini-3-pro-image';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plantain-bill-'));
  writeFileSync(join(folder, 'plantain.yaml'), settings);
  server = await startPostgres();
  for (const url of [undefined, server.url]) {
    const store = await openStore({ url, file: join(folder, 'data/plantain.db') });
    const ledger = new SqlLedger(
      store.db,
      url === undefined ? {} : { postgres: { instance: { id: 'inst_dead' }, usesDatabaseClock: false } },
    );
    const dead = { id: 'inst_dead', started_at_ms: 1, heartbeat_at_ms: 1, ended_at_ms: 2, version: 'test' };
    await store.db.insertInto('instances').values(dead).execute();
    const call = async (
      at: string,
      upstream: string,
      model: string,
      cost: number,
      source: UsageSource | 'lost',
    ) => {
      const ms = Date.parse(at);
      const id = newId('req', ms);
      const opening = {
        keyId: 'cli',
        projectId: 'proj_default',
        operation: 'generate',
        model,
        requestedModel: model,
      } as const;
      await ledger.open({
        ...opening,
        id,
        imagesRequested: 1,
        reservedMicroUsd: cost,
        createdAtMs: ms,
        endUser: null,
        upstream,
      });
      if (source === 'lost') return;
      const tokens = {
        inputTokens: 0,
        outputTokens: 0,
        outputImageTokens: 0,
        usageSource: source,
        costMicroUsd: cost,
      };
      await ledger.complete(
        id,
        {
          ...tokens,
          status: 'succeeded',
          errorCode: null,
          upstream,
          imagesDelivered: 1,
          bytesOut: 0,
          attempts: 1,
          finishedAtMs: ms,
        },
        [
          {
            ...tokens,
            upstream,
            model,
            startedAtMs: ms,
            endedAtMs: ms,
            verdict: 'picture',
            phase: 'answered',
            fault: null,
            httpStatus: 200,
            errorCode: null,
            priceId: null,
            priceLines: [],
          },
        ],
      );
    };
    // The last second of September on the Pacific coast, and the first and the last of October.
    await call('2026-10-01T06:59:59Z', 'keyed', flash, 7_000_000, 'upstream');
    await call('2026-10-01T07:00:00Z', 'keyed', flash, 1_000_000, 'upstream');
    await call('2026-10-10T12:00:00Z', 'keyed', flash, 0, 'none');
    await call('2026-10-10T12:00:00Z', 'cloud', pro, 2_000_000, 'upstream');
    await call('2026-10-10T12:00:00Z', 'cloud', pro, 500_000, 'lost');
    await call('2026-10-10T12:00:00Z', 'other', 'gpt-image-1', 9_000_000, 'upstream');
    await call('2026-10-10T12:00:00Z', 'sandbox', flash, 9_000_000, 'upstream');
    await call('2026-11-01T06:59:59Z', 'keyed', flash, 250_000, 'estimated');
    await call('2026-11-01T07:00:00Z', 'keyed', flash, 7_000_000, 'upstream');
    await ledger.closeLeftOpen(Date.parse('2026-10-10T13:00:00Z'));
    await store.close();
  }
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.remove();
});

const csv = `sku.description,usage_start_time,cost,currency,project.id,cost_type,usage.amount
Gemini 3.1 Flash Image output image tokens,2026-10-01 07:00:00 UTC,0.90,USD,any-project,regular,3
"Gemini 3.1 Flash Image input text, tokens",2026-10-01 07:00:00 UTC,0.10,USD,any-project,regular,3
Gemini 3.1 Flash Image output image tokens,2026-11-01 06:00:00 UTC,0.2500004,USD,any-project,regular,1
Gemini 3.1 Flash Image output image tokens,2026-11-01 07:00:00 UTC,99,USD,any-project,regular,1
Gemini 3 Pro Image output image tokens,2026-10-10 12:00:00 UTC,2,USD,my-project,regular,1
Gemini 3 Flash text tokens,2026-10-10 12:00:00 UTC,5,USD,my-project,regular,1
Tax,2026-10-10 12:00:00 UTC,1.23,USD,my-project,tax,0
`;
const jsonLines = csv
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [sku = '', at, cost, currency, project, type] = line
      .replace(', tokens"', ' tokens')
      .replace('"', '')
      .split(',');
    return JSON.stringify({
      sku: { id: '1', description: sku },
      usage_start_time: at,
      cost: Number(cost),
      currency,
      project: { id: project, labels: [] },
      cost_type: type,
      credits: [{ amount: -0.5 }],
    });
  })
  .join('\n');

async function reconcile(bill: string, words: readonly string[] = [], env: Record<string, string> = {}) {
  writeFileSync(join(folder, 'bill'), bill);
  const context = { ...capturedContext(), cwd: folder, env };
  const exitCode = await runCommandLine(
    ['reconcile', join(folder, 'bill'), '--month', '2026-10', ...words],
    context,
  );
  return { exitCode, out: context.out(), err: context.err() };
}

test.each([
  ['CSV', 'SQLite', csv, false],
  ['JSON lines', 'SQLite', jsonLines, false],
  ['CSV', 'PostgreSQL', csv, true],
] as const)(
  'a bill as %s is compared with the ledger in %s, by project, model and Pacific day',
  async (_form, _store, bill, isShared) => {
    const { exitCode, out, err } = await reconcile(
      bill,
      ['--json'],
      isShared ? { DATABASE_URL: server.url } : {},
    );
    expect([exitCode, err]).toEqual([0, '']);
    const nothing = { estimated_micro_usd: 0, uncounted_calls: 0, unknown_micro_usd: 0, beyond_micro_usd: 0 };
    expect(JSON.parse(out)).toEqual({
      month: '2026-10',
      groups: [
        {
          ...nothing,
          project: null,
          model: flash,
          within_tolerance: true,
          bill_micro_usd: 1_250_000,
          ledger_micro_usd: 1_250_000,
          estimated_micro_usd: 250_000,
          uncounted_calls: 1,
          days: [
            { ...nothing, day: '2026-10-01', bill_micro_usd: 1_000_000, ledger_micro_usd: 1_000_000 },
            { ...nothing, day: '2026-10-10', bill_micro_usd: 0, ledger_micro_usd: 0, uncounted_calls: 1 },
            {
              ...nothing,
              day: '2026-10-31',
              bill_micro_usd: 250_000,
              ledger_micro_usd: 250_000,
              estimated_micro_usd: 250_000,
            },
          ],
        },
        {
          ...nothing,
          project: 'my-project',
          model: pro,
          within_tolerance: true,
          bill_micro_usd: 2_000_000,
          ledger_micro_usd: 2_000_000,
          unknown_micro_usd: 500_000,
          days: [
            {
              ...nothing,
              day: '2026-10-10',
              bill_micro_usd: 2_000_000,
              ledger_micro_usd: 2_000_000,
              unknown_micro_usd: 500_000,
            },
          ],
        },
      ],
      not_compared: {
        skus: [{ sku: 'Gemini 3 Flash text tokens', cost_micro_usd: 5_000_000 }],
        irregular_micro_usd: 1_230_000,
      },
    });
  },
);

test('people see a table, what bounds the gap, and what is not compared', async () => {
  const { out } = await reconcile(csv, ['--days']);
  expect(out).toMatch(/^Project +Model +Day +Bill +Ledger +Beyond it +Estimated +Not counted +Unknown/);
  expect(out).toMatch(
    /API keys +gemini-3\.1-flash-image +month +\$1\.25 +\$1\.25 +\$0\.00 +\$0\.25 +1 +\$0\.00\n/,
  );
  expect(out).toMatch(
    /my-project +gemini-3-pro-image +2026-10-10 +\$2\.00 +\$2\.00 +\$0\.00 +\$0\.00 +0 +\$0\.50\n/,
  );
  expect(out).toContain('Not compared: $5.00 for Gemini 3 Flash text tokens.\n');
  expect(out).toContain('Not compared: $1.23 of taxes, adjustments and rounding.\n');
});

const dearer = csv.replace(',2,USD,my-project', ',2.03,USD,my-project');
test.each([
  [['--tolerance', '2%'], 0],
  [['--tolerance', '1.4%'], 1],
  [['--tolerance', '0.03'], 0],
  [['--tolerance', '0.029999'], 1],
  [[], 1],
  [['--upstream', 'keyed'], 0],
  [['--upstream', 'cloud'], 1],
  [['--project', 'any-project,x'], 1],
])('three cents more on the bill, with %j: exit %i', async (words, expected) => {
  const { exitCode, err } = await reconcile(dearer, words);
  expect(exitCode).toBe(expected);
  if (expected === 1)
    expect(err).toBe('plantain: bill and ledger are further apart than they may be: gemini-3-pro-image.\n');
});

test.each([
  [csv.replaceAll('USD', 'EUR'), [], /bill: row 1: its costs are in EUR/],
  [
    'a,b\n1,2\n',
    [],
    /bill lacks sku\.description, usage\.start\.time, cost, currency\. It has to be Google's/,
  ],
  [csv.replaceAll('2026-1', '2025-1'), [], /bill has no row of 2026-10\./],
  ['', [], /bill has no row of 2026-10\./],
  [csv, ['--upstream', 'other'], /other is no upstream that Google bills/],
  [csv, ['--tolerance', 'little'], /Write a share such as 2%/],
  [`${csv}"`, [], /bill: row 7: its last quote is not closed/],
  ['{"sku":', [], /bill: row 0: /],
])('what cannot be compared is refused with the reason', async (bill, words, message) => {
  const { exitCode, err } = await reconcile(bill, words);
  expect([exitCode, err]).toEqual([2, expect.stringMatching(message)]);
});
