import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { TransportError } from './transport-error.ts';
import type { ChunkReceiver, ExchangeListener, UpstreamAgent, UpstreamRequest } from './upstream-agent.ts';
import { asError } from '../../kernel/as-error.ts';

/** Exchanges on a dispatcher of undici's. */
export class UndiciAgent implements UpstreamAgent {
  readonly #agent: Dispatcher;

  constructor(agent: Dispatcher) {
    this.#agent = agent;
  }

  exchange(request: UpstreamRequest, signal: AbortSignal, listener: ExchangeListener): Promise<void> {
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
      this.#agent.dispatch(dispatchOptions(request), {
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

  connections(): undefined {
    return undefined;
  }

  async destroy(): Promise<void> {
    await this.#agent.destroy();
  }
}

function dispatchOptions({
  body,
  headersTimeoutMs,
  ...request
}: UpstreamRequest): Dispatcher.DispatchOptions {
  return {
    ...request,
    ...(headersTimeoutMs !== undefined && { headersTimeout: headersTimeoutMs }),
    ...(body !== undefined && { body: body instanceof Uint8Array ? body : Readable.from(body) }),
  };
}
