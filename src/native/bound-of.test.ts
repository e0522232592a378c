import { expect, test } from 'vitest';
import { loadTestModels } from '../../test/support/test-models.ts';
import { boundOf } from './bound-of.ts';
import type { Members } from './members.ts';
import type { RequestContents } from './request-contents.ts';

const model =
  loadTestModels().find(({ id }) => id === 'gemini-nano-banana-2.1') ?? expect.fail('no such model');
const words: RequestContents = {
  prompt: 'a fox',
  pictures: [],
  hasOtherMedia: false,
  files: [],
  signed: [],
  lastSignature: undefined,
};
const bound = (body: Members) => boundOf(body, model, words, 5);

test.each([
  [undefined, 'standard'],
  ['', 'standard'],
  ['SERVICE_TIER_UNSPECIFIED', 'standard'],
  ['standard', 'standard'],
  ['FLEX', 'flex'],
  ['SERVICE_TIER_PRIORITY', 'priority'],
  ['one that nobody knows', 'priority'],
])('the service tier %j is bound by the prices of %s', (serviceTier, tier) => {
  expect(bound({ serviceTier }).tier).toBe(tier);
  expect(bound({ service_tier: serviceTier }).tier).toBe(tier);
});

test.each([
  [[], 5, 0],
  [[{ functionDeclarations: [] }], 5, 0],
  [[{ function_declarations: [] }], 5, 0],
  // What these find goes into the prompt, and how much that is nobody can tell.
  [[{ googleSearch: {} }], model.inputTokenLimit, 5],
  [[{ google_search: {} }], model.inputTokenLimit, 5],
  [[{ urlContext: {} }], model.inputTokenLimit, 0],
  [[{ functionDeclarations: [], codeExecution: {} }], model.inputTokenLimit, 0],
])('with the tools %j up to %i tokens of input are reserved, and %i searches', (tools, tokens, searches) => {
  expect(bound({ tools })).toMatchObject({ usage: { inputTokens: tokens }, searches });
});
