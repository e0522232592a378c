import { expect, test } from 'vitest';
import { plainScope } from '../../test/support/plain-scope.ts';
import { Base64Image } from '../bytes/base64-image.ts';
import { freeReferences } from './free-references.ts';
import type { ImageOrder } from './image-order.ts';

const kib = 1024;

function orderWith(): { order: ImageOrder; lengths: () => number[] } {
  const pictureOf = (...sizes: number[]) => ({
    base64: new Base64Image(sizes.map((size) => Buffer.allocUnsafeSlow(size).fill(0x41))),
    mimeType: 'image/png' as const,
  });
  const pictures = [pictureOf(256 * kib, 64 * kib, 8 * kib), pictureOf(256 * kib)];
  const order = { references: pictures, mask: pictureOf(100 * kib) } as unknown as ImageOrder;
  const lengths = () =>
    [...order.references, ...(order.mask ? [order.mask] : [])].flatMap(({ base64 }) =>
      base64.slices.map(({ length }) => length),
    );
  return { order, lengths };
}

test('what an order came with is given back at its end, but for what may still lie in a socket', () => {
  const { order, lengths } = orderWith();
  freeReferences(order, plainScope());
  expect(lengths()).toEqual([0, 0, 8 * kib, 0, 0]);
});

test('nothing is given back while a request has not gone out whole, whatever became of its call', () => {
  const { order, lengths } = orderWith();
  const scope = plainScope();
  const [first, second] = [scope.lendBytes(), scope.lendBytes()];
  first();
  first();
  freeReferences(order, scope);
  expect(lengths()).toEqual([256 * kib, 64 * kib, 8 * kib, 256 * kib, 100 * kib]);
  second();
  freeReferences(order, scope);
  expect(lengths()).toEqual([0, 0, 8 * kib, 0, 0]);
});
