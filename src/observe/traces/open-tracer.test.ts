import { expect, test } from 'vitest';
import type { ImageOrder } from '../../journey/image-order.ts';
import type { AcceptedRequest } from '../../journey/order-events.ts';
import { toPlantainError } from '../../kernel/plantain-error.ts';
import { openTracer } from './open-tracer.ts';

/** Spans that wait, and those of the batch that is being sent. */
const mostHeld = 2048 + 512;

type Options = Parameters<typeof openTracer>[0];
const opening = (options: Pick<Options, 'post'> & Partial<Options>) =>
  openTracer({
    protocol: 'http/json',
    compression: 'none',
    timeoutMs: 60_000,
    sampler: 'always_on',
    ratio: 1,
    resource: {},
    version: '1',
    trustCallers: false,
    propagate: false,
    clientAddress: false,
    factsOf: () => undefined,
    onLost: () => expect.fail('a span was lost'),
    ...options,
  });
const request = {
  id: 'req_1',
  method: 'POST',
  route: '/x',
  scheme: 'http',
  path: '/x',
  httpVersion: '1.1',
  userAgent: undefined,
  clientAddress: '127.0.0.1',
  traceparent: undefined,
  tracestate: undefined,
  isFromProxy: false,
};

test('what a silent collector leaves behind is bounded, and every span is counted once, also at a stop', async () => {
  const lost = new Map<string, number>();
  const opened = opening({
    post: (_body, _headers, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('given up')), { once: true });
      }),
    onLost: (cause, spans) => lost.set(cause, (lost.get(cause) ?? 0) + spans),
  });
  const { tracer, counts } = opened;
  const requests = mostHeld + 440;
  for (let index = 0; index < requests; index++) tracer.begin(request).end(200);
  expect(counts).toEqual({ sent: 0, rejected: 0, failed: 0, dropped: 440 });
  await opened.stop();
  expect(counts).toEqual({ sent: 0, rejected: 0, failed: mostHeld, dropped: 440 });
  expect(Object.fromEntries(lost)).toEqual({ 'too many spans wait to be sent': 440, 'given up': mostHeld });
});

test('the trace of an order that could not be settled ends with its answer, as one that failed', async () => {
  const sent: string[] = [];
  const opened = opening({
    post: async (body) => {
      sent.push(Buffer.from(body).toString());
      return { status: 200, retryAfter: undefined, body: Buffer.from('{}') };
    },
  });
  const order = { id: 'req_1', caller: {}, model: {} } as unknown as ImageOrder;
  const error = toPlantainError(new Error('no price'));
  const settlement = { order, drawings: [], imagesDelivered: 0, bytesOut: 0, error };
  const begun = opened.tracer.begin(request);
  begun.run(() => {
    opened.tracer.hear({ kind: 'admitted', order });
    opened.tracer.hear({ kind: 'unsettled', request: {} as AcceptedRequest, settlement, durationMs: 1 });
  });
  begun.end(200);
  await opened.stop();
  expect(sent.join()).toContain('{"key":"error.type","value":{"stringValue":"internal_error"}}');
});
