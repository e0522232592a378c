import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { call } from '../api/call.ts';
import type { AuditPage as AuditAnswer } from '../api/types.ts';
import { Page } from '../shell/page.tsx';
import { Empty } from '../ui/empty.tsx';
import { periodOf } from '../ui/filters-of.ts';
import { Moment } from '../ui/moment.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { auditWords } from '../words/audit-words.ts';
import { addWords, say } from '../words/say.ts';
import { AuditFilters } from './audit-filters.tsx';

addWords(auditWords);

const route = getRouteApi('/inside/audit');

type Entry = AuditAnswer['data'][number];

/** Who changed what, when, and from where. */
export function AuditPage(): ReactNode {
  const filters = route.useSearch();
  const isFiltered = Object.keys(filters).length > 0;
  const navigate = route.useNavigate();
  const list = useInfiniteQuery({
    queryKey: ['audit', filters],
    queryFn: ({ pageParam, signal }) =>
      call<AuditAnswer>('/audit', {
        query: { ...filters, ...periodOf(filters), before: pageParam, limit: 50 },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }: AuditAnswer) => next ?? undefined,
  });
  const entries = list.data?.pages.flatMap(({ data }) => data);
  return (
    <Page title={say('audit.title')}>
      <p className="quiet">{say('audit.lead')}</p>
      <AuditFilters filters={filters} />
      {list.error !== null && <Problem error={list.error} retry={() => void list.refetch()} />}
      {entries === undefined && list.error === null && <Skeleton blockSize="16rem" />}
      {entries?.length === 0 && isFiltered && (
        <Empty title={say('audit.noMatch')} lead={say('audit.noMatch.lead')}>
          <button type="button" className="button" onClick={() => void navigate({ search: {} })}>
            {say('audit.clear')}
          </button>
        </Empty>
      )}
      {entries?.length === 0 && !isFiltered && (
        <Empty title={say('audit.empty')} lead={say('audit.empty.lead')}>
          <Link to="/keys" className="button">
            {say('audit.toKeys')}
          </Link>
        </Empty>
      )}
      {entries !== undefined && entries.length > 0 && (
        <div className="table-frame">
          <table className="list">
            <caption className="visually-hidden">{say('audit.caption')}</caption>
            <TableHead
              columns={[
                { word: say('audit.col.at') },
                { word: say('audit.col.action') },
                { word: say('audit.col.actor'), isWide: true },
                { word: say('audit.col.address'), isWide: true },
              ]}
            />
            <tbody>
              {entries.map((entry) => (
                <Row key={entry.id} entry={entry} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.hasNextPage && (
        <button type="button" className="button more" onClick={() => void list.fetchNextPage()}>
          {say('app.more')}
        </button>
      )}
    </Page>
  );
}

function Row({ entry }: { readonly entry: Entry }): ReactNode {
  const { at, actor, who, action, subject, subject_name: name, before, after, address } = entry;
  return (
    <tr>
      <th scope="row">
        <Moment at={at} />
      </th>
      <td>
        <div className="row-of">
          <code>{action}</code>
          {name !== null && <span>{name}</span>}
          <span className="id">{subject}</span>
        </div>
        <details>
          <summary>{say('audit.change')}</summary>
          <div className="stack">
            <Side title={say('audit.before')} document={before} />
            <Side title={say('audit.after')} document={after} />
          </div>
        </details>
      </td>
      <td className="wide-only">{who === null ? actor : say('audit.session', { who })}</td>
      <td className="wide-only">{address ?? say('app.none')}</td>
    </tr>
  );
}

function Side({ title, document }: { readonly title: string; readonly document: unknown }): ReactNode {
  return (
    <div>
      <h3>{title}</h3>
      <pre className="code" tabIndex={0}>
        {document === null ? say('app.none') : JSON.stringify(document, null, 2)}
      </pre>
    </div>
  );
}
