import { describe, expect, test } from 'vitest';
import { Base64Image } from '../../bytes/base64-image.ts';
import { CapturedText } from '../../bytes/captured-text.ts';
import { signatureDigest } from '../../bytes/signature-digest.ts';
import { PassTap } from './pass-tap.ts';

const tapOf = (...documents: unknown[]): PassTap => {
  const tap = new PassTap();
  for (const document of documents) tap.add(document);
  return tap;
};
const searched = (...webSearchQueries: string[]) => ({
  candidates: [{ groundingMetadata: { webSearchQueries } }],
});
const characters = (text: string) => new Base64Image([Buffer.from(text)]);
const signed = (...thoughtSignatures: unknown[]) => ({
  candidates: [{ content: { parts: thoughtSignatures.map((thoughtSignature) => ({ thoughtSignature })) } }],
});

describe('the price of an answer', () => {
  test.each([
    ['gemini-3-pro-image', ['a', 'b'], 28_000],
    ['gemini-2.5-flash-image', ['a', 'b'], 35_000],
    ['gemini-12.5-x', ['a'], 14_000],
  ])('of %s with the searches %j has %i micro-USD more', (model, queries, extraMicroUsd) => {
    expect(tapOf(searched(...queries)).termsFor(model)).toEqual({ extraMicroUsd });
  });

  test('counts the searches of the event that tells most of them: each tells them anew', () => {
    const tap = tapOf(searched('a'), searched('a', 'b'), searched('a'), { candidates: [null, {}] });
    expect(tap.termsFor('gemini-3-pro-image')).toEqual({ extraMicroUsd: 28_000 });
  });

  test.each([
    ['flex', 50],
    ['PRIORITY', 200],
  ])('is at the tier %s that it was served at', (serviceTier, percent) => {
    const tap = tapOf({ usageMetadata: { serviceTier } }, { usageMetadata: {} });
    expect(tap.tier).toBe(serviceTier);
    expect(tap.termsFor('m')).toEqual({ percent, extraMicroUsd: 0 });
    expect(tap.termsFor('m', 'standard')).toBeUndefined();
  });

  test('is the plain one where nothing else is told', () => {
    expect(tapOf({ usageMetadata: { serviceTier: 5 } }, {}, null).termsFor('m')).toBeUndefined();
    expect(tapOf(searched()).termsFor('m')).toBeUndefined();
  });
});

test('tokens that tools brought are part of the prompt', () => {
  const usage = { promptTokenCount: 10 } as Parameters<PassTap['withToolTokens']>[0];
  const tap = tapOf({ usageMetadata: { toolUsePromptTokenCount: 5 } }, { usageMetadata: {} });
  expect(tap.withToolTokens(usage)).toEqual({ promptTokenCount: 15 });
  expect([tap.withToolTokens(undefined), tap.withToolTokens(null)]).toEqual([undefined, null]);
  expect(tapOf({ usageMetadata: { toolUsePromptTokenCount: 'x' } }).withToolTokens(usage)).toBe(usage);
  expect(tapOf().withToolTokens(usage)).toBe(usage);
});

test('an answer is known by its first signature', () => {
  const [one, two] = [characters('AAAA'), characters('BBBB')];
  expect(tapOf(signed(new CapturedText(one), new CapturedText(two))).signature).toBe(signatureDigest(one));
  expect(tapOf(signed('x'), signed(new CapturedText(two))).signature).toBe(signatureDigest(two));
  expect(tapOf(signed(), {}).signature).toBeUndefined();
});
