import { expect, test } from 'vitest';
import { rateHeaders } from './rate-headers.ts';

const requests = { limit: 60, remaining: 59, resetUs: 1_000_000 };
const images = { limit: 10, remaining: 0, resetUs: 360_000_000 };

test('what is left of each rate that limits, in OpenAI’s headers; of none, nothing', () => {
  const ofRequests = {
    'x-ratelimit-limit-requests': '60',
    'x-ratelimit-remaining-requests': '59',
    'x-ratelimit-reset-requests': '1s',
  };
  const ofImages = {
    'x-ratelimit-limit-images': '10',
    'x-ratelimit-remaining-images': '0',
    'x-ratelimit-reset-images': '6m0s',
  };
  expect(rateHeaders({ requests, images })).toEqual({ ...ofRequests, ...ofImages });
  expect(rateHeaders({ requests })).toEqual(ofRequests);
  expect(rateHeaders({ images })).toEqual(ofImages);
  expect(rateHeaders({})).toEqual({});
});

test.each([
  [0, '0ms'],
  [1, '1ms'],
  [120_000, '120ms'],
  [999_000, '999ms'],
  [999_001, '1s'],
  [1_500_000, '1.5s'],
  [59_999_000, '59.999s'],
  [60_000_000, '1m0s'],
  [3_661_001_000, '61m1.001s'],
])('%i µs are written %s', (resetUs, written) => {
  expect(rateHeaders({ requests: { ...requests, resetUs } })['x-ratelimit-reset-requests']).toBe(written);
});
