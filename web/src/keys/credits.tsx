import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call } from '../api/call.ts';
import type { AdjustmentPage } from '../api/types.ts';
import { Moment } from '../ui/moment.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { tell } from '../ui/toasts.tsx';
import { exactMoneyColumn, formatExactMoney } from '../words/format.ts';
import { say } from '../words/say.ts';
import { CreditDialog } from './credit-dialog.tsx';

/** Money that was given back to the budgets of a key or project by hand, or taken, and why; added to where it is live. */
export function Credits({
  address,
  isLive,
}: {
  readonly address: Readonly<Record<string, string>>;
  readonly isLive: boolean;
}): ReactNode {
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const queryKey = ['adjustments', address];
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      call<AdjustmentPage>('/adjustments', { query: { ...address, before: pageParam, limit: 20 }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }: AdjustmentPage) => next ?? undefined,
    // Of one that is gone the server tells none.
    enabled: isLive,
  });
  const credits = list.data?.pages.flatMap(({ data }) => data);
  if (!isLive) return null;
  return (
    <section className="card stack">
      <h2>{say('credits')}</h2>
      <p className="quiet">{say('credits.lead')}</p>
      {list.error !== null && <Problem error={list.error} retry={() => void list.refetch()} />}
      {credits === undefined && list.error === null && <Skeleton blockSize="4rem" />}
      {credits?.length === 0 && <p className="quiet">{say('credits.none')}</p>}
      {credits !== undefined && credits.length > 0 && <CreditTable credits={credits} />}
      <div className="row-of">
        <button type="button" className="button" onClick={() => setAsking(true)}>
          {say('credits.add')}
        </button>
        {list.hasNextPage && (
          <button type="button" className="button" onClick={() => void list.fetchNextPage()}>
            {say('app.more')}
          </button>
        )}
      </div>
      {isAsking && (
        <CreditDialog
          address={address}
          onClose={() => setAsking(false)}
          onSaved={(microUsd) => {
            setAsking(false);
            const amount = formatExactMoney(Math.abs(microUsd));
            tell(say(microUsd > 0 ? 'credits.given' : 'credits.taken', { amount }));
            for (const changed of [queryKey, ['keys'], ['projects']])
              void client.invalidateQueries({ queryKey: changed });
          }}
        />
      )}
    </section>
  );
}

function CreditTable({ credits }: { readonly credits: AdjustmentPage['data'] }): ReactNode {
  const format = exactMoneyColumn(credits.map(({ amount_micro_usd: amount }) => amount));
  return (
    <div className="table-frame" tabIndex={0} role="group" aria-label={say('credits')}>
      <table className="list">
        <caption className="visually-hidden">{say('credits')}</caption>
        <TableHead
          columns={[
            { word: say('credits.at') },
            { word: say('credits.reason') },
            { word: say('credits.actor'), isWide: true },
            { word: say('credits.amount'), isNumber: true },
          ]}
        />
        <tbody>
          {credits.map(({ id, at, reason, actor, amount_micro_usd: microUsd }) => (
            <tr key={id}>
              <th scope="row">
                <Moment at={at} />
              </th>
              <td className="words">{reason}</td>
              <td className="wide-only">{actor}</td>
              <td className="number">{format(microUsd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
