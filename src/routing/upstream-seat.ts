import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { type CellHealth, freshCell, wellNow } from './cell-health.ts';
import type { PoolMember } from './pool-member.ts';
import type { QuotaGroup } from './quota-group.ts';
import { type UpstreamHealth, wellUpstream } from './upstream-health.ts';
import type { CellState, UpstreamState } from './upstream-state.ts';

/** One model at one upstream, as it is used now. */
export interface Cell {
  readonly model: string;
  state: CellHealth;
  inFlight: number;
  /** Whether an order is out that tells whether it is back. */
  isProbed: boolean;
}

/** An upstream's place in the pool: what is known of it, and what it is doing. */
export class UpstreamSeat {
  member: PoolMember;
  group: QuotaGroup;
  state: UpstreamHealth = wellUpstream;
  inFlight = 0;
  /** Whether an order is out that tells whether the upstream is back. */
  isProbed = false;
  readonly cells = new Map<string, Cell>();

  constructor(member: PoolMember, group: QuotaGroup) {
    this.member = member;
    this.group = group;
  }

  cell(model: CatalogueModel): Cell {
    const known = this.cells.get(model.id);
    if (known !== undefined) return known;
    const fresh = { model: model.id, state: freshCell(typicalMs(model)), inFlight: 0, isProbed: false };
    this.cells.set(model.id, fresh);
    return fresh;
  }

  /** What is shown of it. */
  shown(nowMs: number): UpstreamState {
    const { state, reason, probeAtMs } = this.state;
    return {
      name: this.member.upstream.name,
      state,
      reason,
      ...(Number.isFinite(probeAtMs) && { untilMs: probeAtMs }),
      inFlight: this.inFlight,
      cells: [...this.cells.values()].map((cell) => this.#shownCell(cell, nowMs)),
    };
  }

  #shownCell({ model, state: cell, inFlight }: Cell, nowMs: number): CellState {
    const isOver = cell.state === 'cooling' && cell.untilMs <= nowMs;
    const quotaUntilMs = this.group.readyAtMs(model, undefined, nowMs);
    return {
      model,
      state: isOver ? 'ready' : cell.state,
      reason: isOver || cell.state === 'ready' ? this.group.reason(model, nowMs) : cell.reason,
      ...(!isOver && cell.untilMs > 0 && { untilMs: cell.untilMs }),
      health: wellNow(cell, nowMs),
      ewmaMs: Math.round(cell.ewmaMs),
      inFlight,
      ...(quotaUntilMs > nowMs && { quotaUntilMs }),
    };
  }
}

/** What a restart left of a model that was not there. What a picture takes is learnt again. */
export function keptCell(model: string, missing: Pick<CellHealth, 'reason' | 'untilMs' | 'absences'>): Cell {
  const state: CellHealth = { ...freshCell(unknownMs), ...missing, state: 'missing' };
  return { model, state, inFlight: 0, isProbed: false };
}

const unknownMs = 15_000;

/** Part of a model's shortest deadline that a picture is likely to take. */
const typicalShare = 1 / 8;

/** What a picture is likely to take where none was drawn yet. */
export function typicalMs({ deadlineMs }: CatalogueModel): number {
  return Math.min(...Object.values(deadlineMs)) * typicalShare;
}
