import { expect, test } from 'vitest';
import { withFiles } from '../../test/support/with-files.ts';
import { configSettings } from './config-schema.ts';
import { configTemplate } from './config-template.ts';
import { explainConfig, redactSecret } from './explain-config.ts';
import { loadConfig } from './load-config.ts';

test('every setting has a row with its origin, and secrets show at most four characters', () => {
  const secret = 'AIzaSyD-0123456789abcdefghijklmnopqrstu';
  const rows = explainConfig(
    loadConfig({
      cwd: '/nowhere',
      env: { GEMINI_API_KEY: secret, PLANTAIN_CLIENT_KEY: 'short' },
      flags: { port: '0', 'limits.maxHeldBytes': '64MiB' },
    }),
  );
  expect(rows.map((row) => row.field)).toEqual(configSettings.map(({ name }) => name));
  const row = (field: string) => rows.find((candidate) => candidate.field === field);
  expect(row('gemini.api_key')).toMatchObject({
    value: 'AIza…(39 characters)',
    origin: 'env GEMINI_API_KEY',
  });
  expect(row('port')).toMatchObject({ value: '0', origin: 'flag --port' });
  expect(row('limits.max_edit_body_bytes')).toMatchObject({
    value: '32MiB',
    origin: 'default: half of limits.max_held_bytes, at most 850MiB',
  });
  expect(JSON.stringify(rows)).not.toContain('AIzaS');
  expect(JSON.stringify(rows)).not.toContain('short');
});

test('models and aliases are told by their names', () => {
  const text =
    'port: 1\nmodels:\n  a: { extends: gemini-3-pro-image }\n  b: { extends: a }\naliases: { c: a }\n';
  const rows = withFiles({ 'plantain.yaml': text }, (cwd) => explainConfig(loadConfig({ cwd, env: {} })));
  expect(rows.slice(-3, -1)).toMatchObject([
    { field: 'models', value: 'a, b', origin: 'file plantain.yaml:2' },
    { field: 'aliases', value: 'c', origin: 'file plantain.yaml:5' },
  ]);
});

test('a short secret shows nothing of itself', () => {
  expect(redactSecret('hunter2')).toBe('…(7 characters)');
});

test('the template is a file that loads, as it is and with every line taken in', () => {
  const load = (text: string) =>
    withFiles({ 'plantain.yaml': text }, (cwd) => loadConfig({ cwd, env: { GEMINI_API_KEY: 'k' } }));
  const untouched = load(configTemplate());
  const taken = load(configTemplate().replaceAll(/^#(?=\S| {2})/gm, ''));
  const given = configSettings.filter(({ path: at }) => taken.originOf(at).startsWith('file '));
  expect(given.length).toBeGreaterThan(20);
  const gemini = { ...taken.config.gemini, safetySettings: [] };
  expect({
    ...taken.config,
    gemini,
    dataDir: '',
    upstreams: [],
    webhooks: untouched.config.webhooks,
    models: {},
    aliases: {},
    fallbacks: {},
  }).toEqual({
    ...untouched.config,
    dataDir: '',
  });
  expect(Object.keys(taken.config.models)).toEqual(['my-model']);
  expect(taken.config.webhooks.endpoints).toMatchObject([{ name: 'finance', events: ['budget.exhausted'] }]);
  expect(configSettings.filter(({ path: at }) => untouched.originOf(at).startsWith('file '))).toEqual([]);
});
