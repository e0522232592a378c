import type { CallFault, CallPhase, CallVerdict } from '../journey/call.ts';
import type { Operation } from '../journey/image-order.ts';
import type { MicroUsd } from '../kernel/money.ts';
import type { PriceLine } from './price-lines.ts';

/**
 * - `open`: the upstream may be at work. Only rows of running servers are open.
 * - `succeeded`, `partial`: all, or some, of the pictures were delivered.
 * - `refused`: the upstream declined the prompt or the picture.
 * - `failed`, `canceled`: no picture, or the caller left.
 * - `unknown`: the server died under the order; charged at the reserved price.
 */
export const ledgerStatuses = [
  'open',
  'succeeded',
  'partial',
  'refused',
  'failed',
  'canceled',
  'unknown',
] as const;
export type LedgerStatus = (typeof ledgerStatuses)[number];

/** Where the token counts come from: the upstream, the catalogue, or nowhere. */
const usageSources = ['upstream', 'estimated', 'none'] as const;
export type UsageSource = (typeof usageSources)[number];

/** What is known of an order before its first upstream call. */
export interface LedgerOpening {
  /** The order's id, made by `newId('req', …)` at most `maxIdAgeMs` before or after `createdAtMs`: periods are found by it. */
  readonly id: string;
  readonly keyId: string;
  /** The project whose budget it shares. */
  readonly projectId: string;
  readonly operation: Operation;
  /** The catalogue model's id. */
  readonly model: string;
  /** The model name as the caller spelled it. */
  readonly requestedModel: string;
  readonly imagesRequested: number;
  readonly reservedMicroUsd: MicroUsd;
  readonly createdAtMs: number;
  /** The caller's own name for its end user. */
  readonly endUser: string | null;
  /** The upstream, where only one can be asked: an order that is cut off knows its own. Null: it is not decided yet. */
  readonly upstream: string | null;
  /** Of its project, in hundredths of a percent; absent: none. It is in what is reserved. */
  readonly markupBasisPoints?: number;
}

/** What an order came to. */
export interface LedgerCompletion {
  readonly status: Exclude<LedgerStatus, 'open'>;
  /** The catalogue code of the error the caller got; null without one. */
  readonly errorCode: string | null;
  /** The upstream that answered last; null when none was asked. */
  readonly upstream: string | null;
  readonly imagesDelivered: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly outputImageTokens: number;
  readonly usageSource: UsageSource;
  /** What the upstreams charge for it. */
  readonly costMicroUsd: MicroUsd;
  /** What its project is charged, and its limits are counted by; absent: what it costs. */
  readonly chargedMicroUsd?: MicroUsd;
  /** Bytes of the answer sent to the caller. */
  readonly bytesOut: number;
  /** Upstream calls made. */
  readonly attempts: number;
  readonly finishedAtMs: number;
}

/**
 * One order, one row. While it is open, everything of the completion but the upstream is 0 or null and `usageSource`
 * is `none`.
 */
export interface LedgerRow
  extends Omit<LedgerOpening, 'upstream'>,
    Omit<LedgerCompletion, 'status' | 'finishedAtMs'> {
  readonly status: LedgerStatus;
  readonly finishedAtMs: number | null;
}

/** One upstream call of an order. Their tokens and costs add up to the order's. */
export interface LedgerAttempt {
  readonly upstream: string;
  /** The catalogue model's id; a successor's where one stood in. */
  readonly model: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly verdict: CallVerdict;
  readonly phase: CallPhase;
  readonly fault: CallFault | null;
  /** Null when no answer began. */
  readonly httpStatus: number | null;
  /** The catalogue code of what went wrong; null when nothing did. */
  readonly errorCode: string | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly outputImageTokens: number;
  readonly usageSource: UsageSource;
  readonly costMicroUsd: MicroUsd;
  /** The entry of the price list that priced it; null of a call that was not charged, or is older than price lists. */
  readonly priceId: string | null;
  /**
   * What its cost is made of, so that it can be explained when prices are others. Their sum, rounded with that of the
   * order's other calls, is the cost, unless it was more than was reserved for the call.
   */
  readonly priceLines: readonly PriceLine[];
}

/** What an operator knows of an order that is `unknown`. */
export interface SettlementByHand {
  readonly costMicroUsd: MicroUsd;
  readonly imagesDelivered: number;
  readonly reason: string;
  /** Who says so. */
  readonly actor: string;
  readonly atMs: number;
}

/** What orders can be summed by. `user` is the caller's own name for its end user, `error` the catalogue's code. */
export const totalsGroups = ['key', 'project', 'model', 'upstream', 'user', 'error', 'day', 'hour'] as const;
export type TotalsBy = (typeof totalsGroups)[number];

/** What groups are ranked by: what upstreams charge, pictures that were delivered, orders. */
export const topMeasures = ['cost', 'images', 'orders'] as const;
/** The most groups that may be the largest. */
export const maxTop = 100;

/** How many of the largest groups of a whole period are told by themselves. */
export interface TopGroups {
  readonly count: number;
  readonly by: (typeof topMeasures)[number];
}

/** Whether a group is of the clock, and not one that orders are split by. */
export function isTimeGroup(group: TotalsBy): boolean {
  return group === 'day' || group === 'hour';
}

