import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { modelsQuery, projectsQuery, sessionQuery, upstreamsQuery } from '../api/queries.ts';
import { FilterChoice, FilterText } from '../ui/filter-fields.tsx';
import { modelTitle } from '../words/model-title.ts';
import { say, sayValue } from '../words/say.ts';
import { type OrdersSearch, statuses } from './orders-search.ts';

const route = getRouteApi('/inside/orders');

/** What narrows the list down. It stands in the address, so that a view can be kept and sent. */
export function FilterRow({ filters }: { readonly filters: OrdersSearch }): ReactNode {
  const navigate = route.useNavigate();
  const models = useQuery(modelsQuery);
  const upstreams = useQuery({ ...upstreamsQuery, refetchInterval: false });
  const { data: session } = useQuery(sessionQuery);
  const isAdmin = session?.role === 'admin';
  const projects = useQuery({ ...projectsQuery, enabled: isAdmin });
  const set = (change: OrdersSearch): void => {
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  };
  return (
    <form className="filters" aria-label={say('orders.filters')} onSubmit={(event) => event.preventDefault()}>
      <FilterChoice
        word="orders.status"
        value={filters.status}
        options={statuses.map((status) => [status, sayValue('status', status)])}
        onChange={(status) => set({ status })}
      />
      {/* Viewers see no list of projects, but their orders by name. */}
      {isAdmin ? (
        <FilterChoice
          word="orders.project"
          value={filters.project}
          options={(projects.data?.data ?? []).map(({ id, name }) => [id, name])}
          onChange={(project) => set({ project })}
        />
      ) : (
        <FilterText word="orders.project" value={filters.project} onChange={(project) => set({ project })} />
      )}
      <FilterText word="orders.key" value={filters.key} onChange={(key) => set({ key })} />
      <FilterText word="orders.user" value={filters.user} onChange={(user) => set({ user })} />
      <FilterChoice
        word="orders.model"
        value={filters.model}
        options={(models.data?.data ?? []).map((model, _at, all) => [model.id, modelTitle(model, all)])}
        onChange={(model) => set({ model })}
      />
      <FilterChoice
        word="orders.upstream"
        value={filters.upstream}
        options={(upstreams.data?.data ?? []).map(({ name }) => [name, name])}
        onChange={(upstream) => set({ upstream })}
      />
      <FilterText word="orders.from" type="date" value={filters.from} onChange={(from) => set({ from })} />
      <FilterText word="orders.to" type="date" value={filters.to} onChange={(to) => set({ to })} />
      {Object.keys(filters).length > 0 && (
        <button type="button" className="button bare" onClick={() => void navigate({ search: {} })}>
          {say('orders.clear')}
        </button>
      )}
    </form>
  );
}
