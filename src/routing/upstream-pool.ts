import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { KeyCheck, Upstream } from '../journey/upstream.ts';
import type { Clock } from '../kernel/clock.ts';
import type { PlantainError } from '../kernel/plantain-error.ts';
import { type Choice, chooseCell, type NoChoice } from './choose-cell.ts';
import { health } from './health-constants.ts';
import { type HealthChange, HealthTeller } from './health-teller.ts';
import { type KeptHealth, keptOf, recallHealth } from './kept-health.ts';
import { noUpstreamError } from './no-upstream-error.ts';
import type { PlannedCall, Turn } from './planned-call.ts';
import type { PoolMember } from './pool-member.ts';
import { QuotaGroup } from './quota-group.ts';
import { wholeTries } from './retry-rules.ts';
import { typicalMs, UpstreamSeat } from './upstream-seat.ts';
import type { UpstreamState } from './upstream-state.ts';
import { type Schedule, WaitingLine } from './waiting-line.ts';

export interface PoolOptions {
  /** 0 to 1, as Math.random. */
  readonly random?: () => number;
  readonly schedule?: Schedule;
}

/**
 * The upstreams, what is known of their health on three levels (SPEC.md), and who is asked next. An order that finds none
 * waits its turn as long as its deadline allows.
 */
export class UpstreamPool {
  #seats: UpstreamSeat[] = [];
  readonly #groups = new Map<string, QuotaGroup>();
  readonly #line: WaitingLine<Turn>;
  readonly #clock: Clock;
  readonly #teller: HealthTeller;
  readonly #random: () => number;
  #inFlight = 0;
  #retriesInFlight = 0;

  constructor(
    members: readonly PoolMember[],
    clock: Clock,
    onChange: (change: HealthChange) => void,
    { random = Math.random, schedule = timerOf(clock) }: PoolOptions = {},
  ) {
    this.#clock = clock;
    this.#teller = new HealthTeller(clock, random, onChange);
    this.#random = random;
    this.#line = new WaitingLine(() => clock.nowMs(), schedule);
    this.replaceMembers(members);
  }

  /**
   * A turn at the best upstream that can take the call, now or after a wait. Rejects with a catalogue error when there is
   * none in time, and with the signal's reason.
   */
  async acquire(planned: PlannedCall, signal: AbortSignal): Promise<Turn> {
    signal.throwIfAborted();
    const nowMs = this.#clock.nowMs();
    const { model, deadlineAtMs, patienceMs = Infinity } = planned;
    // Those who wait for the budget of retries are not in the way of orders that were not asked yet.
    const kind = isRetry(planned) ? `${model.id} again` : model.id;
    const latestMs = Math.min(
      deadlineAtMs - typicalMs(model),
      nowMs + Math.min(patienceMs, health.maxWaitMs),
    );
    let found: Choice | NoChoice = this.#choose(planned);
    if ('cell' in found && !this.#line.hasKind(kind)) return this.#take(found, planned);
    const soonestMs = 'cell' in found ? nowMs : found.soonestMs;
    if (soonestMs > latestMs || this.#line.length >= health.maxWaiting) throw this.#noUpstream(model, found);
    return this.#line.wait(
      {
        kind,
        latestMs,
        attempt: () => {
          found = this.#choose(planned);
          if ('cell' in found) return { turn: this.#take(found, planned), againAtMs: 0 };
          return { againAtMs: found.soonestMs };
        },
        giveUp: () => this.#noUpstream(model, found),
      },
      signal,
    );
  }

  /** Why none of the upstreams that serve a model can do something: the first one's reason. Undefined: one can, or none serves it. */
  whyNone<Reason>(
    model: CatalogueModel,
    why: (upstream: Upstream) => Reason | undefined,
  ): Reason | undefined {
    let first: Reason | undefined;
    for (const { member } of this.#seats) {
      if (member.models?.has(model.id) === false) continue;
      const reason = why(member.upstream);
      if (reason === undefined) return undefined;
      first ??= reason;
    }
    return first;
  }

  /** Whether one more retry keeps to the process's budget for them. */
  get mayRetry(): boolean {
    return this.#retriesInFlight < Math.max(health.retryFloor, this.#inFlight * health.retryShare);
  }

  /** Orders that wait for a turn now. */
  get waiting(): number {
    return this.#line.length;
  }

  states(): readonly UpstreamState[] {
    const nowMs = this.#clock.nowMs();
    return this.#seats.map((seat) => seat.shown(nowMs));
  }

  /** Learns what a free question brought, of a key that was refused or credit that was used up. */
  hearKey(name: string, { fault, reason }: Pick<KeyCheck, 'fault' | 'reason'>): void {
    const event =
      fault === null || fault === 'quota'
        ? 'key_accepted'
        : fault === 'credential'
          ? 'key_refused'
          : 'key_unknown';
    this.#act(name, (seat) => this.#teller.tellUpstream(seat, event, reason || event, undefined));
  }

  /** Takes an upstream out of every choice until it is restored; calls under way go on. False: there is none. */
  drain(name: string): boolean {
    return this.#act(name, (seat) => this.#teller.tellUpstream(seat, 'drain', 'drained', undefined));
  }

  /** Ends a drain. */
  restore(name: string): boolean {
    return this.#act(name, (seat) => this.#teller.tellUpstream(seat, 'restore', '', undefined));
  }

  /** Forgets everything bad that is known of an upstream, and of the quota that it shares. */
  reset(name: string): boolean {
    return this.#act(name, (seat) => {
      this.#teller.tellUpstream(seat, 'reset', '', undefined);
      for (const cell of seat.cells.values()) {
        this.#teller.tellCell(seat, cell, 'reset', undefined, false);
        seat.group.apply(cell.model, 'reset', { nowMs: this.#clock.nowMs(), random: 0 });
      }
    });
  }

  /** Chooses among these from now on. What is known of those whose name and identity stayed is kept. */
  replaceMembers(members: readonly PoolMember[]): void {
    this.#seats = members.map((member) => {
      const group = this.#groupOf(member.quotaGroup);
      const stayed = this.#seats.find(
        ({ member: old }) => old.upstream.name === member.upstream.name && old.identity === member.identity,
      );
      if (stayed === undefined) return new UpstreamSeat(member, group);
      stayed.member = member;
      stayed.group = group;
      return stayed;
    });
    const used = new Set(members.map(({ quotaGroup }) => quotaGroup));
    for (const name of this.#groups.keys()) if (!used.has(name)) this.#groups.delete(name);
    this.#line.serve();
  }

