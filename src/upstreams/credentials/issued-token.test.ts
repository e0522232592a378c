import { describe, expect, test } from 'vitest';
import { issuedToken, lentToken } from './issued-token.ts';

const nowMs = Date.UTC(2026, 0, 1);
const hourMs = 3_600_000;

describe('how long a token lives', () => {
  test.each<[unknown, number]>([
    [1800, 1_800_000],
    ['60', 60_000],
    [0, hourMs],
    [-5, hourMs],
    ['soon', hourMs],
    [undefined, hourMs],
  ])('is what its server says, %j, or else an hour', (seconds, lifetimeMs) => {
    expect(issuedToken('it', { access_token: 'ya29', expires_in: seconds })).toEqual({
      token: 'ya29',
      lifetimeMs,
    });
  });

  test.each<[unknown, number]>([
    ['2026-01-01T00:10:00Z', 600_000],
    ['2026-01-01T00:00:00Z', hourMs],
    ['2025-12-31T00:00:00Z', hourMs],
    ['soon', hourMs],
    [nowMs + 5, hourMs],
    [undefined, hourMs],
  ])('is for one that is lent what is left until %j, or else an hour', (expireTime, lifetimeMs) => {
    expect(lentToken('it', { accessToken: 'ya29', expireTime }, nowMs)).toEqual({
      token: 'ya29',
      lifetimeMs,
    });
  });
});

test.each([undefined, 5, '', 'has blanks', 'ünlaut', 'line\nend', 'x'.repeat(16_385)])(
  '%j could not travel in a header, and is no token',
  (text) => {
    const none = expect.objectContaining({ cause: 'it answered without an access token' }) as Error;
    expect(() => issuedToken('it', { access_token: text })).toThrow(none);
    expect(() => lentToken('it', { accessToken: text }, nowMs)).toThrow(none);
  },
);

test('a long token is one', () => {
  const token = 'x'.repeat(16_384);
  expect(issuedToken('it', { access_token: token }).token).toBe(token);
});
