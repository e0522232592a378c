import { expect, test } from 'vitest';
import { parseConfigFile } from './config-file.ts';
import { readCatalogueChanges } from './read-catalogue-changes.ts';

const read = (text: string) => readCatalogueChanges(parseConfigFile(text, 'plantain.yaml'));

test('models and aliases come out in the field names of models.json', () => {
  const { changes, problems } = read(`
models:
  my-model:
    extends: gemini-nano-banana-2.1
    image_sizes: [1K, 2K]
    shutdown_on: null
    micro_usd_per_million_tokens: { input: 1, text_output: 5, image_output: 9 }
    deadline_ms: { 512: 1000 }
aliases:
  house-style: my-model
  fancy-*: my-model
`);
  expect(problems).toEqual([]);
  expect(changes).toEqual({
    models: {
      'my-model': {
        extends: 'gemini-nano-banana-2.1',
        imageSizes: ['1K', '2K'],
        shutdownOn: null,
        microUsdPerMillionTokens: { input: 1, textOutput: 5, imageOutput: 9 },
        deadlineMs: { '512': 1000 },
      },
    },
    aliases: { 'house-style': 'my-model', 'fancy-*': 'my-model' },
  });
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
    drafts: "yes"
  y: 3
aliases:
  a: 3
`);
  expect([...problems].sort()).toEqual(
    [
      'plantain.yaml:3: models.x.extends must be text.',
      'plantain.yaml:4: models.x.image_sizes.1 must be one of 512, 1K, 2K, 4K.',
      'plantain.yaml:5: unknown field models.x.imageTokens. Did you mean image_tokens?',
      'plantain.yaml:6: models.x.image_tokens.1K must be at least 0.',
      'plantain.yaml:6: models.x.image_tokens.512 must be a whole number.',
      'plantain.yaml:6: unknown field models.x.image_tokens.9K. Names there are: 512, 1K, 2K, 4K.',
      'plantain.yaml:7: models.x.aspect_ratios must not be empty.',
      'plantain.yaml:8: models.x.released_on must be a date such as "2026-10-06".',
      'plantain.yaml:10: unknown field models.x.micro_usd_per_million_tokens.inputt. Did you mean input?',
      'plantain.yaml:12: models.x.micro_usd_per_million_tokens.text_output must be a number.',
      'plantain.yaml:9: models.x.micro_usd_per_million_tokens.image_output must be a number.',
      'plantain.yaml:13: models.x.drafts must be true or false.',
      'plantain.yaml:14: models.y must be a group of fields.',
      'plantain.yaml:16: aliases.a must be a model id.',
    ].sort(),
  );
});

test('models and aliases must be groups', () => {
  expect(read('models: 3\naliases: [a]\n').problems).toEqual([
    'plantain.yaml:1: models must hold model ids, each with the fields to change.',
    'plantain.yaml:2: aliases must hold names, each with a model id.',
  ]);
});
