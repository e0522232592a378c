import type { AlertedLimit } from '../journey/budget-alert.ts';
import { keyState } from '../journey/key-state.ts';
import type { MicroUsd } from '../kernel/money.ts';
import type { Allowance, Counters } from './allowance.ts';
import { type CellState, cell } from './cell.ts';
import { type CountedLimit, eachCounted, endOf } from './counted-limits.ts';
import type { Periods } from './periods.ts';

/** What an order asks of its allowances. */
export interface Ask {
  readonly model: string;
  /** As the caller spelled it. */
  readonly requestedModel: string;
  readonly images: number;
  readonly reservedMicroUsd: MicroUsd;
}

/** How a key and its project stand. */
export interface Standing {
  readonly keyName: string;
  readonly projectName: string;
  readonly revokedAtMs: number | null;
  readonly expiresAtMs: number | null;
  readonly disabledAtMs: number | null;
  readonly archivedAtMs: number | null;
  /** Null: every model. */
  readonly allowedModels: readonly string[] | null;
}

/** The limits by which an order can be refused, as they are named everywhere. */
export type LimitReason = 'max_open' | 'requests_per_minute' | 'images_per_minute' | AlertedLimit;

/** An order that one of its limits does not let pass. */
export interface LimitRefusal {
  readonly reason: LimitReason;
  readonly allowanceId: string;
  readonly limit: number;
  readonly used: number;
  readonly requested: number;
  /** Until the same order fits, if nothing else happens; infinite where waiting does not help. */
  readonly waitMs: number;
  /** When the period ends that is used up. */
  readonly resetsAtMs?: number;
  /** It asks for more pictures than fit at the best of times. */
  readonly isTooMany?: true;
}

/** `key`: it is revoked, expired or disabled, or its project archived. `model`: it may not ask for that one. */
export type Refusal = { readonly reason: 'key' } | { readonly reason: 'model' } | LimitRefusal;

/** How much of a rate is left, of the allowance with the least. */
export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetUs: number;
}

export interface Rates {
  readonly requests?: RateState;
  readonly images?: RateState;
}

export type Decision =
  | { readonly kind: 'admitted'; readonly changed: readonly Allowance[]; readonly rates: Rates }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly rates: Rates };

/**
 * Whether an order may cost what it may cost: by how its key stands, then by all limits of all its allowances. Either
 * every counter moves or none. Of several refusals the one with the longest wait answers: "again in 2 s" would be a lie
 * where the month is spent.
 */
export function decide(
  nowUs: number,
  periods: Periods,
  ask: Ask,
  standing: Standing | undefined,
  allowances: readonly Allowance[],
): Decision {
  const nowMs = Math.floor(nowUs / 1000);
  if (standing !== undefined) {
    if (standing.archivedAtMs !== null || keyState(standing, nowMs) !== 'live')
      return refused({ reason: 'key' }, {});
    if (standing.allowedModels !== null && !standing.allowedModels.includes(ask.model))
      return refused({ reason: 'model' }, {});
  }
  const changed: Allowance[] = [];
  let worst: LimitRefusal | undefined;
  let requests: RateState | undefined;
  let images: RateState | undefined;
  for (const allowance of allowances) {
    const { id, limits, counters } = allowance;
    const now = rolledForward(counters, periods);
    const { requestsPerMinute, imagesPerMinute } = limits;
    const requestCell =
      requestsPerMinute === null ? undefined : cell(requestsPerMinute, now.requestsTatUs, 1, nowUs);
    const imageCell =
      imagesPerMinute === null ? undefined : cell(imagesPerMinute, now.imagesTatUs, ask.images, nowUs);
    if (requestCell !== undefined) requests = tighter(requests, requestsPerMinute, requestCell);
    if (imageCell !== undefined) images = tighter(images, imagesPerMinute, imageCell);
    worst = worstOf(worst, allowance, now, ask, periods, nowMs, requestCell, imageCell);
    changed.push({
      id,
      limits,
      counters: {
        ...now,
        openOrders: now.openOrders + 1,
        requestsTatUs: requestCell?.tatUs ?? now.requestsTatUs,
        imagesTatUs: imageCell?.tatUs ?? now.imagesTatUs,
        dayImages: now.dayImages + ask.images,
        dayUsedMicroUsd: now.dayUsedMicroUsd + ask.reservedMicroUsd,
        monthUsedMicroUsd: now.monthUsedMicroUsd + ask.reservedMicroUsd,
        totalUsedMicroUsd: now.totalUsedMicroUsd + ask.reservedMicroUsd,
      },
    });
  }
  const rates = { ...(requests && { requests }), ...(images && { images }) };
  return worst === undefined ? { kind: 'admitted', changed, rates } : refused(worst, rates);
}

