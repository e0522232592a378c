import { expect, test } from 'vitest';
import { OrderScope } from '../journey/order-scope.ts';
import { UploadBytes } from './upload-bytes.ts';

test('uploads together stay within the bound, and give their bytes back when their orders end', () => {
  const uploads = new UploadBytes(100);
  const [first, second] = [new OrderScope(), new OrderScope()];
  const countFirst = uploads.counterFor(first);
  const countSecond = uploads.counterFor(second);
  countFirst(60);
  countSecond(40);
  expect(() => countSecond(1)).toThrow(expect.objectContaining({ code: 'too_many_orders' }) as Error);
  expect(uploads.heldBytes).toBe(100);
  first.end();
  countSecond(50);
  second.end();
  expect(uploads.heldBytes).toBe(0);
});

test('a single upload is bounded by its own limit alone', () => {
  const uploads = new UploadBytes(100);
  const count = uploads.counterFor(new OrderScope());
  count(90);
  expect(() => count(90)).not.toThrow();
});
