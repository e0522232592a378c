import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { sessionQuery, upstreamsQuery } from '../api/queries.ts';
import { Page } from '../shell/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { addWords, say } from '../words/say.ts';
import { upstreamWords } from '../words/upstream-words.ts';
import { UpstreamCard } from './upstream-card.tsx';
import './upstreams.css';

addWords(upstreamWords);

/** The services that draw, and how they are. */
export function UpstreamsPage(): ReactNode {
  const { data, error, refetch } = useQuery(upstreamsQuery);
  const session = useQuery(sessionQuery);
  return (
    <Page title={say('upstreams.title')}>
      {error !== null && <Problem error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton blockSize="16rem" />}
      <div className="upstreams">
        {data?.data.map((upstream) => (
          <UpstreamCard key={upstream.name} upstream={upstream} mayAct={session.data?.role === 'admin'} />
        ))}
      </div>
    </Page>
  );
}
