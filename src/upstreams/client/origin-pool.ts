import { HttpConnection, type ConnectionTimeouts } from './http-connection.ts';
import { SocketOpener } from './socket-opener.ts';
import { TransportError } from './transport-error.ts';
import type { Connections } from './upstream-agent.ts';
import { asError } from '../../kernel/as-error.ts';

export interface PoolOptions extends ConnectionTimeouts {
  readonly maxConnections: number;
  readonly connectTimeoutMs: number;
}

interface Waiting {
  readonly take: (connection: HttpConnection) => void;
  readonly fail: (reason: Error) => void;
}

/** The connections to one origin: as many as there are exchanges at a time, up to a limit, beyond which they wait. */
export class OriginPool {
  /** The `host` header of its requests. */
  readonly host: string;
  readonly #options: PoolOptions;
  readonly #opener: SocketOpener;
  readonly #open = new Set<HttpConnection>();
  /** The one that was used last is used next: the others may grow old and close. */
  readonly #idle: HttpConnection[] = [];
  readonly #waiting = new Set<Waiting>();
  #opening = 0;
  #closedFor: Error | undefined;

  constructor(origin: string, options: PoolOptions) {
    this.host = new URL(origin).host;
    this.#options = options;
    this.#opener = new SocketOpener(origin, options.connectTimeoutMs);
  }

  connections(): Connections {
    return { busy: this.#open.size - this.#idle.length, idle: this.#idle.length };
  }

  /** A connection for one exchange. Rejects with `TransportError`, or the signal's reason. */
  acquire(signal: AbortSignal): Promise<HttpConnection> | HttpConnection {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    return new Promise((resolve, reject) => {
      const leave = (): void => waiting.fail(asError(signal.reason));
      const stopWaiting = (): void => {
        this.#waiting.delete(waiting);
        signal.removeEventListener('abort', leave);
      };
      const waiting: Waiting = {
        take: (connection) => {
          stopWaiting();
          resolve(connection);
        },
        fail: (reason) => {
          stopWaiting();
          reject(reason);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.add(waiting);
      this.#openMore();
    });
  }

  /** Closes all of them; what is under way on them, or waits for one, fails with `reason`. */
  destroy(reason: Error): void {
    this.#closedFor = reason;
    for (const waiting of this.#waiting) waiting.fail(reason);
    for (const connection of this.#open) connection.close(reason);
  }

  /** One attempt for everybody who waits, as far as the limit allows. */
  #openMore(): void {
    while (
      this.#opening < this.#waiting.size &&
      this.#open.size + this.#opening < this.#options.maxConnections
    ) {
      this.#opening++;
      void this.#openOne();
    }
  }

  async #openOne(): Promise<void> {
    const open = await this.#opener.open().catch(asError);
    this.#opening--;
    if (open instanceof Error) {
      // As many attempts as waiters: who has been served by another connection needs none.
      const [longest] = this.#waiting;
      if (this.#opening < this.#waiting.size) longest?.fail(new TransportError(open));
      return this.#openMore();
    }
    const connection = new HttpConnection(open, this.#options, (isUsable) =>
      isUsable ? this.#offer(connection) : this.#drop(connection),
    );
    this.#open.add(connection);
    if (this.#closedFor === undefined) this.#offer(connection);
    else connection.close(this.#closedFor);
  }

  #offer(connection: HttpConnection): void {
    const [longest] = this.#waiting;
    if (longest !== undefined) return longest.take(connection);
    this.#idle.push(connection);
    connection.rest();
  }

  #drop(connection: HttpConnection): void {
    this.#open.delete(connection);
    const place = this.#idle.indexOf(connection);
    if (place !== -1) this.#idle.splice(place, 1);
    this.#openMore();
  }
}
