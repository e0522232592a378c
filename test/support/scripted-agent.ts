import { asError } from '../../src/kernel/as-error.ts';
import { TransportError } from '../../src/upstreams/client/transport-error.ts';
import type {
  ChunkReceiver,
  ExchangeListener,
  ResponseHead,
  UpstreamAgent,
  UpstreamRequest,
} from '../../src/upstreams/client/upstream-agent.ts';

interface Exchange {
  readonly listener: ExchangeListener;
  receiver: ChunkReceiver | undefined;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** What the other side of an exchange does, in its turn. */
export type Step = (exchange: Exchange) => void;

/** Nothing yet: what is noted behind it is how far an exchange is that has only begun. */
export const starts: Step = () => undefined;
export const isSent: Step = ({ listener }) => listener.onSent?.();
export const head =
  (statusCode: number, headers: Record<string, string> = {}): Step =>
  (exchange) => {
    const end = (reason?: Error): void =>
      reason === undefined ? exchange.resolve() : exchange.reject(reason);
    const given: ResponseHead = {
      statusCode,
      headers,
      pause: () => undefined,
      resume: () => undefined,
      end,
    };
    exchange.receiver = exchange.listener.onHead(given);
  };
export const bytes =
  (chunk: Buffer): Step =>
  ({ receiver }) =>
    receiver?.push(chunk);
export const chunk = (text: string): Step => bytes(Buffer.from(text));
export const ends: Step = ({ resolve }) => resolve();
export const breaks: Step = ({ reject }) =>
  reject(new TransportError(Object.assign(new Error('reset'), { code: 'ECONNRESET' })));

/** Connections on which this happens, at once and in this order, whatever is asked. `afterStep` is called behind each. */
export function scriptedAgent(
  steps: readonly Step[],
  afterStep: () => void = () => undefined,
): UpstreamAgent & { readonly asked: readonly UpstreamRequest[] } {
  const asked: UpstreamRequest[] = [];
  return {
    asked,
    exchange: (request, signal, listener) =>
      new Promise((resolve, reject) => {
        asked.push(request);
        signal.addEventListener('abort', () => reject(asError(signal.reason)));
        const exchange: Exchange = { listener, receiver: undefined, resolve, reject };
        for (const step of steps) {
          try {
            step(exchange);
          } catch (thrown) {
            reject(asError(thrown));
          }
          afterStep();
        }
      }),
    connections: () => undefined,
    destroy: async () => undefined,
  };
}
