import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configSettings } from '../config/config-schema.ts';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { commandTable } from './command-table.ts';
import { packageManifest } from '../app/package-manifest.ts';
import { runCommandLine } from './run-command-line.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'plantain-cli-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

async function run(words: readonly string[], env: Record<string, string> = {}) {
  const context = capturedContext({ cwd, env });
  const exitCode = await runCommandLine(words, context);
  return { exitCode, out: context.out(), err: context.err() };
}

test('a mistyped command or flag is one plain line with a suggestion, and exit code 2', async () => {
  expect(await run(['serv'])).toEqual({
    exitCode: 2,
    out: '',
    err: "plantain: unknown command 'serv' (Did you mean serve?)\n",
  });
  expect(await run(['serve', '--prot', '1'])).toEqual({
    exitCode: 2,
    out: '',
    err: "plantain: unknown option '--prot' (Did you mean --port?)\n",
  });
  expect((await run(['keys', 'creat'])).err).toBe(
    "plantain: unknown command 'creat' (Did you mean create?)\n",
  );
  expect((await run(['keys', 'create'])).err).toBe(
    "plantain: required option '--name <name>' not specified.\n",
  );
  expect((await run(['generate'])).err).toBe("plantain: missing required argument 'prompt'.\n");
  expect((await run(['generate', 'a', '-n', '11'])).err).toBe(
    "plantain: option '-n <count>' argument '11' is invalid. It must be a whole number from 1 to 10.\n",
  );
});

test.each([
  [['draw', 'a cat'], 'plantain generate <prompt>'],
  [['models', 'list'], 'plantain models'],
  [['models', 'show', 'nano-banana'], 'plantain models'],
  [['config', 'explain', 'port'], 'plantain config explain'],
  [['config', 'show'], 'plantain config explain'],
  [['keys', 'show', 'website'], 'plantain keys list'],
  [['keys', 'delete', 'website'], 'plantain keys revoke <key>'],
  [['projects', 'show', 'shop'], 'plantain projects list'],
  [['start'], 'plantain serve'],
  [['logs'], 'plantain orders list'],
] as const)('%j is answered with the command that does it, and exit code 2', async (words, command) => {
  const { exitCode, out, err } = await run(words);
  expect([exitCode, out]).toEqual([2, '']);
  expect(err).toMatch(/^plantain: [^\n]+\n$/);
  expect(err).toContain(` \`${command}\` `);
});

test('help for a command that there is none of is a mistake as well', async () => {
  expect(await run(['help', 'foo'])).toMatchObject({
    exitCode: 2,
    out: '',
    err: "plantain: unknown command 'foo'.\n",
  });
  expect(await run(['help', 'serv'])).toMatchObject({
    exitCode: 2,
    err: "plantain: unknown command 'serv' (Did you mean serve?)\n",
  });
});

test('what an argument must be is said in words of its own', async () => {
  expect((await run(['limits', 'set', 'foo=5', '--key', 'a'])).err).toMatch(
    /^plantain: "foo" is no limit\. Limits are /,
  );
  expect((await run(['limits', 'set', 'month_usd=5x', '--key', 'a'])).err).toBe(
    'plantain: month_usd must be an amount in dollars such as 50 or 0.25, at most 9007199254.\n',
  );
  expect((await run(['limits', 'set', 'total_usd=99999999999', '--key', 'a'])).err).toMatch(
    /^plantain: total_usd must be an amount in dollars such as 50 or 0\.25, at most \d+\.\n$/,
  );
});

test('help and version go to standard output with exit code 0', async () => {
  expect(await run(['--version'])).toEqual({ exitCode: 0, out: `${packageManifest.version}\n`, err: '' });
  expect((await run(['-v'])).out).toBe(`${packageManifest.version}\n`);
  expect((await run(['-V'])).out).toBe(`${packageManifest.version}\n`);
  const whole = await run([]);
  expect([whole.exitCode, whole.err]).toEqual([0, '']);
  for (const { name } of commandTable) expect(whole.out).toContain(`\n  ${name} `);
  expect(whole.out).toContain('Exit codes:');
  expect((await run(['help', 'usage'])).out).toBe((await run(['usage', '--help'])).out);
});

