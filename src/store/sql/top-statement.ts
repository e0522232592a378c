import { type RawBuilder, sql } from 'kysely';
import { ledgerStatuses, type TopGroups } from '../../usage/ledger.ts';
import { billion } from './hour-columns.ts';
import { type AskedTotals, type TotalsRow, totalsStatement } from './totals-statement.ts';

/**
 * The largest groups, the largest first, each with how many there are in all (`group_count`). No more rows than are asked
 * for leave the database, however many groups it has.
 */
export function topStatement(asked: AskedTotals, { count, by }: TopGroups): RawBuilder<TotalsRow> {
  const groups = sql.join(asked.query.by.map((_, index) => sql.ref(`group_${String(index)}`)));
  const order = {
    cost: [
      sql`${amount('cost_micro_usd')} - ${amount('sandbox_micro_usd')}`,
      // What the sandbox drew costs nothing: where it alone drew, by what it would have cost.
      amount('sandbox_micro_usd'),
    ],
    images: [number('images_delivered')],
    orders: [
      sql.join(
        ledgerStatuses.map((status) => number(`${status}_orders`)),
        sql` + `,
      ),
    ],
  }[by];
  const largest = sql.join(order.map((expression) => sql`${expression} desc`));
  return sql`select ${groups}, cast(count(*) over () as text) as group_count
    from (${totalsStatement(asked)}) as parts group by ${groups} order by ${largest}, ${groups} limit ${sql.lit(count)}`;
}

function number(name: string): RawBuilder<unknown> {
  return sql`sum(cast(${sql.ref(name)} as bigint))`;
}

/** Of what comes in two parts. */
function amount(name: string): RawBuilder<unknown> {
  return sql`(${number(`${name}_billions`)} * ${sql.lit(billion)} + ${number(name)})`;
}
