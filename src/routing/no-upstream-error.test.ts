import { describe, expect, test } from 'vitest';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { Obstacle } from './choose-cell.ts';
import { noUpstreamError } from './no-upstream-error.ts';

const told = (obstacles: readonly Obstacle[], soonestMs = 0, successor: string | null = null) =>
  noUpstreamError(
    { id: 'm', successor } as CatalogueModel,
    { obstacles: new Set(obstacles), soonestMs },
    1000,
  );

describe('when no upstream can take an order', () => {
  test.each<Obstacle>(['busy', 'quota', 'cooling', 'open'])(
    'for what passes (%s) it is to come back',
    (obstacle) => {
      const error = told([obstacle, 'out_of_credit', 'no_model'], 8500);
      expect(error).toMatchObject({
        code: 'rate_limit_exceeded',
        retryAfterSeconds: 8,
        headers: { 'x-should-retry': 'true' },
      });
      expect(error.message).toContain('in 8 seconds');
    },
  );

  test.each([
    [0, 1],
    [1000, 1],
    [2001, 2],
    [61_000, 60],
    [Number.POSITIVE_INFINITY, 60],
  ])('that comes back at %i it is to come back after %i seconds', (soonestMs, seconds) => {
    expect(told(['busy'], soonestMs).retryAfterSeconds).toBe(seconds);
  });

  test.each<[Obstacle, string]>([
    ['out_of_credit', 'insufficient_quota'],
    ['no_allowance', 'insufficient_quota'],
    ['day', 'insufficient_quota'],
    ['bad_credential', 'upstream_auth_error'],
    ['not_permitted', 'upstream_auth_error'],
    ['needs_operator', 'upstream_misconfigured'],
    ['disabled', 'upstream_misconfigured'],
    ['no_model', 'model_not_found'],
  ])('for what does not pass (%s) it is told so: %s', (obstacle, code) => {
    expect(told([obstacle])).toMatchObject({ code });
  });

  test('of several that do not pass the first to be acted on is told', () => {
    const all: Obstacle[] = ['no_model', 'disabled', 'bad_credential', 'day'];
    const codes = ['insufficient_quota', 'upstream_auth_error', 'upstream_misconfigured', 'model_not_found'];
    for (const code of codes) {
      expect(told(all).code).toBe(code);
      all.pop();
    }
  });

  test('a model that is gone names its successor, where it has one', () => {
    expect(told(['no_model'], 0, 'm2').message).toContain("Use 'm2' instead.");
    expect(told(['no_model']).message).toContain('GET /v1/models');
    expect(told(['no_model']).param).toBe('model');
  });
});
