import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** Takes a response's body as it arrives. What it throws ends the exchange. */
export interface ChunkReceiver {
  /** False: pause until the head's `resume` is called. */
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

/** The exchange itself broke: no connection, a reset, silence, or bytes that are no HTTP. `cause` is undici's error. */
export class TransportError extends Error {
  /** The system's or undici's code, such as ECONNREFUSED; empty when there is none. */
  readonly code: string;

  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = 'TransportError';
    this.code = codeOf(cause);
  }
}

/**
 * One exchange on undici's dispatcher, its chunks handed on as the parser finds them: without the stream between,
 * which costs a tenth of a picture's way (docs/performance.md). Resolves after the last chunk; rejects with
 * `TransportError`, what the listener threw, or the signal's reason.
 */
export function postUpstream(
  agent: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  listener: ExchangeListener,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    let controller: Dispatcher.DispatchController | undefined;
    let receiver: ChunkReceiver | undefined;
    const stop = (reason: Error): void => {
      reject(reason);
      // A request that still waits for a connection has no controller to tell of its end.
      controller?.abort(reason);
    };
    const leave = (): void => stop(asError(signal.reason));
    const guarded = (work: () => void): void => {
      try {
        work();
      } catch (thrown) {
        stop(asError(thrown));
      }
    };
    const end = (reason?: Error): void => {
      if (reason === undefined) resolve();
      stop(reason ?? new Error('the rest is of no interest'));
    };
    signal.addEventListener('abort', leave, { once: true });
    agent.dispatch(request, {
      onRequestStart(given) {
        controller = given;
        if (signal.aborted) given.abort(asError(signal.reason));
      },
      onRequestSent: () => listener.onSent?.(),
      onResponseStart(given, statusCode, headers) {
        // 103 and its like come before the answer.
        if (statusCode < 200) return;
        guarded(() => {
          receiver = listener.onHead({
            statusCode,
            headers,
            pause: () => given.pause(),
            // Later, since a turn may come from within another answer's chunk, and undici's parser is one for all.
            resume: () => queueMicrotask(() => given.resume()),
            end,
          });
        });
      },
      onResponseData(given, chunk) {
        guarded(() => {
          if (receiver?.push(chunk) === false) given.pause();
        });
      },
      onResponseEnd() {
        signal.removeEventListener('abort', leave);
        resolve();
      },
      onResponseError(_given, error) {
        signal.removeEventListener('abort', leave);
        reject(new TransportError(error));
      },
    });
  });
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function codeOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined) return code;
  return error instanceof AggregateError && error.errors[0] instanceof Error ? codeOf(error.errors[0]) : '';
}
