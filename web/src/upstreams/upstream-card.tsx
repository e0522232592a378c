import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../api/call.ts';
import { upstreamsQuery } from '../api/queries.ts';
import type { Upstream, UpstreamTest } from '../api/types.ts';
import { Chip, type Mood } from '../ui/chip.tsx';
import type { IconName } from '../ui/icons.tsx';
import { problemText } from '../ui/problem.tsx';
import { tell } from '../ui/toasts.tsx';
import { formatMoment, formatNumber } from '../words/format.ts';
import { say, sayValue } from '../words/say.ts';
import { CellTable } from './cell-table.tsx';

const looks: Readonly<Record<string, readonly [Mood, IconName]>> = {
  ok: ['good', 'done'],
  disabled: ['plain', 'pause'],
};

/** One upstream: its state and why, and what can be done with it. */
export function UpstreamCard({
  upstream,
  mayAct,
}: {
  readonly upstream: Upstream;
  readonly mayAct: boolean;
}): ReactNode {
  const [mood, icon] = looks[upstream.state] ?? (['bad', 'bad'] as const);
  return (
    <section className="card stack" aria-labelledby={`upstream-${upstream.name}`}>
      <div className="row-of">
        <h2 id={`upstream-${upstream.name}`}>{upstream.name}</h2>
        <span className="quiet">{upstream.kind}</span>
        <Chip mood={mood} icon={icon}>
          {sayValue('upstreams.state', upstream.state)}
        </Chip>
      </div>
      {/* Whoever drained it knows why. */}
      {upstream.reason !== '' && upstream.state !== 'disabled' && <p>{upstream.reason}</p>}
      {upstream.until !== null && (
        <p className="quiet">{say('upstreams.until', { time: formatMoment(upstream.until) })}</p>
      )}
      <dl className="facts">
        <div>
          <dt>{say('upstreams.address')}</dt>
          <dd>{upstream.address ?? say('upstreams.inside')}</dd>
        </div>
        <div>
          <dt>{say('upstreams.key')}</dt>
          <dd>{sayValue('upstreams.key', upstream.key)}</dd>
        </div>
        <div>
          <dt>{say('upstreams.inFlight')}</dt>
          <dd>{formatNumber(upstream.in_flight)}</dd>
        </div>
        <div>
          <dt>{say('upstreams.priority')}</dt>
          <dd>
            {say('upstreams.priorityAndWeight', { priority: upstream.priority, weight: upstream.weight })}
          </dd>
        </div>
      </dl>
      <CellTable cells={upstream.cells} />
      {mayAct && <Acts upstream={upstream} />}
    </section>
  );
}

function Acts({ upstream: { name, state } }: { readonly upstream: Upstream }): ReactNode {
  const client = useQueryClient();
  const refresh = (): void => void client.invalidateQueries({ queryKey: upstreamsQuery.queryKey });
  const onError = (error: Error): void => tell(problemText(error), true);
  const post = <Result,>(act: string): Promise<Result> =>
    call<Result>(`/upstreams/${encodeURIComponent(name)}/${act}`, { method: 'POST' });
  const test = useMutation({
    mutationFn: () => post<UpstreamTest>('test'),
    onSuccess: ({ fault, reason }) => {
      if (fault === null) tell(say('upstreams.tested.good', { name }));
      else tell(say('upstreams.tested.bad', { name, reason }), true);
      refresh();
    },
    onError,
  });
  const drain = useMutation({
    mutationFn: () => post('drain'),
    onSuccess: () => {
      tell(say('upstreams.drained', { name }));
      refresh();
    },
    onError,
  });
  const restore = useMutation({
    mutationFn: () => post('restore'),
    onSuccess: () => {
      tell(say('upstreams.restored', { name }));
      refresh();
    },
    onError,
  });
  const reset = useMutation({
    mutationFn: () => post('reset'),
    onSuccess: () => {
      tell(say('upstreams.wasReset', { name }));
      refresh();
    },
    onError,
  });
  return (
    <div className="row-of">
      <button
        type="button"
        className="button"
        title={say('upstreams.test.hint')}
        aria-disabled={test.isPending}
        onClick={() => !test.isPending && test.mutate()}
      >
        {say('upstreams.test')}
      </button>
      {state === 'disabled' ? (
        <button type="button" className="button primary" onClick={() => restore.mutate()}>
          {say('upstreams.restore')}
        </button>
      ) : (
        <button
          type="button"
          className="button"
          title={say('upstreams.drain.hint')}
          onClick={() => drain.mutate()}
        >
          {say('upstreams.drain')}
        </button>
      )}
      <button
        type="button"
        className="button bare"
        title={say('upstreams.reset.hint')}
        onClick={() => reset.mutate()}
      >
        {say('upstreams.reset')}
      </button>
    </div>
  );
}
