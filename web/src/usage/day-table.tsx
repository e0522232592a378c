import type { ReactNode } from 'react';
import { formatDay } from '../words/format.ts';
import { say } from '../words/say.ts';
import type { Series } from './split-days.ts';

/** The plot in numbers, the youngest day first; days on which nothing was used are left out. */
export function DayTable({
  days,
  series,
  measure,
  format,
}: {
  readonly days: readonly string[];
  readonly series: readonly Series[];
  readonly measure: string;
  readonly format: (amount: number) => string;
}): ReactNode {
  const isSplit = series.length > 1 || series[0]?.name !== '';
  const sumOf = (at: number): number => series.reduce((whole, { amounts }) => whole + (amounts[at] ?? 0), 0);
  const shown = days.map((day, at) => ({ day, at, sum: sumOf(at) })).filter(({ sum }) => sum > 0);
  return (
    <details open>
      <summary>{say('usage.table')}</summary>
      <div className="table-frame" tabIndex={0} role="group" aria-label={say('usage.table')}>
        <table className="list days">
          <thead>
            <tr>
              <th scope="col">{say('usage.day')}</th>
              {isSplit &&
                series.map(({ name }) => (
                  <th key={name} scope="col" className="number">
                    {name}
                  </th>
                ))}
              <th scope="col" className="number">
                {isSplit ? say('usage.together') : measure}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.toReversed().map(({ day, at, sum }) => (
              <tr key={day}>
                <th scope="row">
                  {formatDay(day)}{' '}
                  {at === days.length - 1 && <span className="quiet small">{say('usage.notOver')}</span>}
                </th>
                {isSplit &&
                  series.map(({ name, amounts }) => (
                    <td key={name} className="number">
                      {format(amounts[at] ?? 0)}
                    </td>
                  ))}
                <td className="number">{format(sum)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
