import type { Upstream } from '../journey/upstream.ts';
import type { Clock } from '../kernel/clock.ts';
import type { UpstreamPool } from './upstream-pool.ts';

/** How often it is looked whether a question is due, and how long an answer is waited for. */
const lookMs = 5000;
const maxWaitMs = 10_000;

/**
 * Asks upstreams whose key was refused, or whose place was wrong, whether they are well again: a question that costs
 * nothing, at the times that the pool has for each. One question an upstream at a time.
 */
export class KeyProbes {
  readonly #pool: UpstreamPool;
  readonly #clock: Clock;
  readonly #upstreams: () => readonly Upstream[];
  readonly #asking = new Set<string>();
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /** `upstreams`: those of now, which a reload may change. */
  constructor(pool: UpstreamPool, clock: Clock, upstreams: () => readonly Upstream[]) {
    this.#pool = pool;
    this.#clock = clock;
    this.#upstreams = upstreams;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.look(), lookMs).unref();
  }

  /** Asks no more, and waits for no answer. */
  stop(): void {
    clearInterval(this.#timer);
    this.#stopping.abort();
  }

  /** Asks those that are due. Resolves when all have answered; never rejects. */
  async look(): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const due = this.#pool
      .states()
      .filter(
        ({ state, untilMs }) =>
          (state === 'bad_credential' || state === 'needs_operator') && (untilMs ?? nowMs) <= nowMs,
      );
    await Promise.all(due.map(({ name }) => this.#ask(name)));
  }

  async #ask(name: string): Promise<void> {
    const upstream = this.#upstreams().find((one) => one.name === name);
    if (upstream?.checkKey === undefined || this.#asking.has(name) || this.#stopping.signal.aborted) return;
    this.#asking.add(name);
    try {
      const check = await upstream.checkKey(
        AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(maxWaitMs)]),
      );
      if (!this.#stopping.signal.aborted) this.#pool.hearKey(name, check);
    } finally {
      this.#asking.delete(name);
    }
  }
}
