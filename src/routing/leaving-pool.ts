import type { Upstream } from '../journey/upstream.ts';
import type { PlannedCall, Turn } from './planned-call.ts';
import type { PoolMember } from './pool-member.ts';
import { UpstreamPool } from './upstream-pool.ts';

/**
 * A pool that knows the calls under way at each upstream, so that one which a reload took away is closed when its last
 * call has ended, and not before. An answer that asks to be continued is continued where it began.
 */
export class LeavingPool extends UpstreamPool {
  readonly #turns = new Map<Upstream, number>();
  readonly #leaving = new Map<Upstream, () => void>();

  override async acquire(planned: PlannedCall, signal: AbortSignal): Promise<Turn> {
    const isContinued = planned.tried.at(-1)?.verdict === 'continued';
    const left = isContinued ? this.#leaving.keys().find((upstream) => planned.canTake(upstream)) : undefined;
    const turn =
      left === undefined ? await super.acquire(planned, signal) : { upstream: left, end: () => undefined };
    return this.#counted(turn);
  }

  /** What an operator drained stays so under its name, whatever else of it has changed, until it is restored. */
  override replaceMembers(members: readonly PoolMember[]): void {
    const drained = this.states().filter(({ state }) => state === 'disabled');
    super.replaceMembers(members);
    for (const { name } of drained) this.drain(name);
  }

  /** Resolves when nothing is under way at an upstream that is no member any more, and so nothing ever will be. */
  async leave(upstream: Upstream): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#leaving.set(upstream, resolve);
      this.#letGo(upstream);
    });
  }

  #counted(turn: Turn): Turn {
    const { upstream } = turn;
    let hasEnded = false;
    this.#turns.set(upstream, (this.#turns.get(upstream) ?? 0) + 1);
    return {
      upstream,
      end: (call) => {
        turn.end(call);
        if (hasEnded) return;
        hasEnded = true;
        const turns = (this.#turns.get(upstream) ?? 1) - 1;
        if (turns > 0) this.#turns.set(upstream, turns);
        else this.#turns.delete(upstream);
        this.#letGo(upstream);
      },
    };
  }

  #letGo(upstream: Upstream): void {
    if (!this.#leaving.has(upstream)) return;
    // A turn that was just granted is counted, and a continuation asked for, before the event loop goes on.
    setImmediate(() => {
      if (this.#turns.has(upstream)) return;
      this.#leaving.get(upstream)?.();
      this.#leaving.delete(upstream);
    });
  }
}
