import type { Permit } from '../journey/admission.ts';
import { likelyAnswerBytes } from '../journey/catalogue-model.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import type { Settled, Settlement } from '../journey/receipt.ts';
import type { MicroUsd } from '../kernel/money.ts';
import { PlantainError } from '../kernel/plantain-error.ts';

/** Where an order's price and outcome are written. `usage/` keeps it. */
export interface OrderBook {
  /**
   * Reserves the order's highest price in a row of its own, within every limit. Throws the limit that it does not keep
   * to, or when that cannot be written. Answers with the headers that tell of the rates that are left.
   */
  open(order: ImageOrder, highestCostMicroUsd: MicroUsd): Promise<Readonly<Record<string, string>>>;
  settle(settlement: Settlement): Promise<Settled>;
}

export interface PlaceAdmissionOptions {
  /** Asked for with every order, since a reload may change it. */
  readonly maxOrders: () => number;
  /** The longest an order waits for memory before it is refused: nothing of it was drawn yet. */
  readonly maxMemoryWaitMs: number;
  readonly book: OrderBook;
}

/** One in so many places is for what one key has counted for nothing: no limit of its own holds that. */
const freeShare = 4;

/** Admits as many orders at once as the process may hold, in turn for its memory, each with its row in the book. */
export class PlaceAdmission {
  readonly #options: PlaceAdmissionOptions;
  #places = 0;
  /** Of them those that `takePlace` took, by key. */
  readonly #unbooked = new Map<string, number>();
  #reservedMicroUsd = 0;
  #isClosed = false;

  constructor(options: PlaceAdmissionOptions) {
    this.#options = options;
  }

  /** Places that are taken: orders admitted and not settled, and what took one by `takePlace`. */
  get inFlight(): number {
    return this.#places;
  }

  /** What they have reserved together. */
  get reservedMicroUsd(): MicroUsd {
    return this.#reservedMicroUsd;
  }

  /** Admits no further order; those in flight go on. */
  close(): void {
    this.#isClosed = true;
  }

  /**
   * As `Admission` says. `highestCostMicroUsd` is by the configuration that the order is drawn by, whatever a reload has
   * put in force meanwhile: it may wait here, and another one may charge it less.
   */
  async admit(order: ImageOrder, scope: OrderScope, highestCostMicroUsd: MicroUsd): Promise<Permit> {
    const { maxMemoryWaitMs, book } = this.#options;
    const giveBack = this.#take();
    let headers: Readonly<Record<string, string>>;
    try {
      // Whoever waits for memory goes first: an order that is drawn should find room for its picture.
      (await scope.memory.reserve(likelyAnswerBytes(order), scope.signal, maxMemoryWaitMs))();
      headers = await book.open(order, highestCostMicroUsd);
    } catch (thrown) {
      giveBack();
      throw thrown;
    }
    this.#reservedMicroUsd += highestCostMicroUsd;
    return this.#permitFor(order, headers, () => {
      giveBack();
      this.#reservedMicroUsd -= highestCostMicroUsd;
    });
  }

  /**
   * One of the places of orders for what costs nothing and stands in no book; at most a quarter of them are one key's, so
   * that the others' orders find room. Call what is answered, once, to give it back. Throws `too_many_orders` or
   * `server_stopping`.
   */
  takePlace(keyId: string): () => void {
    const taken = this.#unbooked.get(keyId) ?? 0;
    const most = Math.max(1, Math.floor(this.#options.maxOrders() / freeShare));
    if (taken >= most)
      throw new PlantainError(
        'too_many_orders',
        `This key already has ${most} requests in flight that cost nothing. Try again in a few seconds.`,
        { retryAfterSeconds: 5 },
      );
    const giveBack = this.#take();
    this.#unbooked.set(keyId, taken + 1);
    return () => {
      giveBack();
      const left = (this.#unbooked.get(keyId) ?? 0) - 1;
      if (left > 0) this.#unbooked.set(keyId, left);
      else this.#unbooked.delete(keyId);
    };
  }

  #take(): () => void {
    if (this.#isClosed)
      throw new PlantainError('server_stopping', 'The server is stopping. Try again in a moment.');
    const maxOrders = this.#options.maxOrders();
    if (this.#places >= maxOrders) {
      const message = `This server already has ${maxOrders} orders in flight. Try again in a few seconds.`;
      throw new PlantainError('too_many_orders', message, { retryAfterSeconds: 5 });
    }
    this.#places++;
    return () => {
      this.#places--;
    };
  }

  #permitFor(order: ImageOrder, headers: Permit['headers'], onSettled: () => void): Permit {
    let settling: Promise<Settled> | undefined;
    const settle = (outcome: Omit<Settlement, 'order'>): Promise<Settled> => {
      settling ??= this.#options.book.settle({ order, ...outcome }).finally(onSettled);
      return settling;
    };
    return {
      headers,
      settle,
      release: async (error) => {
        await settle({ drawings: [], imagesDelivered: 0, bytesOut: 0, error });
      },
    };
  }
}
