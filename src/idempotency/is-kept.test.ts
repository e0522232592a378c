import { expect, test } from 'vitest';
import type { ErrorCode } from '../kernel/error-catalogue.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { isKept } from './is-kept.ts';

test('pictures are kept', () => {
  expect(isKept({ error: undefined, costMicroUsd: 0 })).toBe(true);
});

test.each<[ErrorCode, number, boolean]>([
  ['moderation_blocked', 0, true],
  ['no_image_generated', 0, true],
  ['upstream_timeout', 1, true],
  ['upstream_timeout', 0, false],
  ['upstream_unavailable', 0, false],
  ['conversion_failed', 1, true],
  // They ask to come back.
  ['rate_limit_exceeded', 1, false],
  ['insufficient_quota', 1, false],
  ['too_many_orders', 0, false],
  // Our own faults, whatever they cost.
  ['internal_error', 1, false],
  ['server_stopping', 1, false],
  ['storage_full', 1, false],
  ['picture_store_unavailable', 1, false],
  ['storage_unavailable', 1, false],
])('%s at a cost of %i: kept %s', (code, costMicroUsd, kept) => {
  expect(isKept({ error: new PlantainError(code, code), costMicroUsd })).toBe(kept);
});
