import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CallWindow } from './call-window.ts';

test('one more call may go when fewer than the quota began within a minute, or as soon as that is so', () => {
  const window = new CallWindow();
  expect(window.nextMs(2, 500)).toBe(500);
  window.add(1000);
  expect(window.nextMs(2, 1500)).toBe(1500);
  window.add(2000);
  expect(window.nextMs(2, 3000)).toBe(61_000);
  expect(window.nextMs(1, 3000)).toBe(62_000);
  expect(window.nextMs(3, 3000)).toBe(3000);
  expect(window.nextMs(2, 60_999)).toBe(61_000);
  expect(window.nextMs(2, 61_000)).toBe(61_000);
});

test('no minute ever has more calls than its quota, and none waits longer than it must', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 60 }),
      (perMinute, pauses) => {
        const window = new CallWindow();
        const starts: number[] = [];
        let nowMs = 0;
        for (const pause of pauses) {
          nowMs += pause;
          const blocking = starts.at(-perMinute);
          const due = blocking === undefined ? nowMs : Math.max(nowMs, blocking + 60_000);
          expect(window.nextMs(perMinute, nowMs)).toBe(due);
          nowMs = due;
          window.add(nowMs);
          starts.push(nowMs);
        }
      },
    ),
  );
});
