import { type CompiledQuery, sql } from 'kysely';
import type { Allowance } from '../../admission/allowance.ts';
import type { Periods } from '../../admission/periods.ts';
import { limitColumns } from './allowance-row.ts';
import type { DialectName } from './migrations/column-kinds.ts';
import { compilers, type QueryRunner } from './query-runner.ts';

/** Removed at a time. */
const mostForgotten = 1000;
/** Looking for room reads every end user of a project, so one that is full is not looked through for each order. */
const lookAgainMs = 60_000;
const mostProjects = 10_000;

/** Whose end users are looked through, and by which time nothing of them counts any more. */
export interface RoomAsk {
  readonly dialect: DialectName;
  /** Its row is locked. */
  readonly template: Allowance;
  /** Allowances that stay, whatever is used of them; no more than there are orders in a group. */
  readonly keep: readonly string[];
  readonly nowUs: number;
  readonly periods: Periods;
}

/**
 * How many end users a project has counters for. Callers name them as they like, so there is an end to it; where it is
 * reached, those go first of whom nothing counts any more.
 */
export class EndUserRoom {
  readonly most: number;
  readonly #lookedAtMs = new Map<string, number>();

  constructor(most = 100_000) {
    this.most = most;
  }

  /** Removes end users of a template that come back as they were gone; how many. */
  async make(runner: QueryRunner, ask: RoomAsk): Promise<number> {
    const { template } = ask;
    const nowMs = ask.nowUs / 1000;
    const lookedAtMs = this.#lookedAtMs.get(template.id) ?? Number.NEGATIVE_INFINITY;
    if (Math.abs(nowMs - lookedAtMs) < lookAgainMs) return 0;
    const { numAffectedRows = 0n } = await runner.executeQuery(forgetQuery(ask));
    const forgotten = Number(numAffectedRows);
    if (forgotten < mostForgotten) {
      if (this.#lookedAtMs.size >= mostProjects) this.#lookedAtMs.clear();
      this.#lookedAtMs.set(template.id, nowMs);
    }
    return forgotten;
  }
}

/** Those without an order under way or a limit of their own, of whom nothing is used that one of the template's limits counts. */
function forgetQuery({ dialect, template, keep, nowUs, periods }: RoomAsk): CompiledQuery {
  const { id, limits } = template;
  const { dayStartMs, monthStartMs } = periods;
  const conditions = [
    sql`open_orders = 0 and requests_tat_us <= ${nowUs} and images_tat_us <= ${nowUs} and alert_at is null`,
    ...limitColumns.map((column) => sql`${sql.ref(column)} is null`),
  ];
  if (limits.totalMicroUsd !== null) conditions.push(sql`total_used_micro_usd = 0`);
  if (limits.monthMicroUsd !== null)
    conditions.push(sql`(month_start_ms < ${monthStartMs} or month_used_micro_usd = 0)`);
  if (limits.dayMicroUsd !== null || limits.imagesPerDay !== null)
    conditions.push(sql`(day_start_ms < ${dayStartMs} or (day_used_micro_usd = 0 and day_images = 0))`);
  const lock = dialect === 'postgres' ? sql` for update skip locked` : sql``;
  // Between these two in the order of any language that a database may sort by.
  const from = id.slice(0, -1);
  const until = `${from.slice(0, -1)}0`;
  return sql`delete from allowances where id in (
    select id from allowances where id > ${from} and id < ${until} and id not in (${sql.join([id, ...keep])}) and ${sql.join(conditions, sql` and `)}
    limit ${sql.lit(mostForgotten)}${lock})`.compile(compilers[dialect]);
}
