import { expect, test } from 'vitest';
import { z } from 'zod';
import { withFiles } from '../../test/support/with-files.ts';
import { explainSettings } from './explain-config.ts';
import { resolveSettings } from './resolve-settings.ts';
import { section, settingsOf } from './settings.ts';
import { bytes, duration, httpUrl, matching, oneOf, token, wholeNumber, yesOrNo } from './value-kinds.ts';

const upstream = section({
  name: matching(/^[a-z]+$/, 'a name of small letters'),
  kind: oneOf(['gemini', 'vertex']).default('gemini'),
  apiKey: token().optional().meta({ description: 'Its key.', secret: true }),
  baseUrl: httpUrl().optional(),
  isSpare: yesOrNo().default(false),
  limits: section({
    maxCalls: wholeNumber(1, 100).default(10),
    pauseMs: duration('ms', 0, 60_000).default(0),
  }),
  prices: z.partialRecord(z.enum(['1K', '2K']), wholeNumber(0, 1000)).default({}),
  zones: z.array(matching(/^[a-z0-9-]+$/, 'a zone')).default([]),
});
/** A small schema with everything that a list needs. */
const schema = section({
  port: wholeNumber(0, 65_535).default(4747).describe('Port.'),
  memory: section({
    maxBytes: bytes(1024, 1024 ** 3)
      .default(4096)
      .describe('Most bytes.'),
    maxBodyBytes: bytes(1, 1024 ** 3).meta({
      description: 'Most bytes of a body.',
      derive: (numberOf) => numberOf('memory.maxBytes') / 2,
      defaultText: 'half of memory.max_bytes',
    }),
    maxPartBytes: bytes(1, 1024 ** 3).meta({
      description: 'Most bytes of a part.',
      derive: (numberOf) => Math.min(1000, numberOf('memory.maxBodyBytes')),
      defaultText: 'memory.max_body_bytes, at most 1000',
    }),
  }),
  upstreams: z.array(upstream).default([]).describe('Who draws.'),
});

function resolve(text: string, env: Record<string, string> = {}, files: Record<string, string> = {}) {
  return withFiles({ 'p.yaml': text, ...files }, (cwd) =>
    resolveSettings(schema, { flags: {}, env, cwd, file: 'p.yaml' }),
  );
}

const twoUpstreams = `
upstreams:
  - name: first
    api_key: key-of-the-first-upstream
    limits:
      pause_ms: 5s
    prices: { 2K: 7 }
    zones: [a, b-1]
  -
    kind: vertex
    name: second
    is_spare: "yes"
`;

test('a list of sections is read with the defaults, units and names of its fields', () => {
  const { value, problems } = resolve(twoUpstreams);
  expect(problems).toEqual([]);
  expect(value.upstreams).toEqual([
    {
      name: 'first',
      kind: 'gemini',
      apiKey: 'key-of-the-first-upstream',
      isSpare: false,
      limits: { maxCalls: 10, pauseMs: 5000 },
      prices: { '2K': 7 },
      zones: ['a', 'b-1'],
    },
    {
      name: 'second',
      kind: 'vertex',
      isSpare: true,
      limits: { maxCalls: 10, pauseMs: 0 },
      prices: {},
      zones: [],
    },
  ]);
});

test('explain has a row for each field of each element, with its line, its origin and no secret', () => {
  const rows = explainSettings(schema, resolve(twoUpstreams));
  const told = rows.map(({ field, value, origin }) => [field, value, origin].join(' | '));
  expect(told).toEqual([
    'port | 4747 | default',
    'memory.max_bytes | 4KiB | default',
    'memory.max_body_bytes | 2KiB | default: half of memory.max_bytes',
    'memory.max_part_bytes | 1000 | default: memory.max_body_bytes, at most 1000',
    'upstreams[0].name | first | file p.yaml:3',
    'upstreams[0].kind | gemini | default',
    'upstreams[0].api_key | key-…(25 characters) | file p.yaml:4',
    'upstreams[0].is_spare | false | default',
    'upstreams[0].limits.max_calls | 10 | default',
    'upstreams[0].limits.pause_ms | 5s | file p.yaml:6',
    'upstreams[0].prices | 2K | file p.yaml:7',
    'upstreams[0].zones[0] | a | file p.yaml:8',
    'upstreams[0].zones[1] | b-1 | file p.yaml:8',
    'upstreams[1].name | second | file p.yaml:11',
    'upstreams[1].kind | vertex | file p.yaml:10',
    'upstreams[1].is_spare | true | file p.yaml:12',
    'upstreams[1].limits.max_calls | 10 | default',
    'upstreams[1].limits.pause_ms | 0 | default',
    'upstreams[1].prices |  | default',
    'upstreams[1].zones |  | default',
  ]);
  expect(explainSettings(schema, resolve('port: 1')).at(-1)).toMatchObject({
    field: 'upstreams',
    origin: 'default',
  });
});

