import type { Clock } from '../kernel/clock.ts';
import type { ApiKeyStore, FoundKey } from './api-key-store.ts';

/** How long a key is taken for what it was, when another process changed it. Orders are judged by the book besides, which knows of a revoked key at once. */
const rememberedMs = 1000;
const maxKeys = 10_000;

/** Looks a key up once a second, however many requests come with it. One that is unknown is looked up every time. */
export class RememberedKeys implements Pick<ApiKeyStore, 'findByHash'> {
  readonly #store: Pick<ApiKeyStore, 'findByHash'>;
  readonly #clock: Clock;
  readonly #changes: () => number;
  #found = new Map<string, FoundKey>();
  #sinceMs = 0;
  #changesThen = 0;

  /** `changes` is another number once this process has changed a key. */
  constructor(store: Pick<ApiKeyStore, 'findByHash'>, clock: Clock, changes: () => number) {
    this.#store = store;
    this.#clock = clock;
    this.#changes = changes;
  }

  async findByHash(hash: Buffer): Promise<FoundKey | undefined> {
    const nowMs = this.#clock.nowMs();
    const changes = this.#changes();
    const isOver = Math.abs(nowMs - this.#sinceMs) >= rememberedMs || changes !== this.#changesThen;
    if (isOver || this.#found.size >= maxKeys) {
      this.#found = new Map();
      this.#sinceMs = nowMs;
      this.#changesThen = changes;
    }
    const name = hash.toString('latin1');
    // An answer that is long in coming goes to those it was remembered among, and tells of no later time.
    const remembered = this.#found;
    const known = remembered.get(name);
    if (known !== undefined) return known;
    const found = await this.#store.findByHash(hash);
    if (found !== undefined) remembered.set(name, found);
    return found;
  }
}
