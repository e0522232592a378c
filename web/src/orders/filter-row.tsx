import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useId } from 'react';
import { modelsQuery, upstreamsQuery } from '../api/queries.ts';
import { say, sayValue } from '../words/say.ts';
import type { WordKey } from '../words/words.ts';
import { type OrdersSearch, statuses } from './orders-search.ts';

const route = getRouteApi('/inside/orders');

/** What narrows the list down. It stands in the address, so that a view can be kept and sent. */
export function FilterRow({ filters }: { readonly filters: OrdersSearch }): ReactNode {
  const navigate = route.useNavigate();
  const models = useQuery(modelsQuery);
  const upstreams = useQuery({ ...upstreamsQuery, refetchInterval: false });
  const set = (change: OrdersSearch): void => {
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  };
  return (
    <form className="filters" aria-label={say('orders.filters')} onSubmit={(event) => event.preventDefault()}>
      <Choice
        word="orders.status"
        value={filters.status}
        options={statuses.map((status) => [status, sayValue('status', status)])}
        onChange={(status) => set({ status })}
      />
      <Choice
        word="orders.model"
        value={filters.model}
        options={(models.data?.data ?? []).map(({ id, display_name }) => [id, display_name])}
        onChange={(model) => set({ model })}
      />
      <Choice
        word="orders.upstream"
        value={filters.upstream}
        options={(upstreams.data?.data ?? []).map(({ name }) => [name, name])}
        onChange={(upstream) => set({ upstream })}
      />
      <Text word="orders.key" value={filters.key} onChange={(key) => set({ key })} />
      <Text word="orders.from" type="date" value={filters.from} onChange={(from) => set({ from })} />
      <Text word="orders.to" type="date" value={filters.to} onChange={(to) => set({ to })} />
      {Object.keys(filters).length > 0 && (
        <button type="button" className="button bare" onClick={() => void navigate({ search: {} })}>
          {say('orders.clear')}
        </button>
      )}
    </form>
  );
}

interface FieldProps {
  readonly word: WordKey;
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
}

function Choice({
  word,
  value = '',
  options,
  onChange,
}: FieldProps & { readonly options: readonly (readonly [value: string, text: string])[] }): ReactNode {
  const id = useId();
  // A value of the address that is not offered, such as several outcomes, stays what it is.
  const all = value === '' || options.some(([one]) => one === value) ? options : [...options, [value, value]];
  return (
    <div className="field">
      <label htmlFor={id}>{say(word)}</label>
      <select id={id} className="input" value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">{say('orders.any')}</option>
        {all.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

function Text({
  word,
  type = 'search',
  value = '',
  onChange,
}: FieldProps & { readonly type?: 'search' | 'date' }): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{say(word)}</label>
      <input
        key={value}
        id={id}
        className="input"
        type={type}
        defaultValue={value}
        spellCheck={false}
        onBlur={({ target }) => target.value !== value && onChange(target.value)}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
    </div>
  );
}