test('every command has help with examples', async () => {
  for (const { name } of commandTable) {
    const inner = name === 'config' ? [name, 'explain'] : [name];
    const { exitCode, out } = await run([...inner, '--help']);
    expect(
      [exitCode, out.includes(`Usage: plantain ${inner.join(' ')}`), out.includes('\nExamples:\n')],
      name,
    ).toEqual([0, true, true]);
  }
});

test('all problems of a configuration are told, one line each, and exit code 2', async () => {
  writeFileSync(path.join(cwd, 'plantain.yaml'), 'ports: 1\n');
  const { exitCode, out, err } = await run(['config', 'explain', '--log-level', 'loud'], {
    PLANTAIN_HOTS: 'x',
  });
  expect([exitCode, out]).toEqual([2, '']);
  expect(err.split('\n')).toEqual([
    'plantain: plantain.yaml:1: unknown setting ports. Did you mean port?',
    'plantain: Unknown environment variable PLANTAIN_HOTS. Did you mean PLANTAIN_HOST?',
    'plantain: --log-level must be one of fatal, error, warn, info, debug, trace, silent, not "loud".',
    '',
  ]);
});

test('flags of every spelling reach the configuration, with their origin', async () => {
  const { out } = await run(
    [
      'config',
      'explain',
      '--json',
      '--port',
      '0',
      '--strict',
      '--allow-successors',
      'false',
      '--limits-max-held-bytes=64MiB',
    ],
    {
      PLANTAIN_PORT: '99',
      GEMINI_API_KEY: 'AIza-this-is-a-secret-key',
    },
  );
  const rows = JSON.parse(out) as { field: string; value: string; origin: string }[];
  const row = (field: string) => rows.find((candidate) => candidate.field === field);
  expect(row('port')).toMatchObject({ value: '0', origin: 'flag --port' });
  expect(row('strict')).toMatchObject({ value: 'true', origin: 'flag --strict' });
  expect(row('allow_successors')).toMatchObject({ value: 'false', origin: 'flag --allow-successors' });
  expect(row('limits.max_held_bytes')).toMatchObject({
    value: '64MiB',
    origin: 'flag --limits-max-held-bytes',
  });
  expect(row('gemini.api_key')).toMatchObject({
    value: 'AIza…(25 characters)',
    origin: 'env GEMINI_API_KEY',
  });
  expect(out).not.toContain('this-is-a');
});

test('a catalogue that makes no sense is a configuration error before anything starts', async () => {
  writeFileSync(
    path.join(cwd, 'plantain.yaml'),
    'aliases:\n  house: no-such-model\nsandbox:\n  scenario: overloadde\n',
  );
  const { exitCode, err } = await run(['serve', '--port', '0']);
  expect(exitCode).toBe(2);
  expect(err.split('\n')).toEqual([
    'plantain: plantain.yaml:2: aliases.house names "no-such-model", which is not in the model catalogue.',
    'plantain: plantain.yaml:4: sandbox.scenario: there is no scenario overloadde. Did you mean overloaded?',
    '',
  ]);
});

test('the emulator lists its scenarios and refuses others', async () => {
  const listed = await run(['emulator', '--list-scenarios']);
  expect([listed.exitCode, listed.out]).toEqual([0, expect.stringContaining('\nimage-safety ')]);
  expect(await run(['emulator', '--scenario', 'overloadde'])).toEqual({
    exitCode: 2,
    out: '',
    err: 'plantain: there is no scenario overloadde. Did you mean overloaded?\n',
  });
});

