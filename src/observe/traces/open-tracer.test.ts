import { expect, test } from 'vitest';
import { openTracer } from './open-tracer.ts';

/** Spans that wait, and those of the batch that is being sent. */
const mostHeld = 2048 + 512;

test('what a silent collector leaves behind is bounded, and every span is counted once, also at a stop', async () => {
  const lost = new Map<string, number>();
  const opened = openTracer({
    post: (_body, _headers, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('given up')), { once: true });
      }),
    protocol: 'http/protobuf',
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
    onLost: (cause, spans) => lost.set(cause, (lost.get(cause) ?? 0) + spans),
  });
  const { tracer, counts } = opened;
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
  const requests = mostHeld + 440;
  for (let index = 0; index < requests; index++) tracer.begin(request).end(200);
  expect(counts).toEqual({ sent: 0, rejected: 0, failed: 0, dropped: 440 });
  await opened.stop();
  expect(counts).toEqual({ sent: 0, rejected: 0, failed: mostHeld, dropped: 440 });
  expect(Object.fromEntries(lost)).toEqual({ 'too many spans wait to be sent': 440, 'given up': mostHeld });
});
