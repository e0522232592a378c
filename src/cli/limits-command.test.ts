import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { loadConfig } from '../config/load-config.ts';
import { formatLimits, parseLimits, parseMicroUsd } from './limit-list.ts';
import { withRecords } from './open-records.ts';
import { parseMoment } from './parse-moment.ts';
import { runCommandLine } from './run-command-line.ts';
import { noLimits } from '../journey/limits.ts';

let dataDir = '';
beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'plantain-limits-'));
  await withRecords({ ...loadConfig({ env: {}, cwd: '/' }).config, dataDir }, async () => undefined);
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function run(...words: string[]) {
  const context = capturedContext();
  const exitCode = await runCommandLine([...words, '--data-dir', dataDir], context);
  return { exitCode, out: context.out(), err: context.err() };
}
const json = async (...words: string[]): Promise<unknown> => JSON.parse((await run(...words, '--json')).out);

test('limits are written as a list, money in dollars or micro-USD, none takes one away', () => {
  expect(parseLimits('month_usd=50,max_open=none, images_per_minute=20')).toEqual({
    monthMicroUsd: 50_000_000,
    maxOpen: null,
    imagesPerMinute: 20,
  });
  expect(parseLimits('total_micro_usd=1')).toEqual({ totalMicroUsd: 1 });
  expect(['0.25', '$12.50', '0.000001', '1.0000001', 'x', '', '-1'].map(parseMicroUsd)).toEqual([
    250_000,
    12_500_000,
    1,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(formatLimits({ ...noLimits, monthMicroUsd: 250_000, maxOpen: 3 })).toBe('max_open=3,month_usd=0.25');
  for (const [list, problem] of [
    ['mont_usd=5', /Did you mean month_usd/],
    ['max_open', /max_open=number/],
    ['requests_per_minute=0', /from 1 to/],
    ['month_usd=-5', /dollars/],
    ['max_open=1,max_open=2', /twice/],
    ['month_usd=1,month_micro_usd=1', /twice/],
    ['', /is no limit/],
  ] as const)
    expect(() => parseLimits(list)).toThrow(problem);
});

test('moments are days, times, or spans from now', () => {
  const now = Date.UTC(2026, 10, 26);
  expect(
    ['now', '30d', '90m', '2026-12-31', '2026-12-31T18:00:00Z', '2026-12-31T18:00+02:00'].map((text) =>
      parseMoment(text, now),
    ),
  ).toEqual([
    now,
    now + 30 * 86_400_000,
    now + 90 * 60_000,
    Date.UTC(2026, 11, 31),
    Date.UTC(2026, 11, 31, 18),
    Date.UTC(2026, 11, 31, 16),
  ]);
  for (const text of ['2026-02-30', 'tomorrow', '30', '', '2026-13-01', '-1d'])
    expect(() => parseMoment(text, now)).toThrow();
});

test('a key made with limits has them, and what else it was made with', async () => {
  const created = await json(
    'keys',
    'create',
    '--name',
    'ci',
    '--limits',
    'month_usd=20,max_open=2',
    '--models',
    'nano-banana',
    '--addresses',
    '10.0.0.0/8,::1',
    '--expires',
    '2030-01-01',
    '--tags',
    'team=web',
  );
  expect(created).toMatchObject({
    name: 'ci',
    project_id: 'proj_default',
    models: [expect.stringMatching(/^gemini-/)],
    addresses: ['10.0.0.0/8', '::1'],
    expires_at: '2030-01-01T00:00:00.000Z',
    tags: { team: 'web' },
  });
  expect(await json('limits', 'show', '--key', 'ci')).toMatchObject([
    {
      limits: { month_micro_usd: 20_000_000, max_open: 2, day_micro_usd: null },
      used: { open: 0, total_micro_usd: 0 },
    },
  ]);
  expect((await run('limits', 'show', '--key', 'ci')).out).toContain('max_open=2,month_usd=20.00');
});

test('a key is edited, expires, and works again; what is not named stays', async () => {
  await run('keys', 'create', '--name', 'ci', '--strict', '--tags', 'a=b');
  expect(await json('keys', 'edit', 'ci', '--name', 'build', '--limits', 'max_open=1')).toMatchObject({
    name: 'build',
    strict: true,
    tags: { a: 'b' },
  });
  expect(await json('keys', 'edit', 'build', '--no-strict', '--tags', 'none')).toMatchObject({
    strict: false,
    tags: {},
  });
  expect(await json('limits', 'show', '--key', 'build')).toMatchObject([{ limits: { max_open: 1 } }]);
  expect((await run('keys', 'expire', 'build')).out).toMatch(/^build \(key_\w+\) expires at 20/);
  expect(await json('keys', 'list')).toMatchObject([{ state: 'expired' }]);
  expect((await run('keys', 'expire', 'build', 'never')).out).toContain('does not expire');
  expect(await json('keys', 'list')).toMatchObject([{ state: 'live', expires_at: null }]);
  expect(await run('keys', 'edit', 'build')).toMatchObject({ exitCode: 2 });
});

test('no key is made with an end that is over, or given one: what was meant by a day is said', async () => {
  const today = new Date().toISOString().slice(0, 10);
  for (const when of ['2020-01-01', today])
    expect(await run('keys', 'create', '--name', 'ci', '--expires', when)).toMatchObject({
      exitCode: 2,
      out: '',
      err: expect.stringContaining(`${when}T00:00:00.000Z is over already`) as string,
    });
  expect(await json('keys', 'list')).toEqual([]);
  await run('keys', 'create', '--name', 'ci');
  expect(await run('keys', 'expire', 'ci', today)).toMatchObject({ exitCode: 2 });
  expect(await json('keys', 'list')).toMatchObject([{ state: 'live' }]);
  expect((await run('keys', 'expire', 'ci', 'now')).out).toContain('expires at');
  expect(await json('keys', 'list')).toMatchObject([{ state: 'expired' }]);
});

test('a key is rotated with an overlap, and stays the same key', async () => {
  const { id } = (await json('keys', 'create', '--name', 'ci')) as { id: string };
  expect((await run('keys', 'rotate', 'ci', '--overlap', '1h')).out).toMatch(
    /The old key sk-\S+ works until 20\S+Z\.\n$/,
  );
  const [listed] = (await json('keys', 'list')) as {
    id: string;
    secrets: { valid_until: string | null }[];
  }[];
  expect([listed?.id, listed?.secrets.map(({ valid_until }) => valid_until === null)]).toEqual([
    id,
    [false, true],
  ]);
  expect((await run('keys', 'rotate', 'ci', '--overlap', '5')).exitCode).toBe(2);
});

test('projects give their keys a shared budget and first limits, and archiving them ends their keys', async () => {
  const created = (await json(
    'projects',
    'create',
    'shop',
    '--limits',
    'month_usd=200',
    '--key-limits',
    'max_open=4',
  )) as { id: string };
  expect(await json('keys', 'create', '--name', 'web', '--project', 'shop')).toMatchObject({
    project_id: created.id,
  });
  await run('keys', 'create', '--name', 'web');
  expect(await json('limits', 'show', '--key', 'web', '--project', 'shop')).toMatchObject([
    { limits: { max_open: 4 } },
  ]);
  expect(await json('limits', 'show', '--project', 'shop')).toMatchObject([
    { id: created.id, limits: { month_micro_usd: 200_000_000 } },
  ]);
  expect((await run('keys', 'revoke', 'web')).err).toContain('--project');
  expect((await run('keys', 'list')).out).toContain('shop');
  expect(
    await json('projects', 'edit', 'shop', '--name', 'store', '--key-limits', 'images_per_day=9'),
  ).toMatchObject({
    name: 'store',
    key_limits: { max_open: 4, images_per_day: 9 },
  });
  expect((await run('projects', 'archive', 'store')).out).toMatch(/^Archived the project "store"/);
  expect((await run('projects', 'list')).out).toMatch(/store .* archived 20/);
  expect((await run('keys', 'create', '--name', 'late', '--project', 'store')).exitCode).toBe(2);
});

test('limits of models and end users have counters of their own', async () => {
  await run('projects', 'create', 'shop');
  await run('limits', 'set', 'images_per_day=20', '--project', 'shop', '--users');
  await run('limits', 'set', 'images_per_day=50', '--project', 'shop', '--user', 'ada');
  await run('limits', 'set', 'day_usd=10', '--project', 'shop', '--model', 'nano-banana');
  const all = (await json('limits', 'show', '--project', 'shop')) as {
    id: string;
    limits: Record<string, number | null>;
  }[];
  expect(all.map(({ id }) => id.replace(/^proj_\w+/, ''))).toEqual([
    '',
    expect.stringMatching(/^\/model\/gemini-/),
    '/user/*',
    expect.stringMatching(/^\/user\/[\w-]{22}$/),
  ]);
  expect(
    await json('limits', 'set', 'images_per_day=none,max_open=1', '--project', 'shop', '--user', 'ada'),
  ).toMatchObject({
    limits: { images_per_day: null, max_open: 1 },
  });
  for (const wrong of [['--users', '--key', 'x'], [], ['--project', 'shop', '--users', '--model', 'm']])
    expect((await run('limits', 'set', 'max_open=1', ...wrong)).exitCode).toBe(2);
  // A name that is not there is a mistake of whoever typed it, wherever it is looked for.
  for (const words of [
    ['limits', 'set', 'max_open=1', '--key', 'nobody'],
    ['limits', 'show', '--project', 'nobody'],
    ['keys', 'revoke', 'nobody'],
    ['keys', 'create', '--name', 'x', '--project', 'nobody'],
    ['projects', 'archive', 'nobody'],
    ['audit', '--key', 'nobody'],
    ['credits', 'add', '5', '--project', 'shop', '--reason', ''],
  ])
    expect([words, (await run(...words)).exitCode]).toEqual([words, 2]);
  const { exitCode, err } = await run('limits', 'set', 'max_open=1', '--project', 'shop', '--model', 'nix');
  expect([exitCode, err]).toEqual([
    2,
    "plantain: The model 'nix' does not exist or is not served here. `plantain models` lists the models.\n",
  ]);
});

test('a credit makes room and is told with its reason', async () => {
  await run('keys', 'create', '--name', 'ci');
  expect((await run('credits', 'add', '10', '--key', 'ci', '--reason', 'the demo')).out).toMatch(
    /^Credited \$10\.00 \(adj_\w+\)\.\n$/,
  );
  const minus = [
    'credits',
    'add',
    '--data-dir',
    dataDir,
    '--reason',
    'a mistake',
    '--key',
    'ci',
    '--',
    '-2.50',
  ];
  expect(await runCommandLine(minus, capturedContext())).toBe(0);
  expect(await json('credits', 'list', '--key', 'ci')).toMatchObject([
    { amount_micro_usd: -2_500_000, reason: 'a mistake' },
    { amount_micro_usd: 10_000_000, reason: 'the demo', actor: 'command line' },
  ]);
  expect(await json('limits', 'show', '--key', 'ci')).toMatchObject([
    { used: { month_micro_usd: -7_500_000 } },
  ]);
  expect((await run('credits', 'list', '--key', 'ci')).out).toContain('the demo');
  expect((await run('credits', 'add', 'ten', '--key', 'ci', '--reason', 'x')).exitCode).toBe(2);
});

test('what is told of limits is set beside them or alone, and taken back', async () => {
  await run('keys', 'create', '--name', 'ci');
  await run('keys', 'create', '--name', 'other');
  expect(await json('limits', 'set', 'month_usd=5', '--alerts', '90,50', '--key', 'ci')).toMatchObject({
    limits: { month_micro_usd: 5_000_000 },
    alerts: [50, 90],
  });
  expect((await run('limits', 'show', '--key', 'ci')).out).toContain('50, 90');
  // An id alone tells nobody whose limits they are; nor an empty cell, when something is told.
  await run('limits', 'set', 'month_usd=7', '--key', 'other');
  expect((await run('limits', 'show', '--key', 'other')).out).toMatch(
    /^Of +Limits .*\nother \(key_\w+\) +month_usd=7\.00 +80, 95 \(default\) /,
  );
  expect(await json('limits', 'show', '--key', 'other')).toMatchObject([{ name: 'other' }]);
  const log = (await run('audit', '--key', 'other')).out;
  expect(log).toMatch(/limits\.set +other \(key_\w+\) /);
  expect(await json('audit', '--action', 'limits.set', '--limit', '1')).toMatchObject([
    { subject_name: 'other' },
  ]);
  expect(await json('limits', 'set', '--alerts', 'none', '--key', 'ci')).toMatchObject({
    limits: { month_micro_usd: 5_000_000 },
    alerts: [],
  });
  expect(await json('limits', 'set', '--alerts', 'default', '--key', 'ci')).toMatchObject({ alerts: null });
  for (const wrong of ['0', '101', '1.5', 'half', ''])
    expect(await run('limits', 'set', '--alerts', wrong, '--key', 'ci')).toMatchObject({ exitCode: 2 });
  expect(await run('limits', 'set', '--key', 'ci')).toMatchObject({ exitCode: 2 });
});

test('a markup is read to the hundredth of a percent, shown, and taken back', async () => {
  expect(await json('projects', 'create', 'shop', '--markup', '12.5%')).toMatchObject({
    markup_basis_points: 1250,
  });
  expect((await run('projects', 'list')).out).toContain('12.5%');
  expect(await json('projects', 'edit', 'shop', '--markup', '0.01')).toMatchObject({
    markup_basis_points: 1,
  });
  expect(await json('projects', 'edit', 'shop', '--name', 'store')).toMatchObject({ markup_basis_points: 1 });
  expect(await json('projects', 'edit', 'store', '--markup', '1000 %')).toMatchObject({
    markup_basis_points: 100_000,
  });
  expect(await json('projects', 'edit', 'store', '--markup', '0')).toMatchObject({ markup_basis_points: 0 });
  for (const wrong of ['1000.01', '-1', '1.234', '1e2', ''])
    expect(await run('projects', 'edit', 'store', '--markup', wrong)).toMatchObject({ exitCode: 2 });
});
