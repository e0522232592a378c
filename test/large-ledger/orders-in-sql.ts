import { type RawBuilder, sql } from 'kysely';
import type { DialectName } from '../../src/store/sql/migrations/column-kinds.ts';

export const yearMs = 365 * 86_400_000;
/** Of the ledger, as `ordersInSql` selects them. */
export const orderColumns = [
  'id',
  'key_id',
  'operation',
  'model',
  'requested_model',
  'upstream',
  'status',
  'error_code',
  'images_requested',
  'images_delivered',
  'input_tokens',
  'output_tokens',
  'output_image_tokens',
  'usage_source',
  'reserved_micro_usd',
  'cost_micro_usd',
  'bytes_out',
  'attempts',
  'created_at_ms',
  'finished_at_ms',
  'end_user',
  'project_id',
] as const;

/** A key that orders are of, from the busiest, 0, to that with fewest, 999. */
export function keyOf(number: number): string {
  return `key_${String(number).padStart(6, '0')}${keyTail}`;
}

const keyTail = 'largeledgerofayear';

/** Numbers that look random and are the same each time, by the arithmetic that both databases share. */
const prime = 2_147_483_647;
function scattered(from: string, multiplier: number): string {
  const mixed = `(${from} * ${String(multiplier)} % ${String(prime)})`;
  return `(${mixed} * (${mixed} / 65536 + 1) % ${String(prime)})`;
}

/**
 * Orders of a year that ends at `endMs`, from number `from` up to `to` of `count`, in the order of their time: of a thousand keys in fifty
 * projects, a few of which draw most of the pictures, as it is everywhere, day and night. A key keeps to one model and one
 * upstream, but for one order in ten. Two thirds succeed.
 */
export function ordersInSql(
  dialect: DialectName,
  { count, endMs, from, to }: { count: number; endMs: number; from: number; to: number },
): RawBuilder<unknown> {
  const numbers =
    dialect === 'sqlite'
      ? `with recursive numbers (i) as (select ${String(from)} union all select i + 1 from numbers where i + 1 < ${String(to)})`
      : `with numbers (i) as (select cast(i as bigint) from generate_series(${String(from)}, ${String(to - 1)}) as made (i))`;
  const base36 = (number: string): string =>
    Array.from({ length: 9 }, (_, index) => {
      const digit = `${number} / ${String(36 ** (8 - index))} % 36`;
      return `substr('0123456789abcdefghijklmnopqrstuvwxyz', cast(1 + ${digit} as integer), 1)`;
    }).join(' || ');
  const share = `(cast(${scattered('(i + 1)', 48_271)} as double precision) / ${String(prime)})`;
  return sql.raw(`${numbers},
    drawn as (select i, ${String(endMs - yearMs)} + i * ${String(yearMs)} / ${String(count)} as at_ms,
      cast(1000 * ${share} * ${share} * ${share} - 0.5 as integer) as key,
      case when ${scattered('(i + 7)', 69_621)} % 10 = 0 then 1 else 0 end as other,
      ${scattered('(i + 13)', 39_373)} % 6 as fate,
      ${scattered('(i + 29)', 16_807)} % 5000 as person from numbers)
    select 'req_' || ${base36('at_ms')} || substr(cast(1000000000000000 + i as text), 2),
      'key_' || substr(cast(1000000 + key as text), 2) || '${keyTail}',
      'generate',
      case (key + other) % 3 when 0 then 'gemini-2.5-flash-image' when 1 then 'gemini-nano-banana-2.1' else 'gemini-3-pro-image-preview' end,
      'gpt-image-1',
      case (key + other) % 2 when 0 then 'gemini' else 'vertex' end,
      case when fate < 4 then 'succeeded' when fate = 4 then 'refused' else 'failed' end,
      case when fate < 4 then null else 'upstream_timeout' end,
      1, case when fate < 4 then 1 else 0 end,
      40, case when fate < 4 then 1290 else 0 end, case when fate < 4 then 1290 else 0 end,
      'upstream', 80000, case when fate < 4 then 38700 + key else 0 end,
      case when fate < 4 then 1400000 else 300 end, 1, at_ms, at_ms + 9000,
      'user_' || cast(person as text), 'proj_' || cast(key % 50 as text)
    from drawn`);
}
