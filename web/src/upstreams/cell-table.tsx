import type { ReactNode } from 'react';
import type { Upstream } from '../api/types.ts';
import { Chip, type Mood } from '../ui/chip.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { formatDuration, formatMoment, formatShare } from '../words/format.ts';
import { say, sayValue } from '../words/say.ts';

const moods: Readonly<Record<string, Mood>> = {
  ready: 'good',
  cooling: 'busy',
  probing: 'busy',
  open: 'bad',
};

/** An upstream's models, as far as they were asked for. */
export function CellTable({ cells }: { readonly cells: Upstream['cells'] }): ReactNode {
  if (cells.length === 0) return <p className="quiet">{say('upstreams.cell.none')}</p>;
  return (
    <div className="table-frame">
      <table className="list">
        <caption className="visually-hidden">{say('upstreams.models')}</caption>
        <TableHead
          columns={[
            { word: say('upstreams.model') },
            { word: say('upstreams.cell') },
            { word: say('upstreams.health'), isNumber: true },
            { word: say('upstreams.expected'), isNumber: true, isWide: true },
          ]}
        />
        <tbody>
          {cells.map((cell) => (
            <tr key={cell.model}>
              <th scope="row">{cell.model}</th>
              <td>
                <Chip mood={moods[cell.state] ?? 'odd'}>{sayValue('cell', cell.state)}</Chip>
                {cell.reason !== '' && <div className="small">{cell.reason}</div>}
                {cell.until !== null && (
                  <div className="small quiet">
                    {say('upstreams.until', { time: formatMoment(cell.until) })}
                  </div>
                )}
              </td>
              <td className="number">{formatShare(cell.health)}</td>
              <td className="number wide-only">
                {cell.expected_ms === 0 ? say('app.none') : formatDuration(cell.expected_ms)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
