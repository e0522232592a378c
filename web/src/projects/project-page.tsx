import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiError } from '../api/call.ts';
import { keysOfProjectQuery, projectQuery } from '../api/queries.ts';
import type { Project } from '../api/types.ts';
import { Credits } from '../keys/credits.tsx';
import { KeyState } from '../keys/key-state.tsx';
import { KeyTable } from '../keys/key-table.tsx';
import { LimitBars } from '../keys/limit-bar.tsx';
import { ModelLimits } from '../keys/model-limits.tsx';
import { Page } from '../shell/page.tsx';
import { Moment } from '../ui/moment.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { keyWords } from '../words/key-words.ts';
import { projectWords } from '../words/project-words.ts';
import { addWords, say } from '../words/say.ts';
import { formatMarkup } from './markup.ts';
import { ProjectActs } from './project-acts.tsx';
import { UserLimits } from './user-limits.tsx';

addWords(keyWords, projectWords);

const route = getRouteApi('/inside/projects/$id');

/** One project: what its keys may use together and have used, and which they are. */
export function ProjectPage(): ReactNode {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(projectQuery(id));
  const isMissing = error instanceof ApiError && error.status === 404;
  return (
    <Page title={data?.name ?? say('project.title')}>
      <p className="row-of">
        <Link to="/projects">{say('projects.title')}</Link>
        <span aria-hidden="true">/</span>
        <code className="id">{id}</code>
      </p>
      {isMissing && <p>{say('project.notFound')}</p>}
      {error !== null && !isMissing && <Problem error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton blockSize="16rem" />}
      {data !== undefined && <Detail project={data} />}
    </Page>
  );
}

function Detail({ project }: { readonly project: Project }): ReactNode {
  return (
    <>
      <section className="card stack">
        <div className="row-of">
          <KeyState state={project.state} />
          <Link to="/usage" search={{ split: 'project' }}>
            {say('project.usage')}
          </Link>
        </div>
        <dl className="facts">
          <div>
            <dt>{say('project.markup')}</dt>
            <dd>{formatMarkup(project.markup_basis_points)}</dd>
          </div>
          <div>
            <dt>{say('key.created')}</dt>
            <dd>
              <Moment at={project.created_at} isFull />
            </dd>
          </div>
          {project.archived_at !== null && (
            <div>
              <dt>{say('keys.state.archived')}</dt>
              <dd>
                <Moment at={project.archived_at} isFull />
              </dd>
            </div>
          )}
        </dl>
      </section>
      <section className="card stack">
        <h2>{say('project.limits')}</h2>
        <LimitBars of={project} />
      </section>
      <ProjectActs project={project} />
      <ModelLimits of={project} address={{ project: project.id }} isLive={project.state === 'live'} />
      <UserLimits project={project} />
      <Credits address={{ project: project.id }} isLive={project.state === 'live'} />
      <section className="stack">
        <h2>{say('project.keys')}</h2>
        <Keys id={project.id} />
      </section>
    </>
  );
}

function Keys({ id }: { readonly id: string }): ReactNode {
  const { data, error, refetch } = useQuery(keysOfProjectQuery(id));
  if (error !== null) return <Problem error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton blockSize="8rem" />;
  if (data.data.length === 0) return <p className="quiet">{say('project.keys.none')}</p>;
  return (
    <>
      <KeyTable keys={data.data} />
      {data.next !== null && <p className="quiet">{say('project.keys.more')}</p>}
    </>
  );
}
