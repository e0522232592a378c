import type { ReactNode } from 'react';
import { formatDay } from '../words/format.ts';
import { say } from '../words/say.ts';
import type { Series } from './split-days.ts';

const height = 260;
const margin = { top: 12, right: 8, bottom: 24, left: 64 };
const ticks = 4;
/** Wide, and on a phone; drawn in pixels, so that words keep their size. */
const widths = { wide: 960, narrow: 400 };
const dayLabelPx = 110;

/** Bars by day, zero-based, stacked by group. The table below has the same numbers for those who do not see it. */
export function DayBars({
  days,
  series,
  label,
  format,
}: {
  readonly days: readonly string[];
  readonly series: readonly Series[];
  readonly label: string;
  readonly format: (amount: number) => string;
}): ReactNode {
  const width = matchMedia('(width < 720px)').matches ? widths.narrow : widths.wide;
  const sums = days.map((_day, at) => series.reduce((whole, { amounts }) => whole + (amounts[at] ?? 0), 0));
  const top = niceTop(Math.max(...sums, 0));
  const plotHeight = height - margin.top - margin.bottom;
  const step = (width - margin.left - margin.right) / days.length;
  const gap = Math.min(8, step * 0.2);
  const yOf = (amount: number): number => margin.top + plotHeight * (1 - amount / top);
  const every = Math.ceil((days.length * dayLabelPx) / width);
  return (
    <svg className="day-bars" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {Array.from({ length: ticks + 1 }, (_none, index) => (top / ticks) * index).map((amount) => (
        <g key={amount}>
          <line
            className="grid"
            x1={margin.left}
            x2={width - margin.right}
            y1={yOf(amount)}
            y2={yOf(amount)}
          />
          <text className="tick" x={margin.left - 8} y={yOf(amount) + 4} textAnchor="end">
            {format(amount)}
          </text>
        </g>
      ))}
      {days.map((day, at) => {
        let below = 0;
        const isLast = at === days.length - 1;
        return (
          <g key={day} className={isLast ? 'not-over' : ''}>
            {series.map(({ name, amounts, colour }) => {
              const amount = amounts[at] ?? 0;
              const bottom = below;
              below += amount;
              return amount === 0 ? null : (
                <rect
                  key={name}
                  className={`series-${colour}`}
                  x={margin.left + step * at + gap / 2}
                  width={Math.max(1, step - gap)}
                  y={yOf(below)}
                  height={Math.max(0.5, yOf(bottom) - yOf(below))}
                >
                  <title>
                    {[formatDay(day), name, format(amount), ...(isLast ? [say('usage.notOver')] : [])]
                      .filter((part) => part !== '')
                      .join(' · ')}
                  </title>
                </rect>
              );
            })}
            {(days.length - 1 - at) % every === 0 && (
              <text
                className="tick"
                x={isLast ? width - margin.right : margin.left + step * (at + 0.5)}
                y={height - 6}
                textAnchor={isLast ? 'end' : 'middle'}
              >
                {day.slice(5)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** A number that nothing reaches above, and whose quarters are round. */
function niceTop(most: number): number {
  if (most <= 0) return ticks;
  // Everything shown is whole: pictures, orders, micro-USD.
  const magnitude = Math.max(1, 10 ** Math.floor(Math.log10(most / ticks)));
  const steps = [1, 2, 2.5, 3, 4, 5, 8, 10].map((factor) => factor * magnitude).filter(Number.isInteger);
  return ticks * (steps.find((step) => ticks * step >= most) ?? 10 * magnitude);
}
