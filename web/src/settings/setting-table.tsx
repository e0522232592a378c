import type { ReactNode } from 'react';
import type { Setting } from '../api/types.ts';
import { Prose } from '../ui/prose.tsx';
import { say } from '../words/say.ts';

/** Settings with their values and where those came from. */
export function SettingTable({ rows }: { readonly rows: readonly Setting[] }): ReactNode {
  return (
    <div className="table-frame">
      <table className="list">
        <caption className="visually-hidden">{say('settings.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('settings.col.name')}</th>
            <th scope="col">{say('settings.col.value')}</th>
            <th scope="col" className="wide-only">
              {say('settings.col.origin')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} className={row.origin === 'default' ? '' : 'changed'}>
              <th scope="row">
                <code>{row.name}</code>
                <p className="small quiet">
                  <Prose text={row.description} />
                </p>
              </th>
              <td className="value">
                <Value {...row} />
              </td>
              <td className="wide-only">{row.origin}</td>
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
