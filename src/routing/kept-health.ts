import { health } from './health-constants.ts';
import { freeQuota, type QuotaHealth } from './quota-health.ts';
import type { QuotaGroup } from './quota-group.ts';
import type { UpstreamHealth } from './upstream-health.ts';
import { type Cell, keptCell, type UpstreamSeat } from './upstream-seat.ts';
import { upstreamStates } from './upstream-state.ts';

/** What is known of health and must survive a restart: upstreams that are out, and pauses longer than a minute. */
export interface KeptHealth {
  readonly upstreams: readonly KeptUpstream[];
  readonly cells: readonly KeptCell[];
  readonly quotas: readonly KeptQuota[];
}

interface KeptUpstream {
  readonly name: string;
  readonly identity: string;
  readonly state: UpstreamHealth['state'];
  readonly reason: string;
  /** Absent: only an operator brings it back. */
  readonly probeAtMs?: number;
  readonly step: number;
}

/** A model that is not there. */
interface KeptCell {
  readonly name: string;
  readonly identity: string;
  readonly model: string;
  readonly reason: string;
  readonly untilMs: number;
  readonly absences: number;
}

interface KeptQuota {
  readonly group: string;
  /** Absent: of spending, whatever the model. */
  readonly model?: string;
  readonly reason: QuotaHealth['reason'];
  readonly untilMs: number;
}

/** Where it is kept. What cannot be read is nothing: it is learnt again. */
export interface HealthStore {
  load(): Promise<KeptHealth>;
  save(kept: KeptHealth): Promise<void>;
}

export const nothingKept: KeptHealth = { upstreams: [], cells: [], quotas: [] };

export function keptOf(
  seats: readonly UpstreamSeat[],
  groups: ReadonlyMap<string, QuotaGroup>,
  nowMs: number,
): KeptHealth {
  const fromMs = nowMs + health.keptAboveMs;
  const ownerOf = ({ member }: UpstreamSeat) => ({ name: member.upstream.name, identity: member.identity });
  const isMissing = ({ state }: Cell): boolean => state.state === 'missing' && state.untilMs > fromMs;
  const quotaOf = (group: string, { reason, untilMs }: QuotaHealth, model?: string): KeptQuota[] =>
    untilMs > fromMs ? [{ group, ...(model !== undefined && { model }), reason, untilMs }] : [];
  return {
    upstreams: seats.flatMap((seat) => {
      const { state, reason, probeAtMs, step } = seat.state;
      const probe = Number.isFinite(probeAtMs) && { probeAtMs };
      return state === 'ok' ? [] : [{ ...ownerOf(seat), state, reason, step, ...probe }];
    }),
    cells: seats.flatMap((seat) =>
      [...seat.cells.values()].filter(isMissing).map(({ model, state: { reason, untilMs, absences } }) => ({
        ...ownerOf(seat),
        model,
        reason,
        untilMs,
        absences,
      })),
    ),
    quotas: [...groups].flatMap(([group, { spending, models }]) => [
      ...quotaOf(group, spending),
      ...[...models].flatMap(([model, { state }]) => quotaOf(group, state, model)),
    ]),
  };
}

/** Gives the upstreams that are still the same what was kept of them. */
export function recallHealth(
  seats: readonly UpstreamSeat[],
  groups: ReadonlyMap<string, QuotaGroup>,
  { upstreams, cells, quotas }: KeptHealth,
): void {
  const seatOf = ({ name, identity }: { name: string; identity: string }) =>
    seats.find(({ member }) => member.upstream.name === name && member.identity === identity);
  for (const { state, reason, step, probeAtMs = Number.POSITIVE_INFINITY, ...owner } of upstreams) {
    const seat = seatOf(owner);
    if (seat === undefined || !upstreamStates.includes(state)) continue;
    seat.state = { state, reason, step, probeAtMs, toldAtMs: Number.NEGATIVE_INFINITY };
  }
  for (const { model, reason, untilMs, absences, ...owner } of cells)
    seatOf(owner)?.cells.set(model, keptCell(model, { reason, untilMs, absences }));
  for (const { group, model, reason, untilMs } of quotas) {
    const known = groups.get(group);
    const state: QuotaHealth = { ...freeQuota, state: 'cooling', reason, untilMs };
    if (known === undefined) continue;
    if (model === undefined) known.spending = state;
    else known.of(model).state = state;
  }
}