function refused(refusal: Refusal, rates: Rates): Decision {
  return { kind: 'refused', refusal, rates };
}

/** A new day or month begins with nothing used. Never backwards, whatever the clock does. */
export function rolledForward(counters: Counters, { dayStartMs, monthStartMs }: Periods): Counters {
  const isNewDay = dayStartMs > counters.dayStartMs;
  const isNewMonth = monthStartMs > counters.monthStartMs;
  if (!isNewDay && !isNewMonth) return counters;
  return {
    ...counters,
    ...(isNewDay && { dayStartMs, dayImages: 0, dayUsedMicroUsd: 0 }),
    ...(isNewMonth && { monthStartMs, monthUsedMicroUsd: 0 }),
  };
}

/** Of a refused order this is what is left without it; the headers say the same in both cases. */
function tighter(
  known: RateState | undefined,
  limit: number | null,
  state: CellState,
): RateState | undefined {
  if (limit === null || (known !== undefined && known.remaining <= state.remaining)) return known;
  return { limit, remaining: state.remaining, resetUs: state.resetUs };
}

/** The worst refusal known, or one of this allowance's limits where the order does not keep to one that is worse. */
function worstOf(
  known: LimitRefusal | undefined,
  { id: allowanceId, limits }: Allowance,
  counters: Counters,
  { images, reservedMicroUsd: price }: Ask,
  periods: Periods,
  nowMs: number,
  requestCell: CellState | undefined,
  imageCell: CellState | undefined,
): LimitRefusal | undefined {
  const { maxOpen, requestsPerMinute, imagesPerMinute } = limits;
  let worst = known;
  const { openOrders: open } = counters;
  if (maxOpen !== null && open >= maxOpen)
    worst = worse(
      worst,
      { reason: 'max_open', allowanceId, limit: maxOpen, used: open, requested: 1 },
      maxOpen === 0 ? forGood : soon,
    );
  if (requestsPerMinute !== null && requestCell?.isAllowed === false) {
    const used = requestsPerMinute - requestCell.remaining;
    const fault = {
      reason: 'requests_per_minute',
      allowanceId,
      limit: requestsPerMinute,
      used,
      requested: 1,
    } as const;
    worst = worse(worst, fault, { waitMs: requestCell.waitUs / 1000 });
  }
  if (imagesPerMinute !== null && imageCell?.isAllowed === false) {
    const used = imagesPerMinute - imageCell.remaining;
    const fault = {
      reason: 'images_per_minute',
      allowanceId,
      limit: imagesPerMinute,
      used,
      requested: images,
    } as const;
    worst = worse(worst, fault, images > imagesPerMinute ? tooMany : { waitMs: imageCell.waitUs / 1000 });
  }
  eachCounted(limits, counters, (counted, limit, used) => {
    const requested = counted.isOfImages ? images : price;
    if (limit === null || used + requested <= limit) return;
    const fault = { reason: counted.name, allowanceId, limit, used, requested };
    const never = counted.isOfImages && limit > 0 ? tooMany : forGood;
    worst = worse(worst, fault, requested > limit ? never : periodEnds(counted, counters, periods, nowMs));
  });
  return worst;
}

type WaitOf = Pick<LimitRefusal, 'waitMs' | 'resetsAtMs' | 'isTooMany'>;
/** How long another order takes to end is not known. */
const soon: WaitOf = { waitMs: 1000 };
const forGood: WaitOf = { waitMs: Number.POSITIVE_INFINITY };
const tooMany: WaitOf = { waitMs: Number.POSITIVE_INFINITY, isTooMany: true };

function worse(
  known: LimitRefusal | undefined,
  fault: Omit<LimitRefusal, keyof WaitOf>,
  rest: WaitOf,
): LimitRefusal {
  // More pictures than ever fit come before everything else: no other allowance nor time helps.
  const isWorse =
    known === undefined ||
    (known.isTooMany !== true && (rest.isTooMany === true || rest.waitMs > known.waitMs));
  return isWorse ? { ...fault, ...rest } : known;
}

/** Of a limit that would hold the order if less was used. */
function periodEnds(counted: CountedLimit, counters: Counters, periods: Periods, nowMs: number): WaitOf {
  const endMs = endOf(counted, periods);
  if (endMs === null) return forGood;
  // A period that lies ahead, because the clock went back, ends as much later.
  const { dayStartMs, monthStartMs } = counters;
  const aheadMs =
    counted.period === 'day' ? dayStartMs - periods.dayStartMs : monthStartMs - periods.monthStartMs;
  const resetsAtMs = endMs + Math.max(0, aheadMs);
  return { waitMs: resetsAtMs - nowMs, resetsAtMs };
}
