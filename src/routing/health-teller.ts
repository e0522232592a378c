import type { Call } from '../journey/call.ts';
import type { Clock } from '../kernel/clock.ts';
import { type CellEvent, nextCell } from './cell-health.ts';
import { type CallEvent, eventOf } from './health-event.ts';
import { nextUpstream, type UpstreamEvent } from './upstream-health.ts';
import type { Cell, UpstreamSeat } from './upstream-seat.ts';

/** A state that was entered or left, for the log and for whoever must act. */
export interface HealthChange {
  readonly upstream: string;
  /** Absent: of the whole upstream. */
  readonly model?: string;
  readonly level: 'upstream' | 'quota' | 'cell';
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly untilMs?: number;
}

/** Takes what happened to the three levels of what is known, and tells which states were entered and left. */
export class HealthTeller {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #onChange: (change: HealthChange) => void;

  constructor(clock: Clock, random: () => number, onChange: (change: HealthChange) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#onChange = onChange;
  }

  /** A call has ended. `isProbe`: it was to tell whether its cell is back. */
  learn(seat: UpstreamSeat, cell: Cell, call: Call | undefined, isProbe: boolean): void {
    const nowMs = this.#clock.nowMs();
    const event = eventOf(call);
    const { group } = seat;
    const reason = reasonOf(event, call);
    this.tellUpstream(seat, event, reason, call?.startedAtMs);
    this.tellCell(seat, cell, event, call, isProbe);
    const before = group.of(cell.model).state.untilMs;
    group.apply(cell.model, event, { nowMs, random: this.#random(), untilMs: call?.untilMs });
    group.learn(cell.model, call?.quota, nowMs);
    const after = Math.max(group.of(cell.model).state.untilMs, group.spending.untilMs);
    if (event.startsWith('quota_') && event !== 'quota_unstated' && after > before) {
      const from = before > nowMs ? 'cooling' : 'free';
      this.#changed({ level: 'quota', seat, model: cell.model, from, to: 'cooling', reason, untilMs: after });
    }
  }

  tellUpstream(
    seat: UpstreamSeat,
    event: UpstreamEvent,
    reason: string,
    startedAtMs: number | undefined,
  ): void {
    const nowMs = this.#clock.nowMs();
    const { state: from } = seat.state;
    const facts = { nowMs, reason, ...(startedAtMs !== undefined && { startedAtMs }) };
    seat.state = nextUpstream(seat.state, event, facts);
    const { state: to, probeAtMs } = seat.state;
    if (from !== to) this.#changed({ level: 'upstream', seat, from, to, reason, untilMs: probeAtMs });
  }

  tellCell(seat: UpstreamSeat, cell: Cell, event: CellEvent, call: Call | undefined, isProbe: boolean): void {
    const { state: from } = cell.state;
    const isPicture = call?.verdict === 'picture';
    cell.state = nextCell(cell.state, event, {
      nowMs: this.#clock.nowMs(),
      random: this.#random(),
      reason: reasonOf(event, call),
      isProbe,
      hasFixedQuota: seat.member.hasFixedQuota,
      ...(isPicture && { tookMs: call.endedAtMs - call.startedAtMs }),
    });
    const { state: to, reason, untilMs } = cell.state;
    if (from !== to) this.#changed({ level: 'cell', seat, model: cell.model, from, to, reason, untilMs });
  }

  #changed({ seat, untilMs = 0, ...change }: Omit<HealthChange, 'upstream'> & { seat: UpstreamSeat }): void {
    const isTimed = untilMs > 0 && Number.isFinite(untilMs);
    this.#onChange({ upstream: seat.member.upstream.name, ...change, ...(isTimed && { untilMs }) });
  }
}

/** The error's code, for people; what a cell is missing for is the event's own name. */
function reasonOf(event: CellEvent | CallEvent, call: Call | undefined): string {
  if (event === 'no_allowance' || event === 'not_permitted' || event === 'no_model') return event;
  return call?.error?.code ?? '';
}