test('config check says ok to a file that would serve, and tells every problem of another with its line', async () => {
  const file = path.join(cwd, 'p.yaml');
  writeFileSync(file, 'port: 1\ngemini: { base_url: http://localhost:1 }\n');
  expect(await run(['config', 'check', file], { GEMINI_API_KEY: 'k' })).toEqual({
    exitCode: 0,
    out: 'ok\n',
    err: '',
  });
  writeFileSync(
    file,
    `ports: 1
aliases:
  house: no-such-model
  home: nor-this
default_model: neither
models:
  mine: { image_sizes: [1K] }
  other: { extends: nothing, pixel_table: none }
sandbox: { scenario: overloadde }
log: { level: loud }
links: { ttl_minutes: 2d, retention_hours: 1h }
gemini: { api_key: "\${NOWHERE}" }
`,
  );
  const { exitCode, out, err } = await run(['config', 'check', 'p.yaml']);
  expect([exitCode, out]).toEqual([2, '']);
  expect(err.split('\n')).toEqual([
    'plantain: p.yaml:1: unknown setting ports. Did you mean port?',
    'plantain: p.yaml:3: aliases.house names "no-such-model", which is not in the model catalogue.',
    'plantain: p.yaml:4: aliases.home names "nor-this", which is not in the model catalogue.',
    'plantain: p.yaml:5: default_model names "neither", which is not in the model catalogue.',
    'plantain: p.yaml:7: models.mine is a new model and needs `extends: <a known model>`.',
    'plantain: p.yaml:8: models.other.extends names "nothing", which is not in the model catalogue.',
    'plantain: p.yaml:8: models.other.pixel_table names "none", which is no pixel table.',
    'plantain: p.yaml:9: sandbox.scenario: there is no scenario overloadde. Did you mean overloaded?',
    'plantain: p.yaml:10: log.level must be one of fatal, error, warn, info, debug, trace, silent, not "loud".',
    'plantain: p.yaml:11: links.retention_hours must cover links.ttl_minutes, or pictures vanish before their links end.',
    'plantain: p.yaml:12: the environment variable NOWHERE is not set, or empty.',
    '',
  ]);
});

test('an alias of a model that has a problem of its own is no second problem', async () => {
  const check = async (text: string): Promise<string> => {
    writeFileSync(path.join(cwd, 'p.yaml'), text);
    return (await run(['config', 'check', 'p.yaml'])).err;
  };
  expect(await check('models: { mine: { extends: nothing } }\naliases: { m: mine }\n')).toBe(
    'plantain: p.yaml:1: models.mine.extends names "nothing", which is not in the model catalogue.\n',
  );
  expect(
    await check('models: { mine: { extends: gemini-3-pro-image, drafts: 7 } }\naliases: { m: mine }\n'),
  ).toBe('plantain: p.yaml:1: models.mine.drafts must be true or false, not 7.\n');
});

test('config check needs a file that is there', async () => {
  expect((await run(['config', 'check'])).exitCode).toBe(2);
  expect(await run(['config', 'check', 'nowhere.yaml'])).toEqual({
    exitCode: 2,
    out: '',
    err: 'plantain: nowhere.yaml cannot be read: there is no such file.\n',
  });
});

test('the flag of every yes/no setting can stand alone', async () => {
  const settings = configSettings.filter(({ expected }) => expected === 'true or false');
  expect(settings.map(({ id }) => id)).toContain('strict');
  const flags = settings.map(({ flag }) => String(flag));
  // Links of the store's own are for a store that has them.
  const store = ['--storage-kind', 's3', '--storage-bucket', 'pictures', '--storage-access-key-id', 'key'];
  const { out, err } = await run([
    'config',
    'explain',
    '--json',
    ...store,
    '--storage-secret-access-key',
    's',
    ...flags,
  ]);
  expect(err).toBe('');
  const rows = JSON.parse(out) as { field: string; value: string; origin: string }[];
  for (const { name, flag } of settings) {
    expect(rows).toContainEqual(
      expect.objectContaining({ field: name, value: 'true', origin: `flag ${String(flag)}` }),
    );
  }
});
