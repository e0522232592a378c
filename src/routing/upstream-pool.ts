import type { Outcome, Upstream } from '../journey/upstream.ts';
import type { Clock } from '../kernel/clock.ts';

/** What is known of an upstream from its latest answers. */
export interface UpstreamState {
  readonly name: string;
  readonly health: 'healthy' | 'cooling' | 'out_of_service';
  /** Why it is not healthy; empty when it is. */
  readonly reason: string;
  /** When a cooling upstream is expected back. */
  readonly untilMs: number | undefined;
}

/** Told when an upstream's state changes, for the log and for whoever must act. */
export type OnUpstreamChange = (state: UpstreamState) => void;

/**
 * The upstreams and their health. A healthy one is chosen first, then one that cools down, then one out of
 * service: the last upstream left is always asked, because its own answer is truer than a guess about it.
 */
export class UpstreamPool {
  readonly #upstreams: readonly Upstream[];
  readonly #states = new Map<string, UpstreamState>();
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

  /** Learns from an outcome. */
  report(name: string, outcome: Outcome): void {
    const before = this.state(name);
    const after = this.#learn(name, outcome);
    this.#states.set(name, after);
    if (before.health !== after.health) this.#onChange(after);
  }

  state(name: string): UpstreamState {
    const state = this.#states.get(name) ?? healthy(name);
    const isBack = state.untilMs !== undefined && state.untilMs <= this.#clock.nowMs();
    return isBack ? healthy(name) : state;
  }

  states(): readonly UpstreamState[] {
    return this.#upstreams.map((upstream) => this.state(upstream.name));
  }

  #learn(name: string, outcome: Outcome): UpstreamState {
    if (outcome.kind !== 'failed' || outcome.health === 'healthy') return healthy(name);
    const untilMs = outcome.coolDownMs === undefined ? undefined : this.#clock.nowMs() + outcome.coolDownMs;
    return { name, health: outcome.health, reason: outcome.error.code, untilMs };
  }

  #rank(name: string): number {
    const { health } = this.state(name);
    return health === 'healthy' ? 0 : health === 'cooling' ? 1 : 2;
  }
}

function healthy(name: string): UpstreamState {
  return { name, health: 'healthy', reason: '', untilMs: undefined };
}
