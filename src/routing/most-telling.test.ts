import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../kernel/error-catalogue.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { mostTelling } from './most-telling.ts';

const error = (code: ErrorCode): PlantainError => new PlantainError(code, code);
const order: readonly ErrorCode[] = [
  'upstream_rejected',
  'moderation_blocked',
  'no_image_generated',
  'rate_limit_exceeded',
  'upstream_error',
  'insufficient_quota',
  'model_not_found',
  'upstream_unreadable',
  'upstream_answer_too_large',
  'upstream_auth_error',
  'upstream_misconfigured',
  'internal_error',
];
const nobody = error('upstream_unavailable');

describe('of several errors the caller is told', () => {
  test.each(order.slice(1).map((code, index) => [order[index] ?? code, code]))(
    '%s before %s',
    (first, second) => {
      const [more, less] = [error(first), error(second)];
      expect(mostTelling([more, less], nobody)).toBe(more);
      expect(mostTelling([less, more], nobody)).toBe(more);
      expect(mostTelling([less], more)).toBe(more);
      expect(mostTelling([more], less)).toBe(more);
    },
  );

  test('the latest of those that say the same', () => {
    const alike = [error('upstream_error'), error('upstream_timeout'), error('upstream_unavailable')];
    for (const last of alike) expect(mostTelling([...alike, last], nobody)).toBe(last);
    const same = error('upstream_error');
    expect(mostTelling([same], error('upstream_timeout'))).toBe(same);
  });

  test('what the calls told, rather than that none is left; and that, when there was no call', () => {
    const told = error('upstream_misconfigured');
    expect(mostTelling([told], nobody)).toBe(told);
    expect(mostTelling([], nobody)).toBe(nobody);
  });
});
