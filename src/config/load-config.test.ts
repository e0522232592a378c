import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { configSettings } from './config-schema.ts';
import { usesSandbox } from './upstream-list.ts';
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
  const { config, originOf, file } = load();
  expect(config).toMatchObject({
    host: '127.0.0.1',
    port: 4747,
    dataDir: path.join(cwd, 'data'),
    defaultModel: 'gemini-nano-banana-2.1',
    gemini: { apiKey: undefined, baseUrl: 'https://generativelanguage.googleapis.com', apiVersion: 'v1beta' },
    limits: {
      maxJsonBodyBytes: 1_048_576,
      upstreamTries: 3,
      stalledClientMs: 10_000,
      bodyIdleMs: 20_000,
      maxConnections: 10_000,
    },
    trustProxy: false,
    models: {},
    aliases: {},
  });
  expect(usesSandbox(config)).toBe(true);
  expect(file).toBeUndefined();
  expect(
    configSettings.map(({ path: at }) => originOf(at)).filter((origin) => !/^default(?:: .+)?$/.test(origin)),
  ).toEqual([]);
});

test('flag beats environment beats file beats default, and each origin is told', () => {
  writeFile('host: 10.0.0.1\nport: 1\nlog:\n  level: warn\n');
  const { config, originOf } = load({
    env: { PLANTAIN_PORT: '2', PLANTAIN_HOST: '10.0.0.2' },
    flags: { port: '3' },
  });
  expect([config.port, config.host, config.log.level, config.log.format]).toEqual([
    3,
    '10.0.0.2',
    'warn',
    'auto',
  ]);
  expect(['port', 'host', 'log.level', 'log.format'].map((id) => originOf(id.split('.')))).toEqual([
    'flag --port',
    'env PLANTAIN_HOST',
    'file plantain.yaml:4',
    'default',
  ]);
});

const webhookSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
/** What settings are of no use without. */
const companions: Record<string, Record<string, string>> = {
  'gemini.baseUrl': { GEMINI_API_KEY: 'some-key' },
  'webhooks.url': { PLANTAIN_WEBHOOKS_SECRET: webhookSecret },
  'oidc.issuer': { PLANTAIN_OIDC_CLIENT_ID: 'plantain', PLANTAIN_OIDC_ADMINS: 'ops' },
  'oidc.clientId': { PLANTAIN_OIDC_ISSUER: 'https://id.example', PLANTAIN_OIDC_ADMINS: 'ops' },
};

