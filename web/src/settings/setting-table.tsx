import type { ReactNode } from 'react';
import type { Setting } from '../api/types.ts';
import { BrokenWords } from '../ui/broken-words.tsx';
import { Prose } from '../ui/prose.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { say } from '../words/say.ts';

/** Settings with their values and where those came from. */
export function SettingTable({ rows }: { readonly rows: readonly Setting[] }): ReactNode {
  return (
    <div className="table-frame">
      <table className="list settings">
        <caption className="visually-hidden">{say('settings.caption')}</caption>
        <TableHead
          columns={[
            { word: say('settings.col.name') },
            { word: say('settings.col.value') },
            { word: say('settings.col.origin'), isWide: true },
          ]}
        />
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} className={row.origin === 'default' ? '' : 'changed'}>
              <th scope="row">
                <code>
                  <BrokenWords text={row.name} />
                </code>
                <p className="small quiet">
                  <Prose text={row.description} />
                </p>
              </th>
              <td>
                <Value {...row} />
              </td>
              <td className="wide-only">
                <BrokenWords text={row.origin} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Value({ value, secret }: Setting): ReactNode {
  if (value === '') return <span className="quiet">{say('settings.unset')}</span>;
  return secret ? say('settings.secret') : <code>{value}</code>;
}
