import { expect, test } from 'vitest';
import { memoryTrend } from './memory-trend.ts';

const mebibyte = 1024 * 1024;
const run = (bytesAt: (second: number) => number): number[] =>
  Array.from({ length: 600 }, (_, second) => bytesAt(second) * mebibyte);

test('memory that grew at first and then stayed is flat', () => {
  expect(memoryTrend(run((second) => 150 + Math.min(200, second) + (second % 30)))).toMatchObject({
    isFlat: true,
  });
});

test('memory that goes on growing is not', () => {
  expect(memoryTrend(run((second) => 150 + second / 4))).toMatchObject({ isFlat: false });
});

test('a slope that a large server has from noise alone is forgiven by the quarters', () => {
  const trend = memoryTrend(run((second) => 1000 + (second > 500 ? 12 : 0)));
  expect(trend.mebibytesPerMinute).toBeGreaterThan(1);
  expect(trend).toMatchObject({ isFlat: true, sentence: expect.stringContaining('quarters') as string });
});