export interface TotalsQuery {
  /** A row for each of their combinations that there is; none: one row of everything. */
  readonly by: readonly TotalsBy[];
  /**
   * The largest of the groups that are no day or hour; all others together come as one row, or one a day or hour. Means
   * nothing where there is no such group.
   */
  readonly top?: TopGroups;
  /** Orders of these alone: ids of keys and projects, of the catalogue's models, names of upstreams and end users. */
  readonly keyIds?: readonly string[];
  readonly projectIds?: readonly string[];
  readonly models?: readonly string[];
  readonly upstreams?: readonly string[];
  readonly endUsers?: readonly string[];
  /** Orders created at or after. */
  readonly fromMs?: number;
  /** Orders created before. */
  readonly toMs?: number;
  /** Whose days and hours they are: an IANA name that `Intl` knows. Absent: UTC. */
  readonly timeZone?: string;
}

/** The most rows that sums come in. */
export const maxTotals = 50_000;

/** Which orders to list. What is absent restricts nothing. */
export interface OrdersQuery {
  readonly keyIds?: readonly string[];
  readonly projectIds?: readonly string[];
  /** The caller's own name for its end user. */
  readonly endUser?: string;
  /** The catalogue model's id, or the name as callers spelled it. */
  readonly model?: string;
  /** Orders of which a call went there. */
  readonly upstream?: string;
  readonly statuses?: readonly LedgerStatus[];
  /** Orders created at or after, and before. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Orders older than the one of this id, and younger than it: where a page before ended. */
  readonly beforeId?: string;
  readonly afterId?: string;
  /** The most that are listed. */
  readonly limit: number;
}

export interface UsageTotals {
  /**
   * As asked for: key ids, model ids, days such as `2026-11-23`, hours such as `2026-11-23T14:00:00+05:30`, names. Null: the
   * order has none of it, or its row is no longer kept and the sums by hour do not have it.
   */
  readonly groups: readonly (string | null)[];
  /** Of a row of those that are not among the `top`: how many groups of the period they are. Absent: it is one group. */
  readonly others?: number;
  readonly orders: number;
  readonly imagesRequested: number;
  readonly imagesDelivered: number;
  /** Tokens and money without a bound, so that no sum of whatever rows is rounded. */
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
  readonly outputImageTokens: bigint;
  /** What upstreams charge. */
  readonly costMicroUsd: bigint;
  /** What projects are charged: that with their markup. */
  readonly chargedMicroUsd: bigint;
  /** What the sandbox's pictures would have cost. */
  readonly sandboxCostMicroUsd: bigint;
  /** Orders by status; every status is present. */
  readonly byStatus: Readonly<Record<LedgerStatus, number>>;
}

/** An id is made when its request arrives; the rest is for a clock that is set in between. */
export const maxIdAgeMs = 3_600_000;

/** Longest `requestedModel` and `endUser` kept, in UTF-16 units. */
export const maxLedgerTextLength = 256;

/**
 * The book of orders: exactly one row each. `store/` implements it; `ledger.contract.ts` states what it must do.
 * Texts the caller chose are kept up to `maxLedgerTextLength`, without NULs and lone surrogates, which not
 * every database can hold.
 */
export interface Ledger {
  /**
   * Admits an order by the limits of its key, project and end user, reserves its price there and writes its row: all or
   * nothing, before anything that may cost money. Answers with the headers that tell what is left of its rates. Throws
   * what the caller is told where it does not fit; then nothing has changed. The same opening again, while the row is
   * open, is the same row: its writer did not hear that it was written. Throws when the id is in the ledger otherwise,
   * and `storage_full` or `storage_unavailable` when it cannot be written.
   */
  open(opening: LedgerOpening): Promise<Readonly<Record<string, string>>>;
  /**
   * Completes a row, and puts what it cost in the place of what was reserved. The first completion stays: a second returns false and changes nothing, except that an
   * `unknown` row may still be told what became of it. Throws when the id is not in the ledger. Its upstream calls, in
   * order, are written with it, both or neither.
   */
  complete(id: string, completion: LedgerCompletion, attempts: readonly LedgerAttempt[]): Promise<boolean>;
  /** The upstream calls of an order, in order; none while it is open, or was closed without knowing of them. */
  attempts(id: string): Promise<readonly LedgerAttempt[]>;
  /**
   * Closes what an earlier run left open, as `unknown` at the reserved price, and returns how many.
   * Without PostgreSQL this is the only server on the ledger (see `serve-lock.ts`), and calls it before its first order; with it,
   * rows of servers that live stay open.
   */
  closeLeftOpen(atMs: number): Promise<number>;
  find(id: string): Promise<LedgerRow | undefined>;
  /** Orders, the youngest first. */
  list(query: OrdersQuery): Promise<readonly LedgerRow[]>;
  /**
   * Sums over orders: by their groups where a day or an hour is among them, else by cost, dearest first. Open orders cost 0.
   * Every grouping of the same orders adds up to the same. Throws `invalid_value` where more than `maxTotals` would come.
   */
  totals(query: TotalsQuery): Promise<readonly UsageTotals[]>;
}
