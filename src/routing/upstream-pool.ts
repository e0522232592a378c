import type { Call } from '../journey/call.ts';
import type { Clock } from '../kernel/clock.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { PlannedCall, Turn } from './planned-call.ts';
import type { PoolMember } from './pool-member.ts';
import type { UpstreamState } from './upstream-state.ts';

interface KnownState {
  readonly name: string;
  readonly health: 'healthy' | 'cooling' | 'out_of_service';
  readonly reason: string;
  readonly untilMs: number | undefined;
  /** When the call ended that told so; a call that began earlier knows nothing newer. */
  readonly toldAtMs: number;
}

/** Told when an upstream's state changes, for the log and for whoever must act. */
export type OnUpstreamChange = (state: UpstreamState) => void;

/**
 * The upstreams and their health. A healthy one is chosen first, then one that cools down, then one out of
 * service: the last upstream left is always asked, because its own answer is truer than a guess about it.
 */
export class UpstreamPool {
  #members: readonly PoolMember[];
  readonly #drained = new Set<string>();
  readonly #states = new Map<string, KnownState>();
  readonly #clock: Clock;
  readonly #onChange: OnUpstreamChange;

  constructor(members: readonly PoolMember[], clock: Clock, onChange: OnUpstreamChange) {
    this.#members = members;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /**
   * A turn at the best upstream that can take the call; later tries prefer another one. Rejects with a catalogue error
   * when there is none, and with the signal's reason.
   */
  async acquire({ model, canTake, tried }: PlannedCall, signal: AbortSignal): Promise<Turn> {
    signal.throwIfAborted();
    const able = this.#members
      .filter(
        ({ upstream, models }) =>
          models?.has(model.id) !== false && !this.#drained.has(upstream.name) && canTake(upstream),
      )
      .map(({ upstream }) => upstream)
      .toSorted((left, right) => this.#rank(left.name) - this.#rank(right.name));
    const best = this.#rank(able[0]?.name ?? '');
    const equals = able.filter((upstream) => this.#rank(upstream.name) === best);
    const tries = tried.filter(({ verdict }) => verdict !== 'continued').length;
    const chosen = equals[tries % equals.length];
    if (chosen === undefined) {
      const message = `No upstream of this gateway draws with ${model.id}. The operator has to act.`;
      throw new PlantainError('upstream_misconfigured', message);
    }
    return { upstream: chosen, end: (call) => call && this.report(call) };
  }

  /** Learns from a call. */
  report(call: Call): void {
    const before = this.#known(call.upstream);
    const after = learned(before, call);
    this.#states.set(call.upstream, after);
    if (before.health !== after.health) this.#onChange(this.#shown(after));
  }

  state(name: string): UpstreamState {
    return this.#shown(this.#known(name));
  }

  states(): readonly UpstreamState[] {
    return this.#members.map(({ upstream }) => this.state(upstream.name));
  }

  /** Takes an upstream out of every choice until it is restored; calls under way go on. False: there is none. */
  drain(name: string): boolean {
    return this.#act(name, () => this.#drained.add(name));
  }

  /** Ends a drain. */
  restore(name: string): boolean {
    return this.#act(name, () => this.#drained.delete(name));
  }

  /** Forgets everything bad that is known of an upstream. */
  reset(name: string): boolean {
    return this.#act(name, () => this.#states.delete(name));
  }

  /** Chooses among these from now on. What is known of those whose name and identity stayed is kept. */
  replaceMembers(members: readonly PoolMember[]): void {
    for (const { upstream, identity } of this.#members) {
      const stays = members.some(
        (next) => next.upstream.name === upstream.name && next.identity === identity,
      );
      if (!stays) this.#states.delete(upstream.name);
    }
    this.#members = members;
  }

  #act(name: string, act: () => void): boolean {
    const isKnown = this.#members.some(({ upstream }) => upstream.name === name);
    if (isKnown) act();
    return isKnown;
  }

  #shown({ name, health, reason, untilMs }: KnownState): UpstreamState {
    const isDrained = this.#drained.has(name);
    return {
      name,
      state: isDrained ? 'disabled' : health === 'out_of_service' ? 'bad_credential' : 'ok',
      reason: isDrained ? 'drained' : reason,
      ...(untilMs !== undefined && { untilMs }),
      inFlight: 0,
      cells:
        health === 'cooling'
          ? [
              {
                model: '*',
                state: 'cooling',
                reason,
                health: 1,
                ewmaMs: 0,
                inFlight: 0,
                ...(untilMs !== undefined && { untilMs }),
              },
            ]
          : [],
    };
  }

  #known(name: string): KnownState {
    const state = this.#states.get(name) ?? healthy(name);
    const isBack = state.untilMs !== undefined && state.untilMs <= this.#clock.nowMs();
    return isBack ? healthy(name) : state;
  }

  #rank(name: string): number {
    const { health } = this.#known(name);
    return health === 'healthy' ? 0 : health === 'cooling' ? 1 : 2;
  }
}

/**
 * What is known after a call. Only one that began after the bad news can tell that they are old; of two pauses the later
 * one holds; and a call that brought nothing by the caller's fault, ours or a passing failure tells nothing.
 */
function learned(before: KnownState, call: Call): KnownState {
  const { upstream: name, verdict, fault } = call;
  const toldAtMs = Math.max(before.toldAtMs, call.endedAtMs);
  const reason = call.error?.code ?? '';
  const isNewer = call.startedAtMs >= before.toldAtMs;
  if (verdict !== 'failed') return before.health === 'healthy' || !isNewer ? before : healthy(name);
  if (fault === 'credential' || fault === 'credit' || fault === 'place')
    return { name, health: 'out_of_service', reason, untilMs: undefined, toldAtMs };
  if (fault !== 'quota' || call.untilMs === undefined) return before;
  // An upstream that only limits has its credentials and its credit again, if it was asked since.
  if (before.health === 'out_of_service' && !isNewer) return before;
  const untilMs = Math.max(call.untilMs, before.untilMs ?? 0);
  return { name, health: 'cooling', reason, untilMs, toldAtMs };
}

function healthy(name: string): KnownState {
  return { name, health: 'healthy', reason: '', untilMs: undefined, toldAtMs: Number.NEGATIVE_INFINITY };
}
