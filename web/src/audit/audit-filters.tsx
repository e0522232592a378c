import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FilterChoice, FilterText } from '../ui/filter-fields.tsx';
import { say, sayValue } from '../words/say.ts';
import { type AuditSearch, actors } from './audit-search.ts';

const route = getRouteApi('/inside/audit');

/** What narrows the log down, in the address. */
export function AuditFilters({ filters }: { readonly filters: AuditSearch }): ReactNode {
  const navigate = route.useNavigate();
  const set = (change: AuditSearch): void => {
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  };
  return (
    <form className="filters" aria-label={say('audit.filters')} onSubmit={(event) => event.preventDefault()}>
      <FilterChoice
        word="audit.actor"
        value={filters.actor}
        options={actors.map((actor) => [actor, sayValue('actor', actor)])}
        onChange={(actor) => set({ actor })}
      />
      <FilterText word="audit.who" value={filters.who} onChange={(who) => set({ who })} />
      <FilterText word="audit.action" value={filters.action} onChange={(action) => set({ action })} />
      <FilterText word="audit.subject" value={filters.subject} onChange={(subject) => set({ subject })} />
      <FilterText word="audit.from" type="date" value={filters.from} onChange={(from) => set({ from })} />
      <FilterText word="audit.to" type="date" value={filters.to} onChange={(to) => set({ to })} />
      {Object.keys(filters).length > 0 && (
        <button type="button" className="button bare" onClick={() => void navigate({ search: {} })}>
          {say('audit.clear')}
        </button>
      )}
    </form>
  );
}
