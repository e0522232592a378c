import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, useId } from 'react';
import { Page } from '../shell/page.tsx';
import { Empty } from '../ui/empty.tsx';
import { Later } from '../ui/later.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { formatMoney, moneyColumn, formatNumber } from '../words/format.ts';
import { addWords, say, sayValue } from '../words/say.ts';
import { usageWords } from '../words/usage-words.ts';
import type { WordKey } from '../words/words.ts';
import { DayBars } from './day-bars.tsx';
import { DayTable } from './day-table.tsx';
import { ownZone } from './days.ts';
import { Downloads } from './downloads.tsx';
import { Figures } from './figures.tsx';
import { periodOf } from './period-of.ts';
import { splitDays } from './split-days.ts';
import { splitSums } from './split-sums.ts';
import { SplitTable } from './split-table.tsx';
import { topByOf, usageQuery } from './usage-query.ts';
import { measures, ranges, splits, type UsageSearch } from './usage-search.ts';
import './usage.css';

addWords(usageWords);

const route = getRouteApi('/inside/usage');

/** What was used: cost, pictures and orders by day, split as asked for. */
export function UsagePage(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { days: count = 30, split = 'none', show = 'cost_micro_usd' } = search;
  const { days, zone, first, before: firstBefore, by } = periodOf(search);
  const set = (change: UsageSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const now = useQuery(usageQuery(first, undefined, by, zone, show));
  const before = useQuery(usageQuery(firstBefore, first, '', zone, show));
  // Where the sandbox alone drew, what its pictures would have cost is the only cost there is to see.
  const isSandbox =
    show === 'cost_micro_usd' &&
    Number(now.data?.total.cost_micro_usd) === 0 &&
    Number(now.data?.total.sandbox_cost_micro_usd) > 0;
  const shown = isSandbox ? 'sandbox_cost_micro_usd' : show;
  const measure = sayValue('usage.measure', shown);
  const format = show === 'cost_micro_usd' ? formatMoney : formatNumber;
  const nameless = say('app.none');
  const series =
    now.data &&
    splitDays(now.data, days, {
      split: split === 'none' ? undefined : split,
      measure: shown,
      nameless,
    });
  const groups = now.data && split !== 'none' ? splitSums(now.data, split, shown, nameless) : undefined;
  const label = say('usage.plot', { measure, zone });
  return (
    <Page
      title={say('usage.title')}
      acts={<Downloads query={{ from: first, by, time_zone: zone }} topBy={topByOf(show)} />}
    >
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        <Choice
          word="usage.range"
          value={String(count)}
          options={ranges.map((range) => [String(range), sayValue('usage.range', String(range))])}
          onChange={(value) =>
            set(
              pickOf(
                'days',
                ranges.find((range) => String(range) === value),
              ),
            )
          }
        />
        <Choice
          word="usage.split"
          value={split}
          options={splits.map((one) => [one, sayValue('usage.split', one)])}
          onChange={(value) =>
            set(
              pickOf(
                'split',
                splits.find((one) => one === value),
              ),
            )
          }
        />
        <Choice
          word="usage.measure"
          value={show}
          options={measures.map((one) => [one, sayValue('usage.measure', one)])}
          onChange={(value) =>
            set(
              pickOf(
                'show',
                measures.find((one) => one === value),
              ),
            )
          }
        />
        <Choice
          word="usage.zone"
          value={zone}
          options={[...new Set([ownZone(), 'UTC', zone])].map((one) => [one, one])}
          onChange={(value) => set({ zone: value })}
        />
      </form>
      {now.error !== null && <Problem error={now.error} retry={() => void now.refetch()} />}
      {now.data === undefined && now.error === null && <Skeleton blockSize="24rem" />}
      {now.data?.total.orders === 0 && (
        <Empty title={say('usage.empty')} lead={say('usage.empty.lead')}>
          <Link to="/orders" className="button">
            {say('app.toOrders')}
          </Link>
        </Empty>
      )}
      {now.data !== undefined && series !== undefined && now.data.total.orders > 0 && (
        <Later name="usage">
          <Figures now={now.data.total} before={before.data?.total} days={count} />
          <section className="card stack">
            <h2>{label}</h2>
            <DayBars days={days} series={series} label={label} format={format} />
            {split !== 'none' && (
              <ul className="legend">
                {series.map(({ name, colour, total }) => (
                  <li key={name}>
                    <span className={`swatch series-${colour}`} aria-hidden="true" />
                    {name} <span className="quiet">{format(total)}</span>
                  </li>
                ))}
              </ul>
            )}
          </section>
          {groups !== undefined && split !== 'none' && (
            <SplitTable groups={groups} total={now.data.total} split={split} isSandbox={isSandbox} />
          )}
          <DayTable
            days={days}
            series={series}
            measure={measure}
            // Of the parts that a day is split into, and of those of every other day.
            format={
              show === 'cost_micro_usd' ? moneyColumn(series.flatMap(({ amounts }) => amounts)) : formatNumber
            }
          />
        </Later>
      )}
    </Page>
  );
}

const pickOf = <Name extends keyof UsageSearch>(name: Name, value: UsageSearch[Name]): UsageSearch =>
  value === undefined ? {} : { [name]: value };

function Choice({
  word,
  value,
  options,
  onChange,
}: {
  readonly word: WordKey;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
}): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{say(word)}</label>
      <select id={id} className="input" value={value} onChange={({ target }) => onChange(target.value)}>
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
