import { asError } from '../../kernel/as-error.ts';
import type { OpenSocket } from './socket-opener.ts';
import { RequestWriter } from './request-writer.ts';
import { ResponseParser } from './response-parser.ts';
import {
  closedByPeer,
  ConnectionError,
  type ConnectionErrorCode,
  TransportError,
} from './transport-error.ts';
import type { ChunkReceiver, ExchangeListener, UpstreamRequest } from './upstream-agent.ts';

export interface ConnectionTimeouts {
  /** The longest wait for response headers, from the last byte of the request that was taken. */
  readonly headersTimeoutMs: number;
  /** The longest silence inside a body. */
  readonly bodyTimeoutMs: number;
  /** The longest that a connection is kept of which nobody makes use. */
  readonly keepAliveTimeoutMs: number;
}

/** What goes on on a connection. */
interface Exchange {
  readonly parser: ResponseParser;
  readonly writer: RequestWriter;
  /** The answer is whole, or enough of it. */
  readonly succeed: () => void;
  /** It broke, or is given up. */
  readonly fail: (reason: Error) => void;
}

/** A server says how long it keeps a connection; a request that sets out then would arrive at a closed one. */
const earlierMs = 2000;

/** A connection to an upstream: one exchange after the other, nothing sent ahead. */
export class HttpConnection {
  readonly #open: OpenSocket;
  readonly #timeouts: ConnectionTimeouts;
  readonly #onFree: (isUsable: boolean) => void;
  #exchange: Exchange | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #keepMs: number;

  /** `onFree` hears of each exchange that is over, and with false, once, that the connection is. */
  constructor(open: OpenSocket, timeouts: ConnectionTimeouts, onFree: (isUsable: boolean) => void) {
    this.#open = open;
    this.#timeouts = timeouts;
    this.#onFree = onFree;
    this.#keepMs = timeouts.keepAliveTimeoutMs;
    const { socket, readTo } = open;
    readTo((chunk) => this.#push(chunk));
    socket.on('drain', () => {
      if (this.#exchange === undefined) return;
      this.#timer?.refresh();
      this.#guarded(this.#exchange.writer.goOn);
    });
    socket.on('end', () => this.#end());
    socket.on('error', (error) => this.#break(new TransportError(error)));
    socket.on('close', () => this.#break(closed()));
  }

  /** One exchange, as `UpstreamAgent` says, with the `host` header of its origin. */
  exchange(
    request: UpstreamRequest,
    host: string,
    signal: AbortSignal,
    listener: ExchangeListener,
  ): Promise<void> {
    if (this.#isClosed) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      const leave = (): void => this.close(asError(signal.reason));
      const exchange: Exchange = {
        parser: this.#parser(listener, () => exchange),
        writer: new RequestWriter(this.#open.socket, () => {
          if (this.#exchange === exchange) this.#guarded(() => listener.onSent?.());
        }),
        succeed: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
        fail: (reason) => {
          signal.removeEventListener('abort', leave);
          reject(reason);
        },
      };
      this.#exchange = exchange;
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      this.#wait(request.headersTimeoutMs ?? this.#timeouts.headersTimeoutMs, 'HEADERS_TIMEOUT');
      this.#guarded(() => exchange.writer.begin(request, host));
    });
  }

  /** Nothing is on its way on it, until the next exchange. */
  rest(): void {
    this.#wait(this.#keepMs, 'SOCKET');
  }

  /** Closes it; an exchange on it fails with `reason`. */
  close(reason: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#open.socket.destroy();
    exchange?.fail(reason);
    this.#onFree(false);
  }

  #parser(listener: ExchangeListener, own: () => Exchange): ResponseParser {
    let receiver: ChunkReceiver | undefined;
    return new ResponseParser({
      onHead: (statusCode, headers) => {
        const exchange = own();
        this.#wait(this.#timeouts.bodyTimeoutMs, 'BODY_TIMEOUT');
        receiver = listener.onHead({
          statusCode,
          headers,
          pause: () => this.#pause(exchange),
          resume: () => this.#resume(exchange),
          end: (reason) => {
            if (this.#exchange !== exchange) return;
            if (reason === undefined) exchange.succeed();
            this.close(reason ?? closed());
          },
        });
      },
      onBody: (chunk) => {
        const exchange = own();
        this.#timer?.refresh();
        // The listener may have ended it in the midst of what came.
        if (this.#exchange === exchange && receiver?.push(chunk) === false) this.#pause(exchange);
      },
    });
  }

  #push(chunk: Buffer): void {
    const exchange = this.#exchange;
    // An answer to nothing.
    if (exchange === undefined) return this.close(closed());
    this.#guarded(() => exchange.parser.push(chunk));
    if (this.#exchange !== exchange) return;
    this.#open.buffers.expect(exchange.parser.expectedBytes);
    if (exchange.parser.isDone) this.#finish(exchange);
  }

  #finish({ parser, writer, succeed }: Exchange): void {
    this.#exchange = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    succeed();
    // A request that was answered before all of it was sent leaves a connection in the middle of it.
    if (!parser.isKept || !writer.isDone) return this.close(closed());
    this.#keepMs = Math.min(this.#timeouts.keepAliveTimeoutMs, parser.keptMs - earlierMs);
    if (this.#keepMs <= 0) return this.close(closed());
    if (this.#open.socket.isPaused()) this.#open.socket.resume();
    this.#onFree(true);
  }

  #pause({ parser }: Exchange): void {
    if (this.#exchange?.parser !== parser || parser.isDone) return;
    // It is not the other side that is silent.
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#open.socket.pause();
  }

  #resume(exchange: Exchange): void {
    if (this.#exchange !== exchange || !this.#open.socket.isPaused()) return;
    this.#wait(this.#timeouts.bodyTimeoutMs, 'BODY_TIMEOUT');
    this.#open.socket.resume();
  }

  /** The other side has said all that it will. */
  #end(): void {
    this.#open.buffers.flush();
    const exchange = this.#exchange;
    if (exchange === undefined) return this.close(closed());
    this.#guarded(() => exchange.parser.end());
    if (this.#exchange === exchange) this.#finish(exchange);
  }

  /** What came before counts: of an answer that breaks off, its picture may be whole. */
  #break(error: TransportError): void {
    if (this.#isClosed) return;
    this.#open.buffers.flush();
    this.close(error);
  }

  #wait(timeoutMs: number, code: ConnectionErrorCode): void {
    clearTimeout(this.#timer);
    const end = (): void =>
      this.close(new TransportError(new ConnectionError(code, 'Nothing came in time.')));
    this.#timer = setTimeout(end, timeoutMs);
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      this.close(thrown instanceof ConnectionError ? new TransportError(thrown) : asError(thrown));
    }
  }
}

const closed = (): TransportError => new TransportError(closedByPeer());
