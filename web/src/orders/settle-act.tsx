import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { orderQuery, sessionQuery } from '../api/queries.ts';
import type { OrderWithAttempts } from '../api/types.ts';
import { tell } from '../ui/toasts.tsx';
import { formatExactMoney } from '../words/format.ts';
import { say } from '../words/say.ts';
import { SettleDialog } from './settle-dialog.tsx';

/** Says that nobody knows what became of an order, and lets an admin who knows say it. */
export function SettleAct({ order }: { readonly order: OrderWithAttempts }): ReactNode {
  const client = useQueryClient();
  const session = useQuery(sessionQuery);
  const [isAsking, setAsking] = useState(false);
  return (
    <section className="card stack">
      <h2>{say('settle.unknown')}</h2>
      <p>{say('settle.unknown.lead', { amount: formatExactMoney(order.cost_micro_usd) })}</p>
      {session.data?.role === 'admin' && (
        <div className="row-of">
          <button type="button" className="button" onClick={() => setAsking(true)}>
            {say('settle')}
          </button>
        </div>
      )}
      {isAsking && (
        <SettleDialog
          order={order}
          onClose={() => setAsking(false)}
          onSettled={(settled) => {
            setAsking(false);
            tell(say('settle.done', { amount: formatExactMoney(settled.cost_micro_usd) }));
            client.setQueryData(orderQuery(order.id).queryKey, settled);
            for (const changed of ['orders', 'usage', 'keys', 'projects'])
              void client.invalidateQueries({ queryKey: [changed] });
          }}
        />
      )}
    </section>
  );
}
