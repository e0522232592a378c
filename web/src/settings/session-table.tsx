import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call } from '../api/call.ts';
import { queryClient } from '../api/query-client.ts';
import { sessionsQuery } from '../api/queries.ts';
import type { SessionList } from '../api/types.ts';
import { leave } from '../session/leave.ts';
import { Chip } from '../ui/chip.tsx';
import { Modal } from '../ui/modal.tsx';
import { Moment } from '../ui/moment.tsx';
import { Problem, problemText } from '../ui/problem.tsx';
import { tell } from '../ui/toasts.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { say, sayValue } from '../words/say.ts';

/** Browsers that are signed in, each with its way out. */
export function SessionTable(): ReactNode {
  const { data, error, refetch } = useQuery(sessionsQuery);
  const [isAsking, setAsking] = useState(false);
  const onError = (problem: Error): void => tell(problemText(problem), true);
  const end = useMutation({
    mutationFn: ({ id }: SessionList['data'][number]) =>
      call(`/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess: (_answer, { current }) =>
      current ? leave() : void queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
    onError,
  });
  const endAll = useMutation({
    mutationFn: () => call('/sessions', { method: 'DELETE' }),
    onSuccess: () => leave(),
    onError,
  });
  return (
    <section className="stack">
      <div className="row-of spread">
        <h2>{say('sessions.title')}</h2>
        <button type="button" className="button" onClick={() => setAsking(true)}>
          {say('sessions.endAll')}
        </button>
      </div>
      {error !== null && <Problem error={error} retry={() => void refetch()} />}
      <div className="table-frame">
        <table className="list">
          <caption className="visually-hidden">{say('sessions.caption')}</caption>
          <TableHead
            columns={[
              { word: say('sessions.who') },
              { word: say('sessions.seen') },
              { word: say('sessions.where'), isWide: true },
              { word: say('sessions.browser'), isWide: true },
              { word: say('sessions.end'), isUnsaid: true },
            ]}
          />
          <tbody>
            {data?.data.map((session) => (
              <tr key={session.id}>
                <th scope="row">
                  {sayValue('role', session.role)}{' '}
                  {session.current && <Chip mood="good">{say('sessions.this')}</Chip>}
                  <div className="small quiet">{session.name}</div>
                </th>
                <td>
                  <Moment at={session.seen_at} />
                </td>
                <td className="wide-only">{session.address}</td>
                <td className="wide-only browser">{session.user_agent}</td>
                <td className="number">
                  <button type="button" className="button" onClick={() => end.mutate(session)}>
                    {say('sessions.end')}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {isAsking && (
        <Modal label={say('sessions.endAll')} className="ask" onClose={() => setAsking(false)}>
          <p>{say('sessions.endAll.ask')}</p>
          <div className="row-of">
            <button type="button" className="button danger" onClick={() => endAll.mutate()}>
              {say('sessions.endAll')}
            </button>
            <button type="button" className="button" onClick={() => setAsking(false)}>
              {say('app.cancel')}
            </button>
          </div>
        </Modal>
      )}
    </section>
  );
}
