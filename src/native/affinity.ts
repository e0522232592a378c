/** Conversations remembered: each takes some hundred bytes. */
const maxConversations = 10_000;

/** Which upstream made a thought signature: no other can read it (docs/contracts/gemini.md#thought-signatures). */
export class Affinity {
  /** By digest, the longest unused first. */
  readonly #upstreams = new Map<string, string>();

  remember(signature: string | undefined, upstream: string): void {
    if (signature === undefined) return;
    this.#upstreams.delete(signature);
    this.#upstreams.set(signature, upstream);
    const [oldest] = this.#upstreams.keys();
    if (this.#upstreams.size > maxConversations && oldest !== undefined) this.#upstreams.delete(oldest);
  }

  upstreamOf(signature: string | undefined): string | undefined {
    if (signature === undefined) return undefined;
    const upstream = this.#upstreams.get(signature);
    if (upstream !== undefined) this.remember(signature, upstream);
    return upstream;
  }
}
