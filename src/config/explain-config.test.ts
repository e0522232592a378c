import { expect, test } from 'vitest';
import { configFields } from './config-fields.ts';
import { parseConfigFile } from './config-file.ts';
import { configTemplate } from './config-template.ts';
import { configurationPage } from './configuration-page.ts';
import { explainConfig, redactSecret } from './explain-config.ts';
import { loadConfig } from './load-config.ts';

test('every setting has a row with its origin, and secrets show at most four characters', () => {
  const secret = 'AIzaSyD-0123456789abcdefghijklmnopqrstu';
  const rows = explainConfig(
    loadConfig({
      cwd: '/nowhere',
      env: { GEMINI_API_KEY: secret, PLANTAIN_CLIENT_KEY: 'short' },
      flags: { port: '0' },
    }),
  );
  expect(rows.map((row) => row.field)).toEqual([
    ...configFields.map((field) => field.yamlName),
    'models',
    'aliases',
  ]);
  expect(rows.find((row) => row.field === 'gemini.api_key')).toMatchObject({
    value: 'AIza…(39 characters)',
    origin: 'env GEMINI_API_KEY',
  });
  expect(rows.find((row) => row.field === 'port')).toMatchObject({ value: '0', origin: 'flag --port' });
  expect(JSON.stringify(rows)).not.toContain('AIzaS');
  expect(JSON.stringify(rows)).not.toContain('short');
});

test('a short secret shows nothing of itself', () => {
  expect(redactSecret('hunter2')).toBe('…(7 characters)');
});

test('the template is a file that loads, also with every line taken in', () => {
  const commented = parseConfigFile(configTemplate(), 'template');
  expect([commented.problems, commented.values.size]).toEqual([[], 0]);
  const file = parseConfigFile(configTemplate().replaceAll(/^#(?=\S| {2})/gm, ''), 'template');
  expect(file.problems).toEqual([]);
  for (const [path, { raw }] of file.values) {
    const field = configFields.find((candidate) => candidate.path === path);
    expect(field?.kind.schema.parse(raw), path).toEqual(field?.default);
  }
  expect(file.values.size).toBeGreaterThan(20);
});

test('docs/configuration.md is what the table of settings says', async () => {
  await expect(configurationPage()).toMatchFileSnapshot('../../docs/configuration.md');
});