test('every setting can be given by its PLANTAIN_ name, by its flag and in the file', () => {
  const samples: Record<string, string> = {
    'admin.secret': 'plantain-admin-of-this-test',
    'admin.viewerSecret': 'plantain-viewer-of-this-test',
    'console.enabled': 'true',
    'console.hosts': 'plantain.internal',
    'oidc.issuer': 'https://id.example/realm/',
    'oidc.clientId': 'plantain',
    'oidc.clientSecret': 'secret of a client',
    'oidc.admins': 'ops',
    'oidc.viewers': 'staff, guests',
    bootstrapKey: `sk-${'a'.repeat(48)}`,
    publicUrl: 'https://pictures.example',
    'gemini.apiKey': 'some-key',
    'gemini.baseUrl': 'http://localhost:9',
    'client.baseUrl': 'http://localhost:9',
    'client.key': 'k',
    'sandbox.scenario': 'slow',
    'cors.origins': 'https://a.example',
    'proxy.https': 'http://proxy.example:3128',
    'proxy.http': 'http://proxy.example:3128',
    'proxy.bypass': '.internal',
    'native.tools': 'googleSearch',
    'links.secret': 'links-of-this-test-and-no-others',
    'database.url': 'postgres://plantain:secret@127.0.0.1:5432/plantain',
    'storage.bucket': 'pictures',
    'storage.endpoint': 'http://localhost:9',
    'storage.publicEndpoint': 'https://s3.example',
    'storage.prefix': 'plantain/',
    'storage.accessKeyId': 'some-id',
    'storage.secretAccessKey': 'some-secret',
    'storage.sessionToken': 'some-token',
    'storage.pathStyle': 'true',
    'webhooks.url': 'https://hooks.example/plantain',
    'webhooks.secret': webhookSecret,
    'metrics.listen': '127.0.0.1:9464',
    'metrics.token': 'metrics-token-of-this-test',
    'metrics.perKey': 'website',
    'tracing.endpoint': 'http://localhost:4318',
    'tracing.tracesEndpoint': 'http://localhost:4318/v1/traces',
    'tracing.headers': 'authorization=Bearer%20x',
    'tracing.serviceName': 'pictures',
    'tracing.resourceAttributes': 'deployment.environment.name=test',
  };
  const { config } = load();
  const single = configSettings.filter(({ flag }) => flag !== undefined);
  expect(single).toHaveLength(107);
  for (const { id, path: at, name, env: names, flag = '', format } of single) {
    const value = at.reduce<unknown>(
      (group, step) => Object.entries(group ?? {}).find(([key]) => key === step)?.[1],
      config,
    );
    const raw = samples[id] ?? format?.(value) ?? '';
    const extra = companions[id] ?? {};
    for (const variable of names) {
      expect(load({ env: { ...extra, [variable]: raw } }).originOf(at)).toBe(`env ${variable}`);
    }
    expect(load({ env: extra, flags: { [id]: raw } }).originOf(at)).toBe(`flag ${flag}`);
    const [first = '', second] = name.split('.');
    writeFile(second === undefined ? `${first}: "${raw}"` : `${first}:\n  ${second}: "${raw}"`, 'one.yaml');
    const line = second === undefined ? 1 : 2;
    expect(load({ env: extra, flags: { config: 'one.yaml' } }).originOf(at)).toBe(
      `file one.yaml:${String(line)}`,
    );
  }
});

test('names are regular and unique', () => {
  const names = configSettings.flatMap(({ env, flag, name }) => [
    ...env,
    ...(flag === undefined ? [] : [flag]),
    name,
  ]);
  expect(new Set(names).size).toBe(names.length);
  expect(configSettings.find(({ id }) => id === 'limits.maxHeldBytes')).toMatchObject({
    name: 'limits.max_held_bytes',
    env: ['PLANTAIN_LIMITS_MAX_HELD_BYTES'],
    flag: '--limits-max-held-bytes',
  });
});

test('the drawing commands have short names for their server and its key', () => {
  const flags = configSettings.filter(({ id }) => id.startsWith('client.')).map(({ flag }) => flag);
  expect(flags).toEqual(['--base-url', '--key']);
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
  expect(problemsOf()[0]).toMatch(/^plantain\.yaml:2: gemini\.base_url gives an upstream address but no key/);
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
    'plantain.yaml:3: limits.max_held_bytes must be a number of bytes such as 1048576 or "1MiB", from 16MiB to 1TiB, not "lots".',
    'plantain.yaml:4: unknown setting limits.max_held_byte. Did you mean limits.max_held_bytes?',
    'plantain.yaml:5: unknown setting max_pixels. Did you mean images.max_pixels?',
    'plantain.yaml:6: links must hold settings such as links.ttl_minutes.',
    'Unknown environment variable PLANTAIN_LOG_LEVL. Did you mean PLANTAIN_LOG_LEVEL?',
    'PLANTAIN_PORT must be a whole number from 0 to 65535, not "abc".',
    '--log-level must be one of fatal, error, warn, info, debug, trace, silent, not "loud".',
  ]);
  expect(problems.every((line) => !line.includes('\n'))).toBe(true);
});

