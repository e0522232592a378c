import type { ReactNode } from 'react';
import type { Usage } from '../api/types.ts';
import { exactMoneyColumn, formatNumber } from '../words/format.ts';
import { say, sayValue } from '../words/say.ts';
import type { GroupSums, Split } from './split-sums.ts';

/** What each of the largest groups used in the range, what all others did together, and the sum, to the micro-dollar. */
export function SplitTable({
  groups,
  total,
  split,
  isSandbox,
}: {
  readonly groups: readonly GroupSums[];
  readonly total: Usage['total'];
  readonly split: Split;
  readonly isSandbox: boolean;
}): ReactNode {
  const cost = isSandbox ? 'sandbox_cost_micro_usd' : 'cost_micro_usd';
  const columns = [
    [cost, exactMoneyColumn([...groups.map((group) => group[cost]), Number(total[cost])])],
    ['images_delivered', formatNumber],
    ['orders', formatNumber],
  ] as const;
  const others = groups.find((group) => group.others > 0)?.others;
  const title = sayValue('usage.largest', split);
  return (
    <section className="stack">
      <h2>{title}</h2>
      <div className="table-frame" tabIndex={0} role="group" aria-label={title}>
        <table className="list">
          <thead>
            <tr>
              <th scope="col">{sayValue('usage.split', split)}</th>
              {columns.map(([name]) => (
                <th key={name} scope="col" className="number">
                  {sayValue('usage.measure', name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <tr key={`${String(group.others)} ${group.name}`}>
                <th scope="row">{group.name}</th>
                {columns.map(([name, format]) => (
                  <td key={name} className="number">
                    {format(group[name])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{say('usage.together')}</th>
              {columns.map(([name, format]) => (
                <td key={name} className="number">
                  {format(Number(total[name]))}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </div>
      {others !== undefined && (
        <p className="small quiet">{say('usage.gathered', { shown: groups.length - 1 })}</p>
      )}
    </section>
  );
}
