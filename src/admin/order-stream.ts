import type { OrderEvent, OrderEvents } from '../journey/order-events.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { writeError } from '../openai/shared/write-error.ts';
import type { JsonObject } from '../openai/openapi/openapi-schemas.ts';
import { defineRoute, type Route } from '../server/routes.ts';
import { adminRoot, noQuery } from './admin-routes.ts';
import { adminOperation } from './admin-operation.ts';

/** One thing that a listener is told. */
interface News {
  readonly number: number;
  readonly frame: Buffer;
}

const kept = 200;
/** What may wait for a slow listener: it has missed so much then that it has to look anew. */
const mostWaiting = 200;
const mostStreams = 20;
const keepAlive = { everyMs: 10_000, piece: Buffer.from(': still here\n\n') };

/** Tells those who listen of every order of this server that is opened or settled. Costs nothing until somebody listens. */
export class OrderStream {
  readonly #events: Pick<OrderEvents, 'subscribe'>;
  readonly #listeners = new Set<(news: News) => void>();
  readonly #late: News[] = [];
  #number = 0;
  #isSubscribed = false;

  constructor(events: Pick<OrderEvents, 'subscribe'>) {
    this.#events = events;
  }

  /** News as they come, those first that came after `lastNumber`. Ends with the signal. */
  listen(lastNumber: number | undefined, signal: AbortSignal): AsyncIterable<readonly Buffer[]> {
    if (this.#listeners.size >= mostStreams)
      throw new PlantainError('too_many_streams', 'Too many pages listen to the orders of this server.', {
        retryAfterSeconds: 30,
      });
    if (!this.#isSubscribed) this.#events.subscribe((event) => this.#hear(event));
    this.#isSubscribed = true;
    const missed = lastNumber === undefined ? [] : this.#late.filter(({ number }) => number > lastNumber);
    const waiting: Buffer[] = [Buffer.from('retry: 3000\n\n'), ...missed.map(({ frame }) => frame)];
    let wake = (): void => undefined;
    const listener = ({ frame }: News): void => {
      if (waiting.length < mostWaiting) waiting.push(frame);
      wake();
    };
    this.#listeners.add(listener);
    const onAbort = (): void => wake();
    signal.addEventListener('abort', onAbort);
    const end = (): void => {
      this.#listeners.delete(listener);
      signal.removeEventListener('abort', onAbort);
    };
    return framesOf(waiting, signal, (woken) => (wake = woken), end);
  }

  #hear(event: OrderEvent): void {
    if (event.kind !== 'admitted' && event.kind !== 'settled') return;
    const [kind, id] = event.kind === 'admitted' ? ['opened', event.order.id] : ['settled', event.request.id];
    const number = ++this.#number;
    const frame = Buffer.from(`id: ${number}\nevent: order\ndata: ${JSON.stringify({ kind, id })}\n\n`);
    this.#late.push({ number, frame });
    if (this.#late.length > kept) this.#late.shift();
    for (const tell of this.#listeners) tell({ number, frame });
  }
}

async function* framesOf(
  waiting: Buffer[],
  signal: AbortSignal,
  onWait: (wake: () => void) => void,
  end: () => void,
): AsyncGenerator<readonly Buffer[]> {
  try {
    while (!signal.aborted) {
      if (waiting.length > 0) yield waiting.splice(0);
      else await new Promise<void>((resolve) => onWait(resolve));
    }
  } finally {
    end();
  }
}

/** `GET /admin/v1/orders/stream`. It ends when the server stops. */
export function orderStreamRoutes(stream: OrderStream, stopping: AbortSignal): Route[] {
  const path = `${adminRoot}/orders/stream`;
  return [
    defineRoute({
      method: 'GET',
      path,
      auth: 'viewer',
      query: noQuery,
      isAct: true,
      writeError,
      described: { path, operations: { get: operation } },
      handle: async ({ raw }, scope): Promise<ImageAnswer> => {
        const last = Number(raw.headers['last-event-id'] ?? Number.NaN);
        const groups = stream.listen(
          Number.isSafeInteger(last) ? last : undefined,
          AbortSignal.any([scope.signal, stopping]),
        );
        return {
          status: 200,
          headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
          body: { kind: 'stream', groups, keepAlive },
        };
      },
    }),
  ];
}

const described = adminOperation({
  operationId: 'streamOrders',
  summary: 'Events of orders as they are opened and settled, for as long as one listens',
  tag: 'Orders',
  parameters: [
    {
      name: 'Last-Event-ID',
      in: 'header',
      description: 'The last event that was heard: of those that came since, the last 200 are told again.',
      schema: { type: 'string' },
    },
  ],
  answer: ['Server-sent events `order`, whose data are the object that is described.', 'OrderNews'],
  errors: ['too_many_streams'],
});
const operation = (): JsonObject => {
  const whole = described();
  const responses = whole['responses'] as JsonObject & Record<string, { content: JsonObject }>;
  const [ok] = Object.values(responses);
  return {
    ...whole,
    responses: {
      ...responses,
      200: { ...ok, content: { 'text/event-stream': ok?.content['application/json'] } },
    },
  };
};
