import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Base64Encoder } from './base64-encoder.ts';

function encodeInChunks(
  bytes: Buffer,
  cuts: readonly number[],
): { text: string; slices: readonly Buffer[]; byteLength: number } {
  const encoder = new Base64Encoder();
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let index = 1; index < edges.length; index++)
    encoder.push(bytes.subarray(edges[index - 1], edges[index]));
  const image = encoder.finish();
  return {
    text: Buffer.concat(image.slices).toString('latin1'),
    slices: image.slices,
    byteLength: encoder.byteLength,
  };
}

test('bytes cut anywhere give the very base64 of the whole', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), fc.array(fc.nat(), { maxLength: 20 }), (data, cuts) => {
      const bytes = Buffer.from(data);
      const { text, byteLength } = encodeInChunks(bytes, cuts);
      expect(text).toBe(bytes.toString('base64'));
      expect(byteLength).toBe(bytes.length);
    }),
    { numRuns: 500 },
  );
});

test.each([0, 1, 2, 3, 3071, 3072, 3073, 24_576, 24_577, 1_000_000])(
  '%i bytes survive the edges of the blocks',
  (length) => {
    const bytes = randomBytes(length);
    expect(encodeInChunks(bytes, []).text).toBe(bytes.toString('base64'));
    expect(encodeInChunks(bytes, [1, 25_000, 26_001, 999_999]).text).toBe(bytes.toString('base64'));
  },
);

test('single-byte chunks do not make thousands of slices or hold much more than the text', () => {
  const encoder = new Base64Encoder();
  const one = Buffer.from([65]);
  for (let count = 0; count < 300_000; count++) encoder.push(one);
  const image = encoder.finish();
  expect(image.byteLength).toBe(300_000);
  expect(image.slices.length).toBeLessThan(20);
  const held = image.slices.reduce((sum, slice) => sum + slice.buffer.byteLength, 0);
  expect(held).toBeLessThan(image.length * 2);
});

test('of no bytes at all there is no slice either', () => {
  expect(encodeInChunks(Buffer.alloc(0), [])).toEqual({ text: '', slices: [], byteLength: 0 });
});
