import { afterEach, expect, test, vi } from 'vitest';
import { plainScope } from '../../test/support/plain-scope.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('the age of an order is no matter of the wall clock, which may be set back', () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout'], now: Date.UTC(2026, 10, 25) });
  const scope = plainScope();
  vi.advanceTimersByTime(1234);
  vi.setSystemTime(Date.UTC(2025, 0, 1));
  expect(scope.ageMs).toBe(1234);
});
