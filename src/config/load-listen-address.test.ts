import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { configSetting } from './config-schema.ts';
import { listenSettings } from './listen-settings.ts';
import { type ConfigSources, loadConfig } from './load-config.ts';
import { loadListenAddress } from './load-listen-address.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'plantain-listen-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** What the whole configuration says of both settings, or every problem it has. */
function whole(sources: ConfigSources) {
  return outcome(() => {
    const { host, port } = loadConfig({ cwd, ...sources }).config;
    return { host, port };
  });
}
const alone = (sources: ConfigSources) => outcome(() => loadListenAddress({ cwd, ...sources }));

function outcome(load: () => unknown): unknown {
  try {
    return load();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

test('both settings have the names that the whole configuration gives them', () => {
  for (const { id, path: at, name, env, flag, whenAbsent } of Object.values(listenSettings))
    expect(configSetting(id as 'host' | 'port')).toMatchObject({
      id,
      path: at,
      name,
      env,
      flag,
      default: whenAbsent,
    });
});

// What a file, the environment and a flag may hold of these settings, right and wrong.
const secret = { PLANTAIN_ADMIN_SECRET: 'plantain-admin-of-this-test' };
const envs = {
  PLANTAIN_HOST: ['', ' ', '0.0.0.0', '::', ' 10.0.0.2 ', 'two words', 'ops@example'],
  PLANTAIN_PORT: [
    '',
    '1',
    '0',
    '65536',
    'many',
    '-1',
    '1e3',
    ' 8080 ',
    '0x10',
    'tcp://10.0.0.1:80',
    'udp://a',
  ],
  SOME_HOST: ['10.9.8.7', '', 'no host'],
  PLANTAIN_CONFIG: ['other.yaml', ' other.yaml ', 'missing.yaml', ''],
  PLANTAIN_SERVICE_PORT: ['80'],
};
const fileValues = {
  host: [
    '"0.0.0.0"',
    '"::"',
    '${SOME_HOST}',
    '${SOME_HOST:-127.0.0.9}',
    '${',
    '$${SOME_HOST}',
    '',
    'null',
    '~',
    '12',
    '[a]',
    '{ a: b }',
    '""',
    '*nobody',
    '"a b"',
  ],
  port: [
    '5000',
    '"5001"',
    '5000.5',
    '70000',
    '${SOME_PORT:-5002}',
    '${SOME_PORT}',
    'null',
    '',
    'true',
    '[1]',
    '0',
    '0o17',
    '-3',
  ],
};
const files = [
  '',
  '\n# nothing\n',
  '[]',
  'text',
  'null',
  'port: 1\nport: 2\n',
  'port: [\n',
  '--- \nport: 3\n---\nport: 4\n',
  '&a port: 5\n',
  'log: { level: warn }\nport: 7\n',
];
const flags = {
  host: ['::1', '', 'a b'],
  port: ['9', 'x', '99999', ''],
  config: ['other.yaml', 'missing.yaml', ''],
};

const some = (values: Record<string, readonly string[]>) =>
  fc.record(
    Object.fromEntries(Object.entries(values).map(([name, choices]) => [name, fc.constantFrom(...choices)])),
    { requiredKeys: [] },
  );
const file = fc.oneof(
  some(fileValues).map((values) =>
    Object.entries(values)
      .map(([name, value]) => `${name}: ${String(value)}\n`)
      .join(''),
  ),
  fc.constantFrom(...files),
);

test('it is what the whole configuration says, problem for problem, whatever the sources hold', () => {
  fc.assert(
    fc.property(fc.option(file), fc.option(file), some(envs), some(flags), (here, other, env, given) => {
      for (const [name, text] of [
        ['plantain.yaml', here],
        ['other.yaml', other],
      ] as const) {
        rmSync(path.join(cwd, name), { force: true });
        if (text !== null) writeFileSync(path.join(cwd, name), text);
      }
      const sources = { env: { ...secret, ...env }, flags: given };
      expect(alone(sources)).toEqual(whole(sources));
    }),
    { numRuns: 300 },
  );
});

test('what is wrong elsewhere is no matter: a running server keeps the configuration that it had', () => {
  writeFileSync(
    path.join(cwd, 'plantain.yaml'),
    'port: 4000\nport_of_old: 1\nadmin:\n  secret: ${ADMIN}\nlinks: 7\nlog: { level: loud }\n',
  );
  const sources = { env: { PLANTAIN_PROT: '1', PLANTAIN_LOG_LEVEL: 'quiet' } };
  expect(whole(sources)).toHaveLength(6);
  expect(alone(sources)).toEqual({ host: '127.0.0.1', port: 4000 });
});
