import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { call } from '../api/call.ts';
import type { Project, ProjectPage as Answer } from '../api/types.ts';
import { KeyState } from '../keys/key-state.tsx';
import { TightestLimit } from '../keys/limit-bar.tsx';
import { usedColumns, usedOf } from '../keys/used-columns.ts';
import { Page } from '../shell/page.tsx';
import { Money } from '../ui/money.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { tell } from '../ui/toasts.tsx';
import { keyWords } from '../words/key-words.ts';
import { projectWords } from '../words/project-words.ts';
import { addWords, say } from '../words/say.ts';
import { formatMarkup } from './markup.ts';
import { ProjectDialog } from './project-dialog.tsx';
import '../keys/keys.css';

addWords(keyWords, projectWords);

/** Every project with what its keys have used together, and the way to a new one. */
export function ProjectsPage(): ReactNode {
  const client = useQueryClient();
  const [showsArchived, setShowsArchived] = useState(false);
  const [isMaking, setMaking] = useState(false);
  const state = showsArchived ? undefined : 'live';
  const list = useInfiniteQuery({
    queryKey: ['projects', 'list', state],
    queryFn: ({ pageParam, signal }) =>
      call<Answer>('/projects', { query: { state, before: pageParam, limit: 50 }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }: Answer) => next ?? undefined,
  });
  const projects = list.data?.pages.flatMap(({ data }) => data);
  return (
    <Page
      title={say('projects.title')}
      acts={
        <button type="button" className="button primary" onClick={() => setMaking(true)}>
          {say('projects.new')}
        </button>
      }
    >
      <p className="quiet">{say('projects.lead')}</p>
      <label className="row-of">
        <input type="checkbox" checked={showsArchived} onChange={() => setShowsArchived(!showsArchived)} />
        {say('projects.showArchived')}
      </label>
      {list.error !== null && <Problem error={list.error} retry={() => void list.refetch()} />}
      {projects === undefined && list.error === null && <Skeleton blockSize="16rem" />}
      {projects !== undefined && <ProjectTable projects={projects} />}
      {list.hasNextPage && (
        <button type="button" className="button more" onClick={() => void list.fetchNextPage()}>
          {say('app.more')}
        </button>
      )}
      {isMaking && (
        <ProjectDialog
          onClose={() => setMaking(false)}
          onSaved={({ name }) => {
            setMaking(false);
            tell(say('project.made', { name }));
            void client.invalidateQueries({ queryKey: ['projects'] });
          }}
        />
      )}
    </Page>
  );
}

function ProjectTable({ projects }: { readonly projects: readonly Project[] }): ReactNode {
  const [today, month] = usedColumns(projects);
  return (
    <div className="table-frame">
      <table className="list opens">
        <caption className="visually-hidden">{say('projects.caption')}</caption>
        <TableHead
          columns={[
            { word: say('keys.col.name') },
            { word: say('keys.col.state') },
            { word: say('project.markup'), isNumber: true, isWide: true },
            { word: say('keys.col.today'), isNumber: true, isWide: true },
            { word: say('keys.col.month'), isNumber: true },
            { word: say('keys.col.limit'), isWide: true },
          ]}
        />
        <tbody>
          {projects.map((project) => (
            <tr key={project.id}>
              <th scope="row">
                <Link to="/projects/$id" params={{ id: project.id }} className="row">
                  {project.name}
                </Link>
              </th>
              <td>
                <KeyState state={project.state} />
              </td>
              <td className="number wide-only">{formatMarkup(project.markup_basis_points)}</td>
              <td className="number wide-only">
                <Money microUsd={usedOf(project, 'day_micro_usd')} format={today} />
              </td>
              <td className="number">
                <Money microUsd={usedOf(project, 'month_micro_usd')} format={month} />
              </td>
              <td className="wide-only limit-cell">
                <TightestLimit of={project} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
