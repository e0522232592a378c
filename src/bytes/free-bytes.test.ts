import { expect, test } from 'vitest';
import { freeBytes } from './free-bytes.ts';

test('the memory behind large buffers is given back, once, however many views there are of it', () => {
  const whole = Buffer.allocUnsafeSlow(64 * 1024);
  const views = [whole.subarray(0, 32 * 1024), whole.subarray(32 * 1024)];
  freeBytes(views);
  expect([whole.length, ...views.map((view) => view.length)]).toEqual([0, 0, 0]);
  expect(() => freeBytes(views)).not.toThrow();
});

test.each([64 * 1024, 8 * 1024])(
  "Node's shared pools of %i bytes are never given back, whatever the size of the buffers that lie in them",
  (poolSize) => {
    const before = Buffer.poolSize;
    Buffer.poolSize = poolSize;
    try {
      for (let size = 1; size <= 2 * poolSize; size += 61) {
        const pooled = Buffer.from('x'.repeat(size));
        const neighbour = Buffer.from('neighbour');
        freeBytes([pooled]);
        expect(neighbour.toString()).toBe('neighbour');
      }
    } finally {
      Buffer.poolSize = before;
    }
  },
);
