import { type Kysely, type Selectable, sql } from 'kysely';
import { newId } from '../../kernel/ids.ts';
import { formatMicroUsd } from '../../kernel/money.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { LedgerRow, SettlementByHand } from '../../usage/ledger.ts';
import { withMarkup } from '../../usage/markup.ts';
import { allOrNothing } from './all-or-nothing.ts';
import { bookStatements } from './book-statements.ts';
import type { Database, LedgerTable } from './database-schema.ts';
import { EndUserRoom } from './end-user-room.ts';
import { toLedgerRow } from './ledger-row.ts';
import type { DialectName } from './migrations/column-kinds.ts';
import { writeGroup } from './order-group.ts';

/** The row as it was found, and as it is now: only one that was `unknown` has been settled. */
export type SettlingOutcome = { readonly before: LedgerRow; readonly after?: LedgerRow } | undefined;

/**
 * Tells by hand what became of an order that is `unknown`: its row, every counter it is part of and a note with the
 * reason, in one transaction, by the same code as an order that ends by itself. Undefined: there is no such order.
 * Throws `invalid_value` where more pictures are said to have come than were asked for, or a higher cost than was reserved.
 */
export async function settleUnknown(
  db: Kysely<Database>,
  dialect: DialectName,
  id: string,
  settlement: SettlementByHand,
): Promise<SettlingOutcome> {
  let outcome: SettlingOutcome;
  await allOrNothing(db, async (transaction) => {
    outcome = await settle(transaction, dialect, id, settlement);
    return true;
  });
  return outcome;
}

async function settle(
  transaction: Kysely<Database>,
  dialect: DialectName,
  id: string,
  { costMicroUsd, imagesDelivered, reason, actor, atMs }: SettlementByHand,
): Promise<SettlingOutcome> {
  const lock = dialect === 'postgres' ? sql`for update` : sql``;
  const found = await sql<Selectable<LedgerTable>>`select * from ledger where id = ${id} ${lock}`.execute(
    transaction,
  );
  const row = found.rows[0];
  if (row === undefined) return undefined;
  const before = toLedgerRow(row);
  if (before.status !== 'unknown') return { before };
  if (imagesDelivered > before.imagesRequested)
    throw new PlantainError('invalid_value', `${id} asked for ${String(before.imagesRequested)} pictures.`, {
      param: 'images_delivered',
    });
  // It was held to every limit by what it reserved: a sum beyond that would break them, or is a slip of the point.
  if (costMicroUsd > before.costMicroUsd)
    throw new PlantainError(
      'invalid_value',
      `${id} reserved ${formatMicroUsd(before.costMicroUsd)}, and is settled at that at most. What a bill has beyond it is taken from its key by an adjustment.`,
      { param: 'cost_micro_usd' },
    );
  const status =
    imagesDelivered === 0 ? 'failed' : imagesDelivered < before.imagesRequested ? 'partial' : 'succeeded';
  const group = {
    statements: bookStatements(dialect),
    usesDatabaseClock: false,
    alerting: { alertAt: [] },
    endUsers: new EndUserRoom(),
  };
  const { markup_basis_points: markup } = row;
  const completion = {
    ...before,
    status,
    costMicroUsd,
    ...(markup !== null && {
      // The cost was rounded up when the order was given up, and with the markup on it may pass what was reserved.
      chargedMicroUsd: Math.min(withMarkup(costMicroUsd, markup), row.reserved_micro_usd),
    }),
    imagesDelivered,
    finishedAtMs: atMs,
  } as const;
  await writeGroup(group, transaction, [{ kind: 'complete', id, completion, attempts: [] }], false);
  // Among the credits of the key, where people look who ask why a sum is what it is; it moves nothing itself.
  await transaction
    .insertInto('adjustments')
    .values({
      id: newId('adj', atMs),
      allowance_id: row.key_id,
      amount_micro_usd: 0,
      reason: `${id} settled at ${formatMicroUsd(costMicroUsd)} instead of ${formatMicroUsd(row.cost_micro_usd)}: ${reason}`,
      actor,
      at_ms: atMs,
    })
    .execute();
  return { before, after: completion };
}
