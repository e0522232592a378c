import type { Call } from '../journey/call.ts';
import { wellNow } from './cell-health.ts';
import { health } from './health-constants.ts';
import type { PlannedCall } from './planned-call.ts';
import { isFree } from './retry-rules.ts';
import type { Cell, UpstreamSeat } from './upstream-seat.ts';

/** Why a cell cannot be used now. `tried`: this picture asked it as often as it may. */
export type Obstacle =
  | 'busy'
  | 'quota'
  | 'day'
  | 'cooling'
  | 'open'
  | 'tried'
  | 'no_model'
  | 'no_allowance'
  | 'not_permitted'
  | 'bad_credential'
  | 'out_of_credit'
  | 'needs_operator'
  | 'disabled';

/** A cell that an order may go to. */
export interface Choice {
  readonly seat: UpstreamSeat;
  readonly cell: Cell;
  /** It is out, and the order tells whether it is back. */
  readonly isProbe: boolean;
}

/** None may be used: why, and when the first may be, if ever without somebody's help. */
export interface NoChoice {
  readonly obstacles: ReadonlySet<Obstacle>;
  readonly soonestMs: number;
}

/**
 * The cell for a call (SPEC.md#choosing): those that this picture did not ask yet before those that it did, the highest
 * priority, a cell that is due to be probed, and else the better of two that are drawn by weight.
 */
export function chooseCell(
  seats: readonly UpstreamSeat[],
  planned: PlannedCall,
  nowMs: number,
  random: () => number,
): Choice | NoChoice {
  let best: Choice[] = [];
  let bestRank = Number.NEGATIVE_INFINITY;
  const obstacles = new Set<Obstacle>();
  let soonestMs = Number.POSITIVE_INFINITY;
  for (const seat of seats) {
    const { upstream, models, priority } = seat.member;
    if (models?.has(planned.model.id) === false || !planned.canTake(upstream)) continue;
    const cell = seat.cell(planned.model);
    const tries = triesAt(planned.tried, upstream.name, planned.model.id, seat.member.hasHealth);
    const found = tries >= health.triesPerCell ? tried : usability(seat, cell, nowMs);
    if (found.obstacle !== undefined) {
      obstacles.add(found.obstacle);
      soonestMs = Math.min(soonestMs, found.untilMs);
      continue;
    }
    const rank = priority - tries * 10_000;
    if (rank < bestRank) continue;
    if (rank > bestRank) best = [];
    bestRank = rank;
    best.push({ seat, cell, isProbe: found.isProbe });
  }
  const chosen = best.find(({ isProbe }) => isProbe) ?? better(best, nowMs, random);
  return chosen ?? { obstacles, soonestMs };
}

interface Usability {
  readonly obstacle?: Obstacle;
  readonly untilMs: number;
  readonly isProbe: boolean;
}
const tried: Usability = { obstacle: 'tried', untilMs: Number.POSITIVE_INFINITY, isProbe: false };
const usable: Usability = { untilMs: 0, isProbe: false };
const probe: Usability = { untilMs: 0, isProbe: true };

/** Whether an order may go to a cell, by all three levels. */
function usability(seat: UpstreamSeat, cell: Cell, nowMs: number): Usability {
  const { member, state } = seat;
  const blocked = (obstacle: Obstacle, untilMs: number): Usability => ({ obstacle, untilMs, isProbe: false });
  if (state.state !== 'ok') {
    // What a free question can tell is asked that way, by `KeyProbes`.
    const isAsked = member.upstream.checkKey !== undefined && state.state !== 'out_of_credit';
    const isDue = !isAsked && !seat.isProbed && state.probeAtMs <= nowMs;
    if (!isDue) return blocked(state.state, Number.POSITIVE_INFINITY);
  }
  const { state: name, untilMs } = cell.state;
  if (name === 'cooling' && untilMs > nowMs) return blocked('cooling', untilMs);
  if (name === 'missing' && (untilMs > nowMs || cell.isProbed))
    return blocked(absence(cell.state.reason), Number.POSITIVE_INFINITY);
  if ((name === 'open' && (untilMs > nowMs || cell.isProbed)) || name === 'probing')
    return blocked('open', Math.max(untilMs, nowMs + health.easeMs));
  const { quotaUntilMs, isDay } = quotaOf(seat, cell, nowMs);
  if (quotaUntilMs > nowMs) return blocked(isDay ? 'day' : 'quota', quotaUntilMs);
  if (seat.inFlight >= (member.maxConcurrent ?? Infinity)) return blocked('busy', nowMs + health.easeMs);
  return state.state !== 'ok' || name === 'open' || name === 'missing' ? probe : usable;
}

function quotaOf({ group, member }: UpstreamSeat, { model }: Cell, nowMs: number) {
  const quotaUntilMs = group.readyAtMs(model, member.requestsPerMinute, nowMs);
  return { quotaUntilMs, isDay: quotaUntilMs > nowMs && group.reason(model, nowMs) === 'day' };
}

function absence(reason: string): Obstacle {
  return reason === 'no_allowance' || reason === 'not_permitted' ? reason : 'no_model';
}

/** How often a picture asked a cell. What was turned away for want of quota is free, and its pause is kept elsewhere. */
function triesAt(calls: readonly Call[], name: string, model: string, hasHealth: boolean): number {
  let tries = 0;
  for (const call of calls) {
    if (call.upstream !== name || call.model.id !== model || call.verdict === 'continued') continue;
    if (!hasHealth && isFree(call)) return health.triesPerCell;
    if (!isFree(call) || call.phase === 'unsent') tries++;
  }
  return tries;
}

/** Power of two choices: two drawn by weight, the larger health² over the expected wait is taken. */
function better(choices: readonly Choice[], nowMs: number, random: () => number): Choice | undefined {
  if (choices.length < 2) return choices[0];
  const one = draw(choices, undefined, random);
  const other = draw(choices, one, random);
  if (one === undefined || other === undefined) return one;
  return score(one, nowMs) >= score(other, nowMs) ? one : other;
}

function draw(choices: readonly Choice[], but: Choice | undefined, random: () => number): Choice | undefined {
  let total = 0;
  for (const choice of choices) if (choice !== but) total += choice.seat.member.weight;
  let left = random() * total;
  let last: Choice | undefined;
  for (const choice of choices) {
    if (choice === but) continue;
    last = choice;
    left -= choice.seat.member.weight;
    if (left < 0) break;
  }
  return last;
}

function score({ seat, cell }: Choice, nowMs: number): number {
  const well = Math.max(wellNow(cell.state, nowMs), health.leastHealth);
  return (well * well * seat.member.weight) / (cell.state.ewmaMs * (cell.inFlight + 1));
}
