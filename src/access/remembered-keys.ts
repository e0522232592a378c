import type { Clock } from '../kernel/clock.ts';
import type { ApiKeyStore, FoundKey } from './api-key-store.ts';

/** How long a key is taken for what it was. Orders are judged by the book besides, which knows of a revoked key at once. */
const rememberedMs = 1000;
const maxKeys = 10_000;

/** Looks a key up once a second, however many requests come with it. One that is unknown is looked up every time. */
export class RememberedKeys implements Pick<ApiKeyStore, 'findByHash'> {
  readonly #store: Pick<ApiKeyStore, 'findByHash'>;
  readonly #clock: Clock;
  readonly #found = new Map<string, FoundKey>();
  #sinceMs = 0;

  constructor(store: Pick<ApiKeyStore, 'findByHash'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async findByHash(hash: Buffer): Promise<FoundKey | undefined> {
    const nowMs = this.#clock.nowMs();
    if (Math.abs(nowMs - this.#sinceMs) >= rememberedMs || this.#found.size >= maxKeys) {
      this.#found.clear();
      this.#sinceMs = nowMs;
    }
    const name = hash.toString('latin1');
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const sinceMs = this.#sinceMs;
    const found = await this.#store.findByHash(hash);
    // An answer that was long in coming tells of a time that is over.
    if (found !== undefined && sinceMs === this.#sinceMs) this.#found.set(name, found);
    return found;
  }
}
