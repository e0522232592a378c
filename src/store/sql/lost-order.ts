import { sql } from 'kysely';

/**
 * What becomes of an order that was given up as lost: its project is charged what was reserved, and its cost is that
 * without the markup, rounded up. Too much rather than too little.
 */
export function lostOrder(atMs: number) {
  const per = sql`(10000 + markup_basis_points)`;
  // In two parts, so that no step passes 64 bits.
  const cost = sql`reserved_micro_usd / ${per} * 10000 + (reserved_micro_usd % ${per} * 10000 + ${per} - 1) / ${per}`;
  return {
    status: 'unknown',
    cost_micro_usd: sql<number>`case when markup_basis_points is null then reserved_micro_usd else ${cost} end`,
    charged_micro_usd: sql<number>`case when markup_basis_points is null then null else reserved_micro_usd end`,
    finished_at_ms: atMs,
    lost_at_ms: atMs,
  };
}
