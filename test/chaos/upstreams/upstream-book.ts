import type { CallNote } from './troubled-upstream.ts';
import type { Deed } from './troubles.ts';

/** An upstream's own count of what it was asked and what it did. */
export class UpstreamBook {
  readonly #deeds = new Map<Deed, number>();
  /** Whole pictures that went out. */
  #drawn = 0;

  add({ kind, deed }: CallNote): void {
    if (kind === 'drawn') this.#drawn++;
    else this.#deeds.set(deed, (this.#deeds.get(deed) ?? 0) + 1);
  }

  get drawn(): number {
    return this.#drawn;
  }

  get calls(): number {
    return [...this.#deeds.values()].reduce((sum, count) => sum + count, 0);
  }

  count(deed: Deed): number {
    return this.#deeds.get(deed) ?? 0;
  }
}
