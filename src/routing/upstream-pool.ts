import type { Call } from '../journey/call.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { Upstream } from '../journey/upstream.ts';
import type { Clock } from '../kernel/clock.ts';
import { PlantainError } from '../kernel/plantain-error.ts';

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

/** An upstream and what the operator says of it. */
export interface PoolMember {
  readonly upstream: Upstream;
  /** Higher ones are asked first. */
  readonly priority: number;
  /** Share of the calls among those of the same priority. */
  readonly weight: number;
  /** Ids of the catalogue's models that it serves; undefined: all. */
  readonly models: ReadonlySet<string> | undefined;
  /** Members of one group share one quota. */
  readonly quotaGroup: string;
  /** The most calls at once, and in a minute; undefined: no limit of ours. */
  readonly maxConcurrent: number | undefined;
  readonly requestsPerMinute: number | undefined;
}

/** A call that is to be made. */
export interface PlannedCall {
  readonly model: CatalogueModel;
  /** Whether an upstream that serves the model can do what is wished of it. */
  readonly canTake: (upstream: Upstream) => boolean;
  /** What was already asked for the same picture. */
  readonly tried: readonly Call[];
}

/** The right to make one call, and the duty to tell what came of it: once, whatever that is. */
export interface Turn {
  readonly upstream: Upstream;
  end(call: Call): void;
}

/** Told when an upstream's state changes, for the log and for whoever must act. */
export type OnUpstreamChange = (state: UpstreamState) => void;

/**
 * The upstreams and their health. A healthy one is chosen first, then one that cools down, then one out of
 * service: the last upstream left is always asked, because its own answer is truer than a guess about it.
 */
export class UpstreamPool {
  readonly #members: readonly PoolMember[];
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
    const serving = this.#members
      .filter(({ models }) => models?.has(model.id) !== false)
      .map(({ upstream }) => upstream);
    const fit = serving.filter(canTake);
    // Where none can do it, one is asked all the same: it says what is wrong with the wish, and nobody else knows.
    const able = (fit.length > 0 ? fit : serving).toSorted(
      (left, right) => this.#rank(left.name) - this.#rank(right.name),
    );
    const best = this.#rank(able[0]?.name ?? '');
    const equals = able.filter((upstream) => this.#rank(upstream.name) === best);
    const tries = tried.filter(({ verdict }) => verdict !== 'continued').length;
    const chosen = equals[tries % equals.length];
    if (chosen === undefined) {
      const message = `No upstream of this gateway draws with ${model.id}. The operator has to act.`;
      throw new PlantainError('upstream_misconfigured', message);
    }
    return { upstream: chosen, end: (call) => this.report(call) };
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
    return this.#members.map(({ upstream }) => this.state(upstream.name));
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