  /** What a restart must not forget. */
  kept(): KeptHealth {
    return keptOf(this.#seats, this.#groups, this.#clock.nowMs());
  }

  /** Takes up what an earlier process knew of the upstreams that are still the same. */
  recall(kept: KeptHealth): void {
    recallHealth(this.#seats, this.#groups, kept);
    this.#line.serve();
  }

  #choose(planned: PlannedCall): Choice | NoChoice {
    const nowMs = this.#clock.nowMs();
    if (isRetry(planned) && !this.mayRetry)
      return { obstacles: new Set(['busy']), soonestMs: nowMs + health.easeMs };
    for (const seat of this.#seats) {
      const cell = seat.cells.get(planned.model.id);
      if (cell?.state.state === 'cooling' && cell.state.untilMs <= nowMs)
        this.#teller.tellCell(seat, cell, 'timer', undefined, false);
    }
    return chooseCell(this.#seats, planned, nowMs, this.#random);
  }

  #take({ seat, cell }: Choice, planned: PlannedCall): Turn {
    const nowMs = this.#clock.nowMs();
    const isUpstreamProbe = seat.state.state !== 'ok';
    const isCellProbe = cell.state.state === 'open' || cell.state.state === 'missing';
    const isAgain = isRetry(planned);
    const { group } = seat;
    this.#teller.tellCell(seat, cell, 'taken', undefined, isCellProbe);
    if (isCellProbe) cell.isProbed = true;
    if (isUpstreamProbe) seat.isProbed = true;
    group.take(cell.model, nowMs);
    seat.inFlight++;
    cell.inFlight++;
    this.#inFlight++;
    if (isAgain) this.#retriesInFlight++;
    let hasEnded = false;
    return {
      upstream: seat.member.upstream,
      end: (call) => {
        if (hasEnded) return;
        hasEnded = true;
        seat.inFlight--;
        cell.inFlight--;
        this.#inFlight--;
        if (isAgain) this.#retriesInFlight--;
        if (isCellProbe) cell.isProbed = false;
        if (isUpstreamProbe) seat.isProbed = false;
        if (seat.member.hasHealth) this.#teller.learn(seat, cell, call, isCellProbe);
        this.#line.serve();
      },
    };
  }

  #noUpstream(model: CatalogueModel, found: Choice | NoChoice): PlantainError {
    const nowMs = this.#clock.nowMs();
    const none = 'cell' in found ? { obstacles: new Set(['busy'] as const), soonestMs: nowMs } : found;
    return noUpstreamError(model, none, nowMs);
  }

  #act(name: string, act: (seat: UpstreamSeat) => void): boolean {
    const seat = this.#seats.find(({ member }) => member.upstream.name === name);
    if (seat === undefined) return false;
    act(seat);
    this.#line.serve();
    return true;
  }

  #groupOf(name: string): QuotaGroup {
    const group = this.#groups.get(name) ?? new QuotaGroup();
    this.#groups.set(name, group);
    return group;
  }
}

/** Whether an earlier call for the same picture may have been executed: those are what the budget of retries counts. */
function isRetry({ tried }: PlannedCall): boolean {
  return wholeTries(tried) > 0;
}

function timerOf(clock: Clock): Schedule {
  return (atMs, run) => {
    const timer = setTimeout(run, Math.min(Math.max(0, atMs - clock.nowMs()), 2 ** 31 - 1));
    return () => clearTimeout(timer);
  };
}
