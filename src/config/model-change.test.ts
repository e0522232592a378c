import { expect, test } from 'vitest';
import shipped from '../routing/models.json' with { type: 'json' };
import { resolveSettings } from './resolve-settings.ts';
import { configSchema } from './config-schema.ts';
import { modelChange } from './model-change.ts';
import { withFiles } from '../../test/support/with-files.ts';

const read = (text: string) =>
  withFiles({ 'plantain.yaml': text }, (cwd) =>
    resolveSettings(configSchema, { flags: {}, env: {}, cwd, file: 'plantain.yaml' }),
  );

test('models and aliases come out in the field names of models.json', () => {
  const { value, problems } = read(`
models:
  my-model:
    extends: gemini-nano-banana-2.1
    image_sizes: [1K, 2K]
    shutdown_on: null
    micro_usd_per_million_tokens: { input: 1, text_output: 5, image_output: 9 }
    deadline_ms: { 512: 1000, 1K: 90s }
aliases:
  house-style: my-model
  fancy-*: my-model
`);
  expect(problems).toEqual([]);
  expect(value.models).toEqual({
    'my-model': {
      extends: 'gemini-nano-banana-2.1',
      imageSizes: ['1K', '2K'],
      shutdownOn: null,
      microUsdPerMillionTokens: { input: 1, textOutput: 5, imageOutput: 9 },
      deadlineMs: { '512': 1000, '1K': 90_000 },
    },
  });
  expect(value.aliases).toEqual({ 'house-style': 'my-model', 'fancy-*': 'my-model' });
});

test('every field of a shipped model can be changed', () => {
  for (const { id: _id, ...fields } of shipped.models)
    expect(modelChange().safeParse(fields).error?.issues).toBeUndefined();
});

test('every fault of an entry is one plain line with its own place', () => {
  const { problems } = read(`models:
  x:
    extends: 3
    image_sizes: [1K, 3K]
    imageTokens: {}
    image_tokens: { 1K: -1, 9K: 1, 512: 1.5 }
    aspect_ratios: []
    released_on: soon
    micro_usd_per_million_tokens:
      inputt: 3
      input: 1
      text_output: free
    drafts: "perhaps"
    version: 2
  y: 3
aliases:
  a: 3
`);
  const whole = 'a whole number from 0 to 1000000000000';
  expect([...problems].sort()).toEqual(
    [
      'plantain.yaml:3: models.x.extends must be text, not 3.',
      'plantain.yaml:4: models.x.image_sizes[1] must be one of 512, 1K, 2K, 4K, not "3K".',
      'plantain.yaml:5: unknown setting models.x.imageTokens. Did you mean models.x.image_tokens?',
      `plantain.yaml:6: models.x.image_tokens.1K must be ${whole}, not -1.`,
      `plantain.yaml:6: models.x.image_tokens.512 must be ${whole}, not 1.5.`,
      'plantain.yaml:6: unknown setting models.x.image_tokens.9K. Did you mean models.x.image_tokens.1K?',
      'plantain.yaml:7: models.x.aspect_ratios must not be empty.',
      'plantain.yaml:8: models.x.released_on must be a date such as "2026-10-06", not "soon".',
      'plantain.yaml:10: unknown setting models.x.micro_usd_per_million_tokens.inputt. Did you mean models.x.micro_usd_per_million_tokens.input?',
      `plantain.yaml:12: models.x.micro_usd_per_million_tokens.text_output must be ${whole}, not "free".`,
      `plantain.yaml:9: models.x.micro_usd_per_million_tokens.image_output must be ${whole}.`,
      'plantain.yaml:13: models.x.drafts must be true or false, not "perhaps".',
      'plantain.yaml:14: models.x.version must be text, not 2.',
      'plantain.yaml:15: models.y must hold settings such as models.y.extends.',
      'plantain.yaml:17: aliases.a must be a model id, not 3.',
    ].sort(),
  );
});

test('models and aliases must be groups', () => {
  expect(read('models: 3\naliases: [a]\n').problems).toEqual([
    'plantain.yaml:1: models must hold model ids, each with the fields to change, not 3.',
    'plantain.yaml:2: aliases must hold names, each with a model id.',
  ]);
});
