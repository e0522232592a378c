import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../api/call.ts';
import { sessionQuery, upstreamsQuery } from '../api/queries.ts';
import type { Reloaded } from '../api/types.ts';
import { Problem, problemText } from '../ui/problem.tsx';
import { tell } from '../ui/toasts.tsx';
import { UpstreamCard } from '../upstreams/upstream-card.tsx';
import { say } from '../words/say.ts';
import { CommandBlock } from './command-block.tsx';

const inTheEnvironment = 'GEMINI_API_KEY=<your key> plantain serve';
const inTheFile = 'gemini:\n  api_key: ${GEMINI_API_KEY}';

/** What draws: the sandbox with the way to something real, or the upstreams, each with a test that costs nothing. */
export function UpstreamStep({ isSandbox }: { readonly isSandbox: boolean }): ReactNode {
  const client = useQueryClient();
  const upstreams = useQuery(upstreamsQuery);
  const again = useMutation({
    mutationFn: async () => {
      await call<Reloaded>('/reload', { method: 'POST' });
      await client.refetchQueries({ queryKey: upstreamsQuery.queryKey });
      await client.refetchQueries({ queryKey: sessionQuery.queryKey });
      return client.getQueryData(sessionQuery.queryKey)?.sandbox !== true;
    },
    onSuccess: (isReal) => tell(say(isReal ? 'setup.upstream.found' : 'setup.upstream.none')),
    onError: (error) => tell(problemText(error), true),
  });
  if (upstreams.error !== null)
    return <Problem error={upstreams.error} retry={() => void upstreams.refetch()} />;
  if (!isSandbox)
    return (
      <>
        <p>{say('setup.upstream.lead')}</p>
        {upstreams.data?.data.map((upstream) => (
          <UpstreamCard key={upstream.name} upstream={upstream} mayAct />
        ))}
      </>
    );
  return (
    <>
      <p>{say('setup.sandbox')}</p>
      <p>{say('setup.upstream.file')}</p>
      <CommandBlock text={inTheFile} label={say('setup.upstream.file')} />
      <p>{say('setup.upstream.env')}</p>
      <CommandBlock text={inTheEnvironment} label={say('setup.upstream.env')} />
      <p className="quiet">{say('setup.upstream.others')}</p>
      <div>
        <button
          type="button"
          className="button"
          aria-disabled={again.isPending}
          onClick={() => {
            if (!again.isPending) again.mutate();
          }}
        >
          {say('setup.again')}
        </button>
      </div>
    </>
  );
}
