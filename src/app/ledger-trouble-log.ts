import { PlantainError } from '../kernel/plantain-error.ts';
import { causeOf } from '../observe/order-log.ts';
import type { LedgerTroubles } from '../usage/steadfast-ledger.ts';

type Write = (fields: object, message: string) => void;

/** Tells an operator of every row that could not be written, with what it would have said: the ledger does not. */
export function ledgerTroubleLog(log: { readonly info: Write; readonly error: Write }): LedgerTroubles {
  return {
    onLate: (order, row, cause) =>
      log.error({ order, ...row, ...reasonOf(cause) }, 'row is late: kept in memory and tried again'),
    onCaughtUp: (order) => log.info({ order }, 'late row is written'),
    onLost: (order, completion, cause) =>
      log.error(
        { order, ...completion, ...reasonOf(cause) },
        'row is lost: the next start counts the order as unknown, at its reserved price',
      ),
  };
}

/** Under the catalogue's words for callers lie those of the database. */
function reasonOf(cause: unknown): { cause?: string } {
  return causeOf(cause instanceof PlantainError ? cause : new Error('', { cause }));
}
