import type { Call } from '../journey/call.ts';
import type { Upstream } from '../journey/upstream.ts';
import type { Clock } from '../kernel/clock.ts';

/** Whether an upstream can be asked: now, after a pause, or only after an operator has acted. */
export type UpstreamHealth = 'healthy' | 'cooling' | 'out_of_service';

/** What is known of an upstream from its latest calls. */
export interface UpstreamState {
  readonly name: string;
  readonly health: UpstreamHealth;
  /** Why it is not healthy; empty when it is. */
  readonly reason: string;
  /** When a cooling upstream is expected back. */
  readonly untilMs: number | undefined;
}

interface KnownState extends UpstreamState {
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
  readonly #upstreams: readonly Upstream[];
  readonly #states = new Map<string, KnownState>();
  readonly #clock: Clock;
  readonly #onChange: OnUpstreamChange;

  constructor(upstreams: readonly [Upstream, ...Upstream[]], clock: Clock, onChange: OnUpstreamChange) {
    this.#upstreams = upstreams;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** The upstream for the `attempt`-th try (1 is the first); later tries prefer another one. */
  choose(attempt: number): Upstream {
    const ranked = this.#upstreams.toSorted((left, right) => this.#rank(left.name) - this.#rank(right.name));
    const best = this.#rank(ranked[0]?.name ?? '');
    const equals = ranked.filter((upstream) => this.#rank(upstream.name) === best);
    const chosen = equals[(attempt - 1) % equals.length] ?? this.#upstreams[0];
    if (chosen === undefined) throw new Error('a pool has at least one upstream');
    return chosen;
  }

  /** Learns from a call. */
  report(call: Call): void {
    const before = this.#known(call.upstream);
    const after = learned(before, call);
    this.#states.set(call.upstream, after);
    if (before.health !== after.health) this.#onChange(shown(after));
  }

  state(name: string): UpstreamState {
    return shown(this.#known(name));
  }

  states(): readonly UpstreamState[] {
    return this.#upstreams.map((upstream) => this.state(upstream.name));
  }

  #known(name: string): KnownState {
    const state = this.#states.get(name) ?? healthy(name);
    const isBack = state.untilMs !== undefined && state.untilMs <= this.#clock.nowMs();
    return isBack ? healthy(name) : state;
  }

  #rank(name: string): number {
    const { health } = this.state(name);
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

function shown({ name, health, reason, untilMs }: KnownState): UpstreamState {
  return { name, health, reason, untilMs };
}