test('every fault in a list is told with its line and its element', () => {
  const { problems } = resolve(`
upstreams:
  - name: First
    kid: gemini
    api_key: has spaces
  - kind: openai
    limits: 3
    prices: { 3K: 1, 1K: -1 }
    zones: [a, B]
    base_url: https://user:word@example.com
  -
  - x
`);
  expect([...problems].sort()).toEqual(
    [
      'p.yaml:3: upstreams[0].name must be a name of small letters, not "First".',
      'p.yaml:4: unknown setting upstreams[0].kid. Did you mean upstreams[0].kind?',
      'p.yaml:5: upstreams[0].api_key must be a key of printable characters without spaces.',
      'p.yaml:6: upstreams[1].kind must be one of gemini, vertex, not "openai".',
      'p.yaml:6: upstreams[1].name must be a name of small letters.',
      'p.yaml:7: upstreams[1].limits must hold settings such as upstreams[1].limits.max_calls.',
      'p.yaml:8: unknown setting upstreams[1].prices.3K. Did you mean upstreams[1].prices.1K?',
      'p.yaml:8: upstreams[1].prices.1K must be a whole number from 0 to 1000, not -1.',
      'p.yaml:9: upstreams[1].zones[1] must be a zone, not "B".',
      'p.yaml:10: upstreams[1].base_url must be an http:// or https:// address without user name, query or fragment.',
      'p.yaml:11: upstreams[2] must hold settings such as upstreams[2].name.',
      'p.yaml:12: upstreams[3] must hold settings such as upstreams[3].name.',
    ].sort(),
  );
  expect(resolve('upstreams: gemini').problems).toEqual([
    'p.yaml:1: upstreams must be a list, not "gemini".',
  ]);
  expect(resolve('upstreams: { name: a }').problems).toEqual(['p.yaml:1: upstreams must be a list.']);
  expect(resolve('upstreams:').problems).toEqual([]);
});

test('a rule over a whole list or element, and plain zod types, tell their lines too', () => {
  const withRules = section({
    upstreams: z
      .array(
        z
          .strictObject({ kind: oneOf(['gemini', 'vertex']), zone: z.string().optional(), calls: z.number() })
          .refine(({ kind, zone }) => kind === 'gemini' || zone !== undefined, {
            path: ['zone'],
            message: 'must be given for vertex',
          }),
      )
      .refine((list) => list.length < 4, 'must be fewer than four')
      .default([])
      .describe('Who draws.'),
  });
  const read = (text: string) =>
    withFiles({ 'p.yaml': text }, (cwd) =>
      resolveSettings(withRules, { flags: {}, env: {}, cwd, file: 'p.yaml' }),
    );
  expect(read('upstreams:\n- { kind: gemini, calls: 1 }\n- kind: vertex\n  calls: 1\n').problems).toEqual([
    'p.yaml:3: upstreams[1].zone must be given for vertex.',
  ]);
  expect(read('upstreams:\n- kind: gemini\n  calls: many\n  zone: 3\n').problems).toEqual([
    'p.yaml:4: upstreams[0].zone must be text, not 3.',
    'p.yaml:3: upstreams[0].calls must be a number, not "many".',
  ]);
  const four = '- { kind: gemini, calls: 1 }\n'.repeat(4);
  expect(read(`upstreams:\n${four}`).problems).toEqual(['p.yaml:1: upstreams must be fewer than four.']);
});

test('a secret in a list can stand in a file, named relative to the configuration file', () => {
  const text = 'upstreams:\n- name: a\n  api_key_file: secrets/a\n';
  const { value, originOf, problems } = resolve(text, {}, { 'secrets/a': ' the-key \n' });
  expect(problems).toEqual([]);
  expect(value.upstreams[0]?.apiKey).toBe('the-key');
  expect(originOf(['upstreams', 0, 'apiKey'])).toBe('file p.yaml:3');
  expect(resolve(text).problems).toEqual([
    expect.stringMatching(
      /^p\.yaml:3: upstreams\[0\]\.api_key cannot be read from \/.*secrets\/a: there is no such file\.$/,
    ),
  ]);
  expect(resolve(`${text}  api_key: b\n`, {}, { 'secrets/a': 'a' }).problems).toEqual([
    'p.yaml:4: upstreams[0].api_key and upstreams[0].api_key_file are both given: keep one.',
  ]);
  expect(resolve('upstreams:\n- name: a\n  base_url_file: x\n').problems).toEqual([
    'p.yaml:3: unknown setting upstreams[0].base_url_file. In upstreams[0] are: name, kind, api_key, api_key_file, base_url, is_spare, limits, prices, zones.',
  ]);
});

test('lists have no variables and no flags', () => {
  expect(settingsOf(schema).map(({ env, flag }) => [...env, flag])).toEqual([
    ['PLANTAIN_PORT', '--port'],
    ['PLANTAIN_MEMORY_MAX_BYTES', '--memory-max-bytes'],
    ['PLANTAIN_MEMORY_MAX_BODY_BYTES', '--memory-max-body-bytes'],
    ['PLANTAIN_MEMORY_MAX_PART_BYTES', '--memory-max-part-bytes'],
    [undefined],
  ]);
  expect(resolve('port: 1', { PLANTAIN_UPSTREAMS: 'a' }).problems).toEqual([
    'Unknown environment variable PLANTAIN_UPSTREAMS. docs/configuration.md lists the names.',
  ]);
});

test('a derived default follows what was given, and an explicit value is kept as it is', () => {
  const memory = (text: string) => resolve(text).value.memory;
  expect(memory('memory: { max_bytes: 1MiB }')).toEqual({
    maxBytes: 1048576,
    maxBodyBytes: 524288,
    maxPartBytes: 1000,
  });
  expect(memory('memory: { max_bytes: 1024 }')).toMatchObject({ maxBodyBytes: 512, maxPartBytes: 512 });
  const { value, originOf } = resolve('memory: { max_bytes: 1024, max_body_bytes: 1MiB }');
  expect(value.memory).toEqual({ maxBytes: 1024, maxBodyBytes: 1048576, maxPartBytes: 1000 });
  expect(originOf(['memory', 'maxBodyBytes'])).toBe('file p.yaml:1');
});

test('a derived default cannot come from what is no number further up', () => {
  const below = section({
    first: wholeNumber(0, 9).meta({ description: 'a', derive: (numberOf) => numberOf('second') }),
    second: wholeNumber(0, 9).meta({ description: 'b', derive: () => 1 }),
  });
  expect(() => resolveSettings(below, { flags: {}, env: {}, cwd: '/', file: undefined })).toThrow();
});
