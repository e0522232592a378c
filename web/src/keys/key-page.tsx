import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiError } from '../api/call.ts';
import { keyQuery } from '../api/queries.ts';
import type { Key } from '../api/types.ts';
import { Page } from '../shell/page.tsx';
import { Moment } from '../ui/moment.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { keyWords } from '../words/key-words.ts';
import { addWords, say } from '../words/say.ts';
import { Credits } from './credits.tsx';
import { KeyActs } from './key-acts.tsx';
import { currentHint, KeyState } from './key-state.tsx';
import { tagsField } from './key-patch.ts';
import { LimitBars } from './limit-bar.tsx';
import { ModelLimits } from './model-limits.tsx';
import './keys.css';

addWords(keyWords);

const route = getRouteApi('/inside/keys/$id');

/** One key: what it may do, what it has used, and what can be done with it. */
export function KeyPage(): ReactNode {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(keyQuery(id));
  const isMissing = error instanceof ApiError && error.status === 404;
  return (
    <Page title={data?.name ?? say('key.title')}>
      <p className="row-of">
        <Link to="/keys">{say('keys.title')}</Link>
        <span aria-hidden="true">/</span>
        <code className="id">{id}</code>
      </p>
      {isMissing && <p>{say('key.notFound')}</p>}
      {error !== null && !isMissing && <Problem error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton blockSize="16rem" />}
      {data !== undefined && <Detail apiKey={data} />}
    </Page>
  );
}

function Detail({ apiKey }: { readonly apiKey: Key }): ReactNode {
  return (
    <>
      <section className="card stack">
        <div className="row-of">
          <KeyState state={apiKey.state} />
          <Link to="/orders" search={{ key: apiKey.id }}>
            {say('key.orders')}
          </Link>
        </div>
        <dl className="facts">
          <div>
            <dt>{say('keys.project')}</dt>
            <dd>
              <Link to="/projects/$id" params={{ id: apiKey.project.id }}>
                {apiKey.project.name ?? apiKey.project.id}
              </Link>
            </dd>
          </div>
          <div>
            <dt>{say('key.hint')}</dt>
            <dd className="mono">{currentHint(apiKey)}</dd>
          </div>
          <div>
            <dt>{say('key.created')}</dt>
            <dd>
              <Moment at={apiKey.created_at} isFull />
            </dd>
          </div>
          <div>
            <dt>{say('key.expires')}</dt>
            <dd>
              {apiKey.expires_at === null ? say('app.never') : <Moment at={apiKey.expires_at} isFull />}
            </dd>
          </div>
          <div>
            <dt>{say('key.models')}</dt>
            <dd>{apiKey.models?.join(', ') ?? say('key.models.all')}</dd>
          </div>
          <div>
            <dt>{say('key.addresses')}</dt>
            <dd>{apiKey.addresses?.join(', ') ?? say('key.addresses.all')}</dd>
          </div>
          <div>
            <dt>{say('key.tags')}</dt>
            <dd>{tagsField(apiKey.tags).replaceAll('\n', ' · ') || say('key.tags.none')}</dd>
          </div>
          <div>
            <dt>{say('key.strict')}</dt>
            <dd>{say(apiKey.strict ? 'key.strict.on' : 'key.strict.off')}</dd>
          </div>
        </dl>
      </section>
      <section className="card stack">
        <h2>{say('key.limits')}</h2>
        <LimitBars of={apiKey} />
      </section>
      <KeyActs apiKey={apiKey} />
      <ModelLimits of={apiKey} address={{ key: apiKey.id }} isLive={apiKey.state !== 'revoked'} />
      <Credits address={{ key: apiKey.id }} isLive={apiKey.state !== 'revoked'} />
    </>
  );
}
