import type { IncomingHttpHeaders } from 'node:http';

/** One request to an upstream. */
export interface UpstreamRequest {
  /** `https://host:port`. */
  readonly origin: string;
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** `content-length` among them where there is a body. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whole, or as the pieces it is made of, which are asked for as they go out. */
  readonly body?: Buffer | Iterable<Buffer>;
  /** The longest wait for response headers, where it is not what the agent has. */
  readonly headersTimeoutMs?: number;
}

/** Takes a response's body as it arrives. What it throws ends the exchange. */
export interface ChunkReceiver {
  /** False: pause until the head's `resume` is called. What has been read by then may still come. */
  push(chunk: Buffer): boolean;
}

export interface ResponseHead {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Ends the exchange: badly, with a reason, or well, when the rest of the body is of no interest. */
  readonly end: (reason?: Error) => void;
}

export interface ExchangeListener {
  /** The whole request has gone out. */
  readonly onSent?: () => void;
  /** Chooses who takes the body. */
  readonly onHead: (head: ResponseHead) => ChunkReceiver;
}

/** Connections that are open, by whether something is on its way on them. */
export interface Connections {
  readonly busy: number;
  readonly idle: number;
}

/** Connections to upstreams, kept open between exchanges. */
export interface UpstreamAgent {
  /**
   * One exchange, its chunks handed on as they come: without a stream between, which costs a tenth of a picture's way
   * (docs/performance.md). Resolves after the last chunk; rejects with `TransportError`, what the listener threw, or the
   * signal's reason.
   */
  exchange(request: UpstreamRequest, signal: AbortSignal, listener: ExchangeListener): Promise<void>;
  /** Undefined where they are not counted, as through a proxy. */
  connections(): Connections | undefined;
  /** Closes all of them; what is under way on them breaks. */
  destroy(): Promise<void>;
}