test('a wrong value is repeated in short', () => {
  const [problem] = problemsOf({ env: { PLANTAIN_PORT: 'x'.repeat(5000) } });
  expect(problem).toHaveLength('PLANTAIN_PORT must be a whole number from 0 to 65535, not "".'.length + 80);
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
  writeFile('port: 1\n---\nport: 2\n');
  expect(problemsOf()).toEqual(['plantain.yaml:2: a second document begins here; the file can hold one.']);
  writeFile('- port\n');
  expect(problemsOf()).toEqual(['plantain.yaml:1: the file must be settings such as "port: 4747".']);
  writeFile(`# ${'x'.repeat(1024 * 1024)}`);
  expect(problemsOf()).toEqual(['plantain.yaml cannot be read: it is larger than 1024 KiB.']);
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
  expect(load({ env: { PLANTAIN_LINKS_TTL_MINUTES: '3d' } }).config.links).toMatchObject({
    ttlMinutes: 4320,
    retentionHours: 72,
  });
  expect(
    problemsOf({ env: { PLANTAIN_LINKS_TTL_MINUTES: '3d', PLANTAIN_LINKS_RETENTION_HOURS: '2' } }),
  ).toEqual([
    'PLANTAIN_LINKS_RETENTION_HOURS must cover links.ttl_minutes, or pictures vanish before their links end.',
  ]);
  expect(load({ env: { PLANTAIN_LINKS_TTL_MINUTES: '61' } }).config.links.retentionHours).toBe(24);
  expect(load({ env: { PLANTAIN_LINKS_TTL_MINUTES: '1441' } }).config.links.retentionHours).toBe(25);
  const exact = { PLANTAIN_LINKS_TTL_MINUTES: '120', PLANTAIN_LINKS_RETENTION_HOURS: '2' };
  expect(load({ env: exact }).config.links.retentionHours).toBe(2);
});

test('contradictions are told beside other problems, but not where a value could not be read', () => {
  writeFile(
    'hosst: x\nlinks:\n  ttl_minutes: 2d\n  retention_hours: 3h\ngemini:\n  base_url: http://localhost:1\n',
  );
  expect(problemsOf()).toEqual([
    'plantain.yaml:1: unknown setting hosst. Did you mean host?',
    'plantain.yaml:4: links.retention_hours must cover links.ttl_minutes, or pictures vanish before their links end.',
    expect.stringMatching(/^plantain\.yaml:6: gemini\.base_url gives an upstream address but no key/),
  ]);
  // A key that cannot be read is no missing key.
  for (const env of [{ GEMINI_API_KEY: 'two words' }, { GEMINI_API_KEY_FILE: 'nowhere' }]) {
    writeFile('gemini:\n  base_url: http://localhost:1\n');
    expect(problemsOf({ env })).toEqual([expect.stringMatching(/^GEMINI_API_KEY/)]);
  }
  writeFile('limits:\n  max_edit_body_bytes: 1MiB\n  max_reference_bytes: 2MiB\n');
  expect(problemsOf()).toEqual([
    'plantain.yaml:3: limits.max_reference_bytes must be at most limits.max_edit_body_bytes, or the largest reference can never arrive.',
  ]);
});

test('a bucket needs its name and who may use it, and links straight to it need a bucket', () => {
  const given = {
    PLANTAIN_STORAGE_KIND: 's3',
    PLANTAIN_STORAGE_BUCKET: 'pictures',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_REGION: 'eu-central-1',
  };
  expect(load({ env: given }).config.storage).toMatchObject({
    kind: 's3',
    bucket: 'pictures',
    accessKeyId: 'id',
    secretAccessKey: 'secret',
    region: 'eu-central-1',
  });
  expect(problemsOf({ env: { ...given, AWS_SECRET_ACCESS_KEY: '' } })).toEqual([
    'PLANTAIN_STORAGE_KIND is s3, which needs storage.secret_access_key as well.',
  ]);
  // What other programs are told means nothing here without a bucket.
  expect(problemsOf({ env: { AWS_ACCESS_KEY_ID: 'id', AWS_REGION: 'eu-central-1' } })).toEqual([]);
  expect(problemsOf({ env: { PLANTAIN_LINKS_PRESIGNED: 'true' } })).toEqual([
    'PLANTAIN_LINKS_PRESIGNED needs storage.kind: s3; links to a disk lead through this server.',
  ]);
  const long = { ...given, PLANTAIN_LINKS_PRESIGNED: 'true', PLANTAIN_LINKS_TTL_MINUTES: '8d' };
  expect(problemsOf({ env: long })).toEqual([
    'PLANTAIN_LINKS_TTL_MINUTES must be at most 7d with links.presigned: S3 signs for no longer.',
  ]);
});

