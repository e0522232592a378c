import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Key } from '../api/types.ts';
import { Money } from '../ui/money.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { say } from '../words/say.ts';
import { currentHint, KeyState } from './key-state.tsx';
import { TightestLimit } from './limit-bar.tsx';
import { usedColumns, usedOf } from './used-columns.ts';
import './keys.css';

/** Keys with what each has used. */
export function KeyTable({ keys }: { readonly keys: readonly Key[] }): ReactNode {
  const [today, month] = usedColumns(keys);
  return (
    <div className="table-frame">
      <table className="list opens">
        <caption className="visually-hidden">{say('keys.caption')}</caption>
        <TableHead
          columns={[
            { word: say('keys.col.name') },
            { word: say('keys.col.project'), isWide: true },
            { word: say('keys.col.state') },
            { word: say('keys.col.today'), isNumber: true, isWide: true },
            { word: say('keys.col.month'), isNumber: true },
            { word: say('keys.col.limit'), isWide: true },
          ]}
        />
        <tbody>
          {keys.map((key) => {
            return (
              <tr key={key.id}>
                <th scope="row">
                  <Link to="/keys/$id" params={{ id: key.id }} className="row">
                    {key.name}
                  </Link>
                  <div className="small quiet mono">{currentHint(key)}</div>
                </th>
                <td className="wide-only">{key.project.name ?? key.project.id}</td>
                <td>
                  <KeyState state={key.state} />
                </td>
                <td className="number wide-only">
                  <Money microUsd={usedOf(key, 'day_micro_usd')} format={today} />
                </td>
                <td className="number">
                  <Money microUsd={usedOf(key, 'month_micro_usd')} format={month} />
                </td>
                <td className="wide-only limit-cell">
                  <TightestLimit of={key} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
