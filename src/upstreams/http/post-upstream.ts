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
  /** Ends the exchange with an error. */
  readonly fail: (error: Error) => void;
}

/**
 * One exchange on undici's dispatcher, its chunks handed on as the parser finds them: without the stream between,
 * which costs a tenth of a picture's way (docs/performance.md). `onHead` chooses who takes the body. Resolves
 * after the last chunk; rejects with undici's error, what a receiver threw, or the signal's reason.
 */
export function postUpstream(
  agent: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  onHead: (head: ResponseHead) => ChunkReceiver,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    let controller: Dispatcher.DispatchController | undefined;
    let receiver: ChunkReceiver | undefined;
    const leave = (): void => {
      controller?.abort(asError(signal.reason));
      // A request that still waits for a connection has no controller to tell of its end.
      reject(asError(signal.reason));
    };
    const guarded = (given: Dispatcher.DispatchController, work: () => void): void => {
      try {
        work();
      } catch (thrown) {
        given.abort(asError(thrown));
        reject(asError(thrown));
      }
    };
    signal.addEventListener('abort', leave, { once: true });
    agent.dispatch(request, {
      onRequestStart(given) {
        controller = given;
        if (signal.aborted) given.abort(asError(signal.reason));
      },
      onResponseStart(given, statusCode, headers) {
        guarded(given, () => {
          receiver = onHead({
            statusCode,
            headers,
            pause: () => given.pause(),
            // Later, since a turn may come from within another answer's chunk, and undici's parser is one for all.
            resume: () => queueMicrotask(() => given.resume()),
            fail: (error) => {
              given.abort(error);
              reject(error);
            },
          });
        });
      },
      onResponseData(given, chunk) {
        guarded(given, () => {
          if (receiver?.push(chunk) === false) given.pause();
        });
      },
      onResponseEnd() {
        signal.removeEventListener('abort', leave);
        resolve();
      },
      onResponseError(_given, error) {
        signal.removeEventListener('abort', leave);
        reject(error);
      },
    });
  });
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
