import { OriginPool, type PoolOptions } from './origin-pool.ts';
import { TransportError } from './transport-error.ts';
import type { Connections, ExchangeListener, UpstreamAgent, UpstreamRequest } from './upstream-agent.ts';

/**
 * Calls upstreams directly, over HTTP/1.1 alone: a connection an order. With HTTP/2, all orders would share what one
 * connection may have on its way: an answer that pauses for want of memory would hold up the others
 * (docs/contracts/runtime.md#calls-out). Its own client, since the pictures' bytes are what this program is for
 * (docs/decisions/2026-11-27-own-http-client.md).
 */
export class HttpAgent implements UpstreamAgent {
  readonly #options: PoolOptions;
  readonly #pools = new Map<string, OriginPool>();
  #closedFor: Error | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  async exchange(request: UpstreamRequest, signal: AbortSignal, listener: ExchangeListener): Promise<void> {
    signal.throwIfAborted();
    if (this.#closedFor !== undefined) throw this.#closedFor;
    const pool = this.#poolOf(request.origin);
    const connection = await pool.acquire(signal);
    await connection.exchange(request, pool.host, signal, listener);
  }

  connections(): Connections {
    let busy = 0;
    let idle = 0;
    for (const pool of this.#pools.values()) {
      const counts = pool.connections();
      busy += counts.busy;
      idle += counts.idle;
    }
    return { busy, idle };
  }

  async destroy(): Promise<void> {
    this.#closedFor = new TransportError(
      Object.assign(new Error('The agent is closed.'), { code: 'DESTROYED' }),
    );
    for (const pool of this.#pools.values()) pool.destroy(this.#closedFor);
  }

  #poolOf(origin: string): OriginPool {
    const pool = this.#pools.get(origin) ?? new OriginPool(origin, this.#options);
    this.#pools.set(origin, pool);
    return pool;
  }
}
