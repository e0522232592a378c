import { expect, test } from 'vitest';
import { Base64Image } from '../../bytes/base64-image.ts';
import { CapturedText } from '../../bytes/captured-text.ts';
import { signatureDigest } from '../../bytes/signature-digest.ts';
import { SignatureTap } from './signature-tap.ts';

const tapOf = (...documents: unknown[]): SignatureTap => {
  const tap = new SignatureTap();
  for (const document of documents) tap.add(document);
  return tap;
};
const characters = (text: string) => new Base64Image([Buffer.from(text)]);
const signed = (...thoughtSignatures: unknown[]) => ({
  candidates: [{ content: { parts: thoughtSignatures.map((thoughtSignature) => ({ thoughtSignature })) } }],
});

test('an answer is known by its first signature', () => {
  const [one, two] = [characters('AAAA'), characters('BBBB')];
  expect(tapOf(signed(new CapturedText(one), new CapturedText(two))).signature).toBe(signatureDigest(one));
  expect(tapOf(signed('x'), signed(new CapturedText(two))).signature).toBe(signatureDigest(two));
  expect(tapOf(signed(), {}).signature).toBeUndefined();
});
