import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { configFields } from './config-fields.ts';
import { usesSandbox } from './config-schema.ts';
import { defaultMaxHeldBytes } from './config-table.ts';
import { type ConfigSources, loadConfig } from './load-config.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'plantain-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const writeFile = (text: string, name = 'plantain.yaml'): void => writeFileSync(path.join(cwd, name), text);
const load = (sources: ConfigSources = {}) => loadConfig({ cwd, env: {}, ...sources });

function problemsOf(sources: ConfigSources = {}): readonly string[] {
  try {
    load(sources);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('nothing configured: loopback, port 4747, ./data, the sandbox', () => {
  const { config, origins, file } = load();
  expect(config).toMatchObject({
    host: '127.0.0.1',
    port: 4747,
    dataDir: path.join(cwd, 'data'),
    defaultModel: 'gemini-nano-banana-2.1',
    gemini: { apiKey: undefined, baseUrl: 'https://generativelanguage.googleapis.com', apiVersion: 'v1beta' },
    limits: { maxJsonBodyBytes: 1_048_576, maxUpstreamAnswerBytes: 268_435_456, upstreamTries: 2 },
    trustProxy: false,
    catalogue: { models: {}, aliases: {} },
  });
  expect(usesSandbox(config)).toBe(true);
  expect(file).toBeUndefined();
  expect([...origins.values()].every((origin) => origin === 'default')).toBe(true);
});

test('flag beats environment beats file beats default, and each origin is told', () => {
  writeFile('host: 10.0.0.1\nport: 1\nlog:\n  level: warn\n');
  const { config, origins } = load({
    env: { PLANTAIN_PORT: '2', PLANTAIN_HOST: '10.0.0.2' },
    flags: { port: '3' },
  });
  expect([config.port, config.host, config.log.level, config.log.format]).toEqual([
    3,
    '10.0.0.2',
    'warn',
    'auto',
  ]);
  expect(['port', 'host', 'log.level', 'log.format'].map((name) => origins.get(name as 'port'))).toEqual([
    'flag --port',
    'env PLANTAIN_HOST',
    'file plantain.yaml:4',
    'default',
  ]);
});

test('every setting can be given by its PLANTAIN_ name, by its flag and in the file', () => {
  const samples: Record<string, string> = {
    bootstrapKey: `sk-${'a'.repeat(48)}`,
    publicUrl: 'https://pictures.example',
    'gemini.apiKey': 'some-key',
    'gemini.baseUrl': 'http://localhost:9',
    'client.baseUrl': 'http://localhost:9',
    'client.key': 'k',
    'sandbox.scenario': 'slow',
    'cors.origins': 'https://a.example',
  };
  for (const field of configFields) {
    const raw = samples[field.path] ?? field.kind.format(field.default);
    const extra = field.path === 'gemini.baseUrl' ? { GEMINI_API_KEY: 'some-key' } : {};
    expect(load({ env: { ...extra, [field.env[0]]: raw } }).origins.get(field.path)).toBe(
      `env ${field.env[0]}`,
    );
    expect(load({ env: extra, flags: { [field.path]: raw } }).origins.get(field.path)).toBe(
      `flag ${field.flag}`,
    );
    const [first = '', second] = field.yamlName.split('.');
    writeFile(second === undefined ? `${first}: "${raw}"` : `${first}:\n  ${second}: "${raw}"`, 'one.yaml');
    const line = second === undefined ? 1 : 2;
    expect(load({ env: extra, flags: { config: 'one.yaml' } }).origins.get(field.path)).toBe(
      `file one.yaml:${String(line)}`,
    );
  }
});

test('names are regular and unique', () => {
  const names = configFields.flatMap((field) => [...field.env, field.flag, field.yamlName]);
  expect(new Set(names).size).toBe(names.length);
  expect(configFields.find((field) => field.path === 'limits.maxHeldBytes')).toMatchObject({
    yamlName: 'limits.max_held_bytes',
    env: ['PLANTAIN_LIMITS_MAX_HELD_BYTES'],
    flag: '--limits-max-held-bytes',
  });
});

test('GEMINI_API_KEY makes a Gemini upstream, GOOGLE_API_KEY stands in, and an empty one counts as absent', () => {
  const key = (env: Record<string, string>) => load({ env }).config.gemini.apiKey;
  expect(key({ GEMINI_API_KEY: 'a', GOOGLE_API_KEY: 'b' })).toBe('a');
  expect(key({ GEMINI_API_KEY: '', GOOGLE_API_KEY: 'b' })).toBe('b');
  expect(key({ PLANTAIN_GEMINI_API_KEY: 'c', GEMINI_API_KEY: 'a' })).toBe('c');
  expect(key({ GEMINI_API_KEY: ' a\n' })).toBe('a');
  expect(key({ GEMINI_API_KEY: ' ' })).toBeUndefined();
});

test('an upstream address without a key is refused with what to set, whatever named it', () => {
  expect(problemsOf({ env: { GOOGLE_GEMINI_BASE_URL: 'http://localhost:4748/' } })).toEqual([
    'GOOGLE_GEMINI_BASE_URL gives an upstream address but no key is set: set GEMINI_API_KEY (any text, if that upstream checks none), or take the address away to draw with the sandbox.',
  ]);
  writeFile('gemini:\n  base_url: http://localhost:4748\n');
  expect(problemsOf()[0]).toMatch(/^plantain\.yaml:2 gives an upstream address but no key/);
  const { gemini } = load({ env: { GEMINI_API_KEY: 'x' } }).config;
  expect(gemini.baseUrl).toBe('http://localhost:4748');
});

test('a bootstrap key of another form is refused without being repeated', () => {
  const problems = problemsOf({ env: { PLANTAIN_BOOTSTRAP_KEY: 'sk-hunter2' } });
  expect(problems).toEqual([
    'PLANTAIN_BOOTSTRAP_KEY must be an API key: "sk-" and then 48 letters and digits.',
  ]);
  const key = `sk-${'0Az'.repeat(16)}`;
  expect(load({ env: { PLANTAIN_BOOTSTRAP_KEY: key } }).config.bootstrapKey).toBe(key);
});

test('all problems are told together, each on one line with its place', () => {
  writeFile('hosst: x\nlimits:\n  max_held_bytes: lots\n  max_held_byte: 1\nmax_pixels: 3\nlinks: 4\n');
  const problems = problemsOf({
    env: { PLANTAIN_PORT: 'abc', PLANTAIN_LOG_LEVL: 'info' },
    flags: { 'log.level': 'loud' },
  });
  expect(problems).toEqual([
    'plantain.yaml:1: unknown setting hosst. Did you mean host?',
    'plantain.yaml:4: unknown setting limits.max_held_byte. Did you mean limits.max_held_bytes?',
    'plantain.yaml:5: unknown setting max_pixels. Did you mean images.max_pixels?',
    'plantain.yaml:6: links must hold settings such as links.ttl_minutes.',
    'Unknown environment variable PLANTAIN_LOG_LEVL. Did you mean PLANTAIN_LOG_LEVEL?',
    'PLANTAIN_PORT must be a whole number from 0 to 65535, not "abc".',
    'plantain.yaml:3: limits.max_held_bytes must be a number of bytes such as 1048576 or "1MiB", from 16MiB to 1TiB, not "lots".',
    '--log-level must be one of fatal, error, warn, info, debug, trace, silent, not "loud".',
  ]);
  expect(problems.every((line) => !line.includes('\n'))).toBe(true);
});

test('a secret never stands in a problem', () => {
  const secret = 'hunter2 with spaces';
  const env = {
    PLANTAIN_BOOTSTRAP_KEY: secret,
    GEMINI_API_KEY: secret,
    PLANTAIN_CLIENT_KEY: secret,
    PLANTAIN_GEMINI_BASE_URL: 'https://u:hunter2@example.com',
  };
  const problems = problemsOf({ env });
  expect(problems).toHaveLength(4);
  expect(problems.join()).not.toContain('hunter2');
});

test("Kubernetes' own variables for a Service named plantain are nobody's configuration", () => {
  const env = {
    PLANTAIN_PORT: 'tcp://10.3.240.1:4747',
    PLANTAIN_SERVICE_HOST: '10.3.240.1',
    PLANTAIN_SERVICE_PORT: '4747',
    PLANTAIN_SERVICE_PORT_HTTP: '4747',
    PLANTAIN_PORT_4747_TCP: 'tcp://10.3.240.1:4747',
    PLANTAIN_PORT_4747_TCP_ADDR: '10.3.240.1',
  };
  expect(load({ env }).config.port).toBe(4747);
  expect(problemsOf({ env: { ...env, PLANTAIN_PORTS: '1' } })).toHaveLength(1);
});

test('a file that was named must be there; one that was not may be absent', () => {
  expect(problemsOf({ flags: { config: 'other.yaml' } })).toEqual([
    'other.yaml cannot be read: there is no such file.',
  ]);
  expect(problemsOf({ env: { PLANTAIN_CONFIG: '.' } })).toEqual(['. cannot be read: it is a folder.']);
  expect(problemsOf()).toEqual([]);
  writeFile('port: 5', 'other.yaml');
  writeFile('port: 6');
  expect(load({ env: { PLANTAIN_CONFIG: 'other.yaml' } }).config.port).toBe(5);
  expect(load({ env: { PLANTAIN_CONFIG: '' } }).config.port).toBe(6);
});

test('what is no YAML, or no settings, is told with its line', () => {
  writeFile('port: 1\nhost: [\n');
  expect(problemsOf()[0]).toMatch(/^plantain\.yaml:\d+: this is not YAML: /);
  writeFile('port: 1\nport: 2\n');
  expect(problemsOf()).toEqual(['plantain.yaml:2: the same setting stands twice.']);
  writeFile('- port\n');
  expect(problemsOf()).toEqual(['plantain.yaml:1: the file must be settings such as "port: 4747".']);
  writeFile('# nothing\n');
  expect(problemsOf()).toEqual([]);
  writeFile('port:\nlinks:\nmodels:\n');
  expect(load().config.port).toBe(4747);
});

test('a data folder in the file is relative to the file, elsewhere to the working folder', () => {
  mkdirSync(path.join(cwd, 'etc'));
  writeFile('data_dir: store', 'etc/p.yaml');
  expect(load({ flags: { config: 'etc/p.yaml' } }).config.dataDir).toBe(path.join(cwd, 'etc', 'store'));
  expect(load({ env: { PLANTAIN_DATA_DIR: 'here' } }).config.dataDir).toBe(path.join(cwd, 'here'));
  expect(load({ flags: { dataDir: '/var/lib/plantain' } }).config.dataDir).toBe('/var/lib/plantain');
});

test('pictures are kept at least as long as their links work', () => {
  expect(load({ env: { PLANTAIN_LINKS_TTL_MINUTES: '3d' } }).config.links).toEqual({
    ttlMinutes: 4320,
    retentionHours: 72,
  });
  expect(
    problemsOf({ env: { PLANTAIN_LINKS_TTL_MINUTES: '3d', PLANTAIN_LINKS_RETENTION_HOURS: '2' } }),
  ).toEqual([
    'PLANTAIN_LINKS_RETENTION_HOURS: links.retention_hours must cover links.ttl_minutes, or pictures vanish before their links end.',
  ]);
});

test('held bytes default to a quarter of what the container allows, at most 1 GiB', () => {
  const gibibyte = 1024 ** 3;
  expect(defaultMaxHeldBytes(64 * gibibyte, 0)).toBe(gibibyte);
  expect(defaultMaxHeldBytes(64 * gibibyte, 2 * gibibyte)).toBe(gibibyte / 2);
  expect(defaultMaxHeldBytes(2 * gibibyte, 2 ** 63)).toBe(gibibyte / 2);
  expect(defaultMaxHeldBytes(64 * gibibyte, gibibyte / 16)).toBe(64 * 1024 * 1024);
});
