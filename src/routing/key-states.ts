import type { CallFault } from '../journey/call.ts';
import type { OrderEvent } from '../journey/order-events.ts';
import type { KeyCheck } from '../journey/upstream.ts';

/** Whether an upstream takes the key it is asked with; `not_needed` where there is none to take. */
export const keyStates = ['unknown', 'accepted', 'refused', 'not_needed'] as const;
export type KeyState = (typeof keyStates)[number];

/** Faults that only a key the upstream knows can meet. */
const beyondTheKey: ReadonlySet<CallFault> = new Set(['quota', 'credit', 'capacity']);

/** What is known of the upstreams' keys, from a question at the start and from every call since. */
export class KeyStates {
  readonly #states = new Map<string, KeyState>();

  /** Without a key there is nothing to learn. */
  constructor(upstreams: readonly { readonly name: string; readonly hasKey: boolean }[]) {
    this.replace(upstreams, []);
  }

  /** After a reload: of these nothing is known, and those that are named in neither list are gone. */
  replace(
    added: readonly { readonly name: string; readonly hasKey: boolean }[],
    kept: readonly string[],
  ): void {
    for (const name of this.#states.keys()) if (!kept.includes(name)) this.#states.delete(name);
    for (const { name, hasKey } of added) this.#states.set(name, hasKey ? 'unknown' : 'not_needed');
  }

  of(upstream: string): KeyState {
    return this.#states.get(upstream) ?? 'unknown';
  }

  learn(upstream: string, { fault }: Pick<KeyCheck, 'fault'>): void {
    if (this.of(upstream) === 'not_needed') return;
    if (fault === null || beyondTheKey.has(fault)) this.#states.set(upstream, 'accepted');
    else if (fault === 'credential') this.#states.set(upstream, 'refused');
  }

  hear(event: OrderEvent): void {
    if (event.kind !== 'call-ended') return;
    const { upstream, verdict, fault } = event.call;
    if (verdict !== 'failed') this.learn(upstream, { fault: null });
    else if (fault !== undefined) this.learn(upstream, { fault });
  }
}
