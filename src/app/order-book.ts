import type { OrderBook } from '../admission/place-admission.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Ledger } from '../usage/ledger.ts';
import { settleOrder } from '../usage/settle-order.ts';

/** The ledger as admission needs it: a row opened at the reserved price, and settled by what came of the order. */
export function orderBook(
  ledger: Ledger,
  clock: Clock,
  onlyUpstream: () => string | null,
  onCommit?: (durationMs: number) => void,
): OrderBook {
  const book: OrderBook = {
    open: (order, highestCostMicroUsd) =>
      ledger.open({
        id: order.id,
        keyId: order.caller.keyId,
        projectId: order.caller.projectId,
        operation: order.operation,
        model: order.model.id,
        requestedModel: order.requestedModel,
        imagesRequested: order.count,
        reservedMicroUsd: highestCostMicroUsd,
        // The moment that counts for budgets: an upload may have begun on another day.
        createdAtMs: clock.nowMs(),
        endUser: order.endUser ?? null,
        upstream: onlyUpstream(),
        ...(order.caller.markupBasisPoints !== undefined && {
          markupBasisPoints: order.caller.markupBasisPoints,
        }),
      }),
    settle: (settlement) => settleOrder(ledger, clock, settlement),
  };
  return onCommit === undefined ? book : timedBook(book, onCommit);
}

/** The same book, with how long each of its commits was waited for. */
function timedBook(book: OrderBook, onCommit: (durationMs: number) => void): OrderBook {
  const timed = async <Result>(work: Promise<Result>): Promise<Result> => {
    const beganAtMs = performance.now();
    try {
      return await work;
    } finally {
      onCommit(performance.now() - beganAtMs);
    }
  };
  return {
    open: (order, highestCostMicroUsd) => timed(book.open(order, highestCostMicroUsd)),
    settle: (settlement) => timed(book.settle(settlement)),
  };
}
