import { slope } from '../../../bench/measure/statistics.ts';

export interface MemoryTrend {
  readonly mebibytesPerMinute: number;
  /** How much the mean of the last quarter lies above that of the third. */
  readonly lastQuarterGrowth: number;
  readonly isFlat: boolean;
  readonly sentence: string;
}

const mebibyte = 1024 * 1024;
const mostPerMinute = 1;
const mostGrowth = 0.05;

/** Whether resident memory, sampled each second, rises in the second half of a run. */
export function memoryTrend(residentBytes: readonly number[]): MemoryTrend {
  const half = residentBytes.slice(Math.floor(residentBytes.length / 2));
  const perSecond = slope(half.map((bytes, second) => [second, bytes] as const));
  const mebibytesPerMinute = (perSecond * 60) / mebibyte;
  const middle = Math.floor(half.length / 2);
  const lastQuarterGrowth = mean(half.slice(middle)) / mean(half.slice(0, middle)) - 1;
  const slopeText = `${mebibytesPerMinute.toFixed(2)} MiB a minute in the second half`;
  const growthText = `last quarter ${(lastQuarterGrowth * 100).toFixed(1)} % above the third`;
  const isSlopeFlat = mebibytesPerMinute < mostPerMinute;
  const isFlat = isSlopeFlat || lastQuarterGrowth < mostGrowth;
  const why = isSlopeFlat ? 'flat by its slope' : isFlat ? 'flat by its quarters' : 'rising';
  return { mebibytesPerMinute, lastQuarterGrowth, isFlat, sentence: `${why}: ${slopeText}, ${growthText}` };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