describe('a secret in a file', () => {
  const variables = configSettings.flatMap(({ id, env, secret, path: at }) =>
    secret ? env.map((name) => ({ id, name, at })) : [],
  );
  const secrets: Record<string, string> = {
    'admin.viewerSecret': 'plantain-viewer-of-this-test',
    'console.enabled': 'true',
    'console.hosts': 'plantain.internal',
    bootstrapKey: `sk-${'a'.repeat(48)}`,
    'admin.secret': 'plantain-admin-of-this-test',
    'links.secret': 'links-of-this-test-and-no-others',
    'database.url': 'postgres://plantain:secret@127.0.0.1:5432/plantain',
    'webhooks.url': 'https://hooks.example/plantain?token=secret',
    'webhooks.secret': webhookSecret,
    'metrics.token': 'metrics-token-of-this-test',
    'tracing.headers': 'authorization=Bearer%20of%20this%20test,x-team=pictures',
  };
  /** What is read of those that are more than text. */
  const meanings: Record<string, unknown> = {
    'tracing.headers': { authorization: 'Bearer of this test', 'x-team': 'pictures' },
  };

  test.each(variables)('every name of a secret has a second one for a file: $name', ({ id, name, at }) => {
    const secret = secrets[id] ?? 'the-secret';
    writeFile(`\ufeff  ${secret}\r\n\n`, 'secret');
    const companion = companions[id] ?? {};
    const loaded = load({ env: { ...companion, [`${name}_FILE`]: 'secret' } });
    expect(
      at.reduce<unknown>(
        (group, step) => Object.entries(group ?? {}).find(([key]) => key === step)?.[1],
        loaded.config,
      ),
    ).toEqual(meanings[id] ?? secret);
    expect(loaded.originOf(at)).toBe(`env ${name}_FILE`);
    const both = `${name} and ${name}_FILE are both set: keep one.`;
    expect(problemsOf({ env: { ...companion, [`${name}_FILE`]: 'secret', [name]: secret } })).toEqual([both]);
    // An empty variable counts as absent.
    expect(problemsOf({ env: { ...companion, [`${name}_FILE`]: 'secret', [name]: ' ' } })).toEqual([]);
  });

  test('a setting that is no secret has none', () => {
    expect(problemsOf({ env: { PLANTAIN_HOST_FILE: 'x' } })).toEqual([
      'Unknown environment variable PLANTAIN_HOST_FILE. Did you mean PLANTAIN_HOST?',
    ]);
    writeFile('host_file: x');
    expect(problemsOf()).toEqual([expect.stringMatching(/^plantain\.yaml:1: unknown setting host_file\./)]);
  });

  test('the strongest name that is set wins, whichever way it gives the value', () => {
    writeFile('from-file', 'secret');
    const key = (env: Record<string, string>) => load({ env }).config.gemini.apiKey;
    expect(key({ GEMINI_API_KEY_FILE: 'secret', GOOGLE_API_KEY: 'b' })).toBe('from-file');
    expect(key({ PLANTAIN_GEMINI_API_KEY: 'c', GEMINI_API_KEY_FILE: 'secret' })).toBe('c');
    writeFile('gemini:\n  api_key_file: secret\n');
    expect(key({})).toBe('from-file');
    expect(key({ GEMINI_API_KEY: 'a' })).toBe('a');
    expect(load({ flags: { 'gemini.apiKey': 'flag' } }).config.gemini.apiKey).toBe('flag');
  });

  test('a file that cannot serve is told with setting and file, and never with what is in it', () => {
    writeFile(' \n', 'empty');
    writeFile('hunter2 and more', 'words');
    writeFile('x'.repeat(70_000), 'large');
    const problem = (file: string) => problemsOf({ env: { GEMINI_API_KEY_FILE: file } });
    const cannot = (file: string, why: string) => [
      `GEMINI_API_KEY_FILE: gemini.api_key cannot be read from ${path.join(cwd, file)}: ${why}.`,
    ];
    expect(problem('nowhere')).toEqual(cannot('nowhere', 'there is no such file'));
    expect(problem('.')).toEqual(cannot('.', 'it is a folder'));
    expect(problem('empty')).toEqual(cannot('empty', 'it is empty'));
    expect(problem('large')).toEqual(cannot('large', 'it is larger than 64 KiB'));
    expect(problem('/dev/zero')).toEqual([expect.stringContaining('it is larger than 64 KiB')]);
    expect(problem('words')).toEqual([
      'GEMINI_API_KEY_FILE: gemini.api_key must be a key of printable characters without spaces.',
    ]);
    writeFile('\ngemini:\n  api_key_file: words\nclient:\n  key_file: [a]\nbootstrap_key_file: empty\n');
    expect(problemsOf()).toEqual([
      'plantain.yaml:3: gemini.api_key must be a key of printable characters without spaces.',
      'plantain.yaml:5: client.key_file must be the name of a file.',
      `plantain.yaml:6: bootstrap_key cannot be read from ${path.join(cwd, 'empty')}: it is empty.`,
    ]);
    expect(problemsOf().join()).not.toContain('hunter2');
    writeFile('gemini: { api_key_file: "" }');
    expect(problemsOf()).toEqual(['plantain.yaml:1: gemini.api_key_file must be the name of a file.']);
  });

  test('the name in the configuration file is relative to that file, in the environment to the working folder', () => {
    mkdirSync(path.join(cwd, 'etc'));
    writeFile('of-etc', 'etc/secret');
    writeFile('of-cwd', 'secret');
    writeFile('gemini: { api_key_file: secret }', 'etc/p.yaml');
    const flags = { config: 'etc/p.yaml' };
    expect(load({ flags }).config.gemini.apiKey).toBe('of-etc');
    expect(load({ flags, env: { GEMINI_API_KEY_FILE: 'secret' } }).config.gemini.apiKey).toBe('of-cwd');
  });

  test('the value and the file together in the configuration file are an error', () => {
    writeFile('gemini:\n  api_key_file: secret\n  api_key: x\n');
    expect(problemsOf()).toEqual([
      'plantain.yaml:3: gemini.api_key and gemini.api_key_file are both given: keep one.',
    ]);
    writeFile('k', 'secret');
    writeFile('gemini:\n  api_key_file: secret\n  api_key:\n');
    expect(load().config.gemini.apiKey).toBe('k');
  });
});

