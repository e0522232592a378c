import { afterEach, expect, test, vi } from 'vitest';
import { plainScope } from '../../test/support/plain-scope.ts';
import { Memory } from '../admission/memory.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { OrderScope } from './order-scope.ts';

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

test('after an order, however it ended, nothing of it is counted', () => {
  for (const isAborted of [false, true]) {
    const memory = new Memory({ maxBytes: 1000, stalledMs: 1000 });
    const scope = new OrderScope(() => memory.open());
    scope.memory.count(100);
    scope.memory.openReader({ expectedBytes: 50, resume: () => undefined, giveUp: () => undefined }).add(20);
    expect(memory.heldBytes).toBeGreaterThanOrEqual(120);
    if (isAborted) scope.abort(new PlantainError('client_closed', 'left'));
    scope.end();
    expect(memory.heldBytes).toBe(0);
  }
});

test('what is given back at the end of an order is given back once, and at once where it has ended', () => {
  const scope = plainScope();
  const given: string[] = [];
  scope.onEnd(() => given.push('early'));
  scope.end();
  scope.end();
  scope.onEnd(() => given.push('late'));
  expect(given).toEqual(['early', 'late']);
});

test('the first reason to give an order up counts, and none does behind its end', () => {
  const [first, second] = ['first', 'second'].map((text) => new PlantainError('client_closed', text));
  const scope = plainScope();
  scope.abort(first!);
  scope.abort(second!);
  expect(scope.signal.reason).toBe(first);
  const ended = plainScope();
  ended.end();
  ended.abort(first!);
  expect(ended.signal.aborted).toBe(false);
});
