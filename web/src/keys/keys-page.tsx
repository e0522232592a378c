import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { call } from '../api/call.ts';
import type { Key, KeyPage, KeyWithSecret } from '../api/types.ts';
import { Page } from '../shell/page.tsx';
import { Empty } from '../ui/empty.tsx';
import { Money } from '../ui/money.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { say } from '../words/say.ts';
import { KeyState } from './key-state.tsx';
import { LimitBar } from './limit-bar.tsx';
import { limitStates, tightest } from './limits.ts';
import { NewKeyDialog } from './new-key-dialog.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import './keys.css';

/** Every key with what it has used, and the way to a new one. */
export function KeysPage(): ReactNode {
  const client = useQueryClient();
  const [showsEnded, setShowsEnded] = useState(false);
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<KeyWithSecret>();
  const state = showsEnded ? undefined : 'live,disabled';
  const list = useInfiniteQuery({
    queryKey: ['keys', 'list', state],
    queryFn: ({ pageParam, signal }) =>
      call<KeyPage>('/keys', { query: { state, before: pageParam, limit: 50 }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }: KeyPage) => next ?? undefined,
  });
  const keys = list.data?.pages.flatMap(({ data }) => data);
  const newKey = (
    <button type="button" className="button primary" onClick={() => setMaking(true)}>
      {say('keys.new')}
    </button>
  );
  return (
    <Page title={say('keys.title')} acts={keys?.length === 0 ? undefined : newKey}>
      <label className="row-of">
        <input type="checkbox" checked={showsEnded} onChange={() => setShowsEnded(!showsEnded)} />
        {say('keys.showEnded')}
      </label>
      {list.error !== null && <Problem error={list.error} retry={() => void list.refetch()} />}
      {keys === undefined && list.error === null && <Skeleton blockSize="16rem" />}
      {keys?.length === 0 && (
        <Empty title={say('keys.empty')} lead={say('keys.empty.lead')}>
          {newKey}
        </Empty>
      )}
      {keys !== undefined && keys.length > 0 && <KeyTable keys={keys} />}
      {list.hasNextPage && (
        <button type="button" className="button more" onClick={() => void list.fetchNextPage()}>
          {say('app.more')}
        </button>
      )}
      {isMaking && (
        <NewKeyDialog
          onClose={() => setMaking(false)}
          onMade={(key) => {
            setMaking(false);
            setMade(key);
            void client.invalidateQueries({ queryKey: ['keys'] });
          }}
        />
      )}
      {made !== undefined && (
        <SecretDialog name={made.name} secret={made.secret} onClose={() => setMade(undefined)} />
      )}
    </Page>
  );
}

function KeyTable({ keys }: { readonly keys: readonly Key[] }): ReactNode {
  return (
    <div className="table-frame">
      <table className="list opens">
        <caption className="visually-hidden">{say('keys.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('keys.col.name')}</th>
            <th scope="col" className="wide-only">
              {say('keys.col.project')}
            </th>
            <th scope="col">{say('keys.col.state')}</th>
            <th scope="col" className="number wide-only">
              {say('keys.col.today')}
            </th>
            <th scope="col" className="number">
              {say('keys.col.month')}
            </th>
            <th scope="col" className="wide-only">
              {say('keys.col.limit')}
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => {
            const limit = tightest(limitStates(key));
            return (
              <tr key={key.id}>
                <th scope="row">
                  <Link to="/keys/$id" params={{ id: key.id }} className="row">
                    {key.name}
                  </Link>
                  <div className="small quiet mono">{key.secrets.at(-1)?.hint}</div>
                </th>
                <td className="wide-only">{key.project.name ?? key.project.id}</td>
                <td>
                  <KeyState state={key.state} />
                </td>
                <td className="number wide-only">
                  <Money microUsd={key.usage['day_micro_usd']?.used ?? 0} />
                </td>
                <td className="number">
                  <Money microUsd={key.usage['month_micro_usd']?.used ?? 0} />
                </td>
                <td className="wide-only limit-cell">
                  {limit === undefined ? (
                    <span className="quiet">{say('keys.noLimit')}</span>
                  ) : (
                    <LimitBar state={limit} isShort />
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