test('variables stand for text anywhere in the file, typed by the setting they stand in', () => {
  writeFile(`port: \${PORT}
strict: \${STRICT:-yes}
gemini:
  api_key: \${KEY}
  name: a-\${NAME:-b}-c
cors:
  origins: ["https://\${HOST}", "\${ORIGIN:-*}"]
public_url: \${URL:-}
models:
  m: { extends: gemini-3-pro-image, drafts: "\${DRAFTS}" }
`);
  const env = { PORT: '81', KEY: 'secret', HOST: 'a.example', DRAFTS: 'false' };
  const { config, originOf } = load({ env });
  expect(config).toMatchObject({
    port: 81,
    strict: true,
    gemini: { apiKey: 'secret', name: 'a-b-c' },
    cors: { origins: ['https://a.example', '*'] },
    publicUrl: undefined,
    models: { m: { drafts: false } },
  });
  expect([originOf(['port']), originOf(['publicUrl'])]).toEqual(['file plantain.yaml:1', 'default']);
});

test('a variable that is missing is told with its line, and what a variable holds is never repeated', () => {
  writeFile(
    'port: ${SECRET}\nhost: ${NOWHERE}\nlog:\n  level: ${SECRET}\ngemini: { api_key_file: "${EMPTY}" }\n',
  );
  const problems = problemsOf({ env: { SECRET: 'hunter2', EMPTY: '' } });
  expect(problems).toEqual([
    'plantain.yaml:1: port must be a whole number from 0 to 65535.',
    'plantain.yaml:2: the environment variable NOWHERE is not set, or empty.',
    'plantain.yaml:4: log.level must be one of fatal, error, warn, info, debug, trace, silent.',
    'plantain.yaml:5: the environment variable EMPTY is not set, or empty.',
  ]);
  writeFile('links: ${NOWHERE}\nmodels: ${NOWHERE}\n');
  expect(problemsOf()).toHaveLength(2);
});
