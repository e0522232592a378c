import { beforeEach, expect, test } from 'vitest';
import { PlantainError } from '../kernel/plantain-error.ts';
import { ClaimLink } from './claim-link.ts';
import { LoginGuard } from './login-guard.ts';

let nowMs: number;
let guard: LoginGuard;
beforeEach(() => {
  nowMs = 0;
  guard = new LoginGuard(() => nowMs);
});

const waitOf = (address: string): number | undefined => {
  try {
    guard.check(address);
    return 0;
  } catch (error) {
    return error instanceof PlantainError ? error.retryAfterSeconds : undefined;
  }
};

test('after five wrong secrets an address waits until the first is a minute old; others do not', () => {
  for (let guess = 0; guess < 5; guess++) {
    expect(waitOf('a')).toBe(0);
    guard.wrong('a');
    nowMs += 1000;
  }
  expect([waitOf('a'), waitOf('b')]).toEqual([55, 0]);
  nowMs = 59_999;
  expect(waitOf('a')).toBe(1);
  nowMs = 60_000;
  expect(waitOf('a')).toBe(0);
});

test('guesses that are spread over addresses are bounded together', () => {
  guard.wrong('earlier');
  nowMs = 5000;
  for (let guess = 0; guess < 99; guess++) guard.wrong(`address ${guess}`);
  expect(waitOf('somebody else')).toBe(55);
  guard.wrong('the last');
  expect(waitOf('somebody else')).toBe(60);
  nowMs = 65_000;
  expect(waitOf('somebody else')).toBe(0);
});

test('a claim link opens once, within ten minutes, and only the newest', () => {
  const link = new ClaimLink(() => nowMs);
  expect(link.use('')).toBe(false);
  const first = link.make();
  const second = link.make();
  expect([link.use(first), link.use(`${second}x`), link.use(second), link.use(second)]).toEqual([
    false,
    false,
    true,
    false,
  ]);
  const late = link.make();
  nowMs += 600_000;
  expect(link.use(late)).toBe(false);
});
