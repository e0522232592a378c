import type { PlantainError } from '../kernel/plantain-error.ts';
import type { ImageOrder } from './image-order.ts';
import type { OrderScope } from './order-scope.ts';
import type { Settled, Settlement } from './receipt.ts';

/** Decides whether an order may cost something. `admission/` implements it. */
export interface Admission {
  /**
   * Room for the order, its price reserved within every limit, its ledger row open: all or nothing. Throws
   * `too_many_orders`, `server_stopping`, the limit that it does not keep to, or why the books could not be opened; then
   * nothing has changed.
   */
  admit(order: ImageOrder, scope: OrderScope): Promise<Permit>;
}

/** An admitted order's place and its open row. However the order ends, one of the two is called. */
export interface Permit {
  /** What every answer to the order tells of the rates that are left. */
  readonly headers: Readonly<Record<string, string>>;
  /** Books what the order came to, and gives its place back. Called again, it answers what the first call did. */
  settle(settlement: Omit<Settlement, 'order'>): Promise<Settled>;
  /** The order ended before any upstream was asked: its row says why and costs nothing, its place is given back. */
  release(error: PlantainError): Promise<void>;
}
