import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { loadConfig } from './load-config.ts';
import { upstreamsOf, usesSandbox } from './upstream-list.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'plantain-upstreams-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function load(yaml: string, env: Record<string, string> = {}) {
  writeFileSync(path.join(cwd, 'plantain.yaml'), yaml);
  return loadConfig({ cwd, env });
}

function problemsOf(yaml: string, env: Record<string, string> = {}): readonly string[] {
  try {
    load(yaml, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('nothing set is the sandbox, a key one Gemini upstream', () => {
  expect(upstreamsOf(load('').config)).toMatchObject([{ name: 'sandbox', kind: 'sandbox', address: '' }]);
  expect(upstreamsOf(load('', { GEMINI_API_KEY: 'k' }).config)).toMatchObject([
    {
      name: 'gemini',
      kind: 'gemini',
      apiKey: 'k',
      address: 'https://generativelanguage.googleapis.com',
      quotaGroup: 'gemini',
    },
  ]);
});

test('a list stands instead of the key in the environment, and every field of an entry is taken', () => {
  const { config, originOf } = load(
    `upstreams:
  - name: paid
    kind: gemini
    api_key: \${TEAM_KEY}
    base_url: http://127.0.0.1:9/v1beta/
    priority: 2
    weight: 3
    models: [gemini-nano-banana-2.1]
    quota_group: project-a
    max_concurrent: 40
    requests_per_minute: 100
    headers: { x-team: art }
    proxy: none
  - name: spare
    kind: gemini
    api_key_file: spare.key
    models: { gemini-nano-banana-2.1: banana }
`.replace('spare.key', (writeFileSync(path.join(cwd, 'spare.key'), 'spare-key\n'), 'spare.key')),
    { TEAM_KEY: 'team-key', GEMINI_API_KEY: 'unused' },
  );
  expect(upstreamsOf(config)).toMatchObject([
    {
      name: 'paid',
      apiKey: 'team-key',
      address: 'http://127.0.0.1:9/v1beta',
      priority: 2,
      weight: 3,
      models: new Map([['gemini-nano-banana-2.1', 'gemini-nano-banana-2.1']]),
      quotaGroup: 'project-a',
      maxConcurrent: 40,
      requestsPerMinute: 100,
      headers: { 'x-team': 'art' },
      proxy: 'none',
    },
    {
      name: 'spare',
      apiKey: 'spare-key',
      priority: 0,
      weight: 1,
      models: new Map([['gemini-nano-banana-2.1', 'banana']]),
    },
  ]);
  expect(usesSandbox(config)).toBe(false);
  expect(originOf(['upstreams', 1, 'apiKey'])).toMatch(/^file /);
});

test.each([
  ['- { name: a, kind: gemini }', 'api_key is missing, and an upstream of the kind gemini needs it'],
  [
    '- { name: a, kind: gemini, api_key: k }\n  - { name: a, kind: gemini, api_key: l }',
    'upstreams[1].name is also the name of upstreams[0]',
  ],
  ['- { name: sandbox, kind: gemini, api_key: k }', 'must be "sandbox" for the sandbox'],
  ['- { name: box, kind: sandbox }', 'must be "sandbox" for the sandbox'],
  [
    '- { name: sandbox, kind: sandbox, api_key: k }',
    'api_key means nothing to an upstream of the kind sandbox',
  ],
  ['- { name: a, kind: gemnii, api_key: k }', 'upstreams[0].kind must be one of gemini'],
  ['- { name: a, kind: gemini, api_key: k, wieght: 2 }', 'Did you mean upstreams[0].weight?'],
  ['- { name: a, kind: gemini, api_key: k, headers: { host: evil } }', 'headers'],
  ['- { name: a, kind: vertex, project: p }', 'credentials is missing'],
  ['- { name: a, kind: vertex, credentials: adc }', 'project is missing'],
  ['- { name: a, kind: vertex, project: p, credentials: adc, api_key: k }', 'beside api_key'],
  ['- { name: a, kind: vertex, api_key: k, location: eu }', 'express mode is nowhere else'],
  ['- { name: a, kind: vertex, project: p, credentials: adc, location: EU/west }', 'a location of Vertex AI'],
  ['- { name: a, kind: vertex, project: "p/../q", credentials: adc }', 'a Google Cloud project'],
  [
    '- { name: a, kind: gemini, api_key: k, project: p }',
    'project means nothing to an upstream of the kind gemini',
  ],
])('an entry that makes no sense is told with its place: %s', (entry, problem) => {
  const problems = problemsOf(`upstreams:\n  ${entry}\n`);
  expect(problems.join('\n')).toContain(problem);
  expect(problems[0]).toMatch(/^plantain\.yaml:\d+: /);
});

test.each([
  ['global', 'https://aiplatform.googleapis.com'],
  ['eu', 'https://aiplatform.eu.rep.googleapis.com'],
  ['us', 'https://aiplatform.us.rep.googleapis.com'],
  ['us-central1', 'https://us-central1-aiplatform.googleapis.com'],
])('Vertex in %s is at %s; its credentials are found from the file that names them', (location, address) => {
  const entry = `- { name: v, kind: vertex, project: art-1, location: ${location}, credentials: keys/sa.json }`;
  expect(upstreamsOf(load(`upstreams:\n  ${entry}\n`).config)).toMatchObject([
    { address, location, apiVersion: 'v1', credentials: path.join(cwd, 'keys/sa.json') },
  ]);
});

test('Vertex is global where nobody says otherwise, and what is no file is not made one', () => {
  const list = `upstreams:
  - { name: a, kind: vertex, project: "123", credentials: adc }
  - { name: b, kind: vertex, project: art, credentials: metadata, base_url: http://relay/v1beta1 }
  - { name: c, kind: vertex, api_key: AQ.key }
`;
  expect(upstreamsOf(load(list).config)).toMatchObject([
    { location: 'global', credentials: 'adc', address: 'https://aiplatform.googleapis.com' },
    { credentials: 'metadata', address: 'http://relay/v1beta1' },
    { apiKey: 'AQ.key', location: 'global' },
  ]);
});

test('settings under gemini that a list makes idle are told, if the file holds them', () => {
  const list = 'upstreams:\n  - { name: a, kind: gemini, api_key: k }\n';
  expect(problemsOf(`${list}gemini:\n  api_key: other\n`)).toEqual([
    'plantain.yaml:4: gemini.api_key has no effect beside upstreams: make it an entry of that list.',
  ]);
  expect(problemsOf(`${list}gemini:\n  connect_timeout_ms: 500\n`)).toEqual([]);
});

test('no message repeats a key or a header', () => {
  const problems = problemsOf(
    'upstreams:\n  - { name: a, kind: gemini, api_key: "bad key secret1", headers: { x-a: "s\u00e9cret2" } }\n',
  );
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.join('\n')).not.toMatch(/secret1|cret2/);
});

test('a server like OpenAI’s is told by its profile: what everybody knows of it need not be said', () => {
  const { config } = load(`upstreams:
  - { name: openai, kind: openai-compatible, profile: openai, api_key: k, models: [gpt-image-2] }
  - { name: vendor, kind: openai-compatible, profile: serevix, api_key: k }
  - { name: shed, kind: openai-compatible, profile: sd-server, base_url: 'http://10.0.0.9:1234', models: { flux: sd-cpp-local } }
  - { name: azure, kind: openai-compatible, profile: azure, base_url: 'https://r.openai.azure.com', api_key: k, api_version: 2025-04-01-preview, models: { gpt-image-2: mine } }
`);
  expect(upstreamsOf(config)).toMatchObject([
    { profile: 'openai', address: 'https://api.openai.com/v1' },
    { profile: 'serevix', address: 'https://gateway.serevixai.ai/v1', models: undefined },
    { profile: 'sd-server', address: 'http://10.0.0.9:1234', models: new Map([['flux', 'sd-cpp-local']]) },
    { profile: 'azure', apiVersion: '2025-04-01-preview' },
  ]);
});

test.each([
  ['kind: openai-compatible', /profile is missing/],
  ['kind: openai-compatible, profile: openai, models: [gpt-image-2]', /api_key is missing.*profile openai/],
  ['kind: openai-compatible, profile: openai, api_key: k', /models is missing.*profile openai/],
  ['kind: openai-compatible, profile: plantain, api_key: k', /base_url is missing.*profile plantain/],
  ['kind: openai-compatible, profile: azure, api_key: k, models: [gpt-image-2]', /base_url is missing/],
  [
    'kind: openai-compatible, profile: xai, api_key: k, models: [m], api_version: v1',
    /api_version means nothing/,
  ],
  ['kind: gemini, api_key: k, api_version: 2025-04-01', /api_version must be an API version/],
  ['kind: gemini, api_key: k, profile: openai', /profile means nothing to an upstream of the kind gemini/],
  ['kind: openai-compatible, profile: opnai', /openai/],
])('what makes no sense of a profile is told: %s', (entry, problem) => {
  expect(problemsOf(`upstreams: [{ name: x, ${entry} }]`).join('\n')).toMatch(problem);
});
