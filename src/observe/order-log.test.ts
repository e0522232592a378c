import { describe, expect, test } from 'vitest';
import { failedCall, plainCall } from '../../test/support/plain-call.ts';
import type { Drawing } from '../journey/drawing.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import type { AcceptedRequest } from '../journey/order-events.ts';
import { noUsage } from '../journey/sum-usage.ts';
import { cleanText } from '../kernel/foreign-text.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { orderLog } from './order-log.ts';

const prompt = 'a zebra in the hall\nof mirrors, at night';
const order = {
  id: 'req_1',
  caller: { keyId: 'key_1', keyName: 'website' },
  operation: 'generate',
  model: { id: 'gemini-3-pro-image' },
  requestedModel: 'gemini-3-pro-image',
  prompt,
  count: 2,
  references: [],
  adaptations: [],
} as unknown as ImageOrder;

const request = { clientAddress: '10.0.0.7' } as AcceptedRequest;

function lineOf(cause: unknown, wish: Partial<ImageOrder> = {}): string {
  const error = new PlantainError('upstream_rejected', 'The upstream refused the request.', { cause });
  const settlement = {
    order: { ...order, ...wish },
    drawings: [],
    imagesDelivered: 0,
    bytesOut: 0,
    error,
  };
  return JSON.stringify(
    orderLog({
      request,
      settlement,
      settled: { costMicroUsd: 10_000, pricedUsage: noUsage, oddities: [], charges: [] },
      durationMs: 250,
    }),
  );
}

describe('an order’s line in the log', () => {
  test('tells what was asked and what became of it, without the prompt', () => {
    expect(JSON.parse(lineOf('INVALID_ARGUMENT no'))).toEqual({
      event: 'order',
      order: 'req_1',
      key: 'key_1',
      keyName: 'website',
      client: '10.0.0.7',
      operation: 'generate',
      model: 'gemini-3-pro-image',
      imagesDelivered: 0,
      imagesRequested: 2,
      promptCharacters: prompt.length,
      upstream: null,
      attempts: 0,
      bytesOut: 0,
      costMicroUsd: 10_000,
      durationMs: 250,
      error: 'upstream_rejected',
      docs_url: 'docs/errors.md#upstream_rejected',
      cause: 'INVALID_ARGUMENT no',
    });
  });

  test.each([
    ['whole', `INVALID_ARGUMENT cannot draw '${prompt}' today`],
    ['on one line', `INVALID_ARGUMENT cannot draw ${prompt.replaceAll('\n', ' ')}`],
    ['cut short', `INVALID_ARGUMENT cannot draw ${prompt.slice(0, 30)}`],
    ['as an error', new Error(`cannot draw ${prompt}`)],
  ])('holds nothing of a prompt that the upstream quotes %s', (_name, cause) => {
    const line = lineOf(cause);
    expect(line).not.toContain('zebra');
    expect(line).not.toContain('mirrors');
    expect(line).toContain('cannot draw ');
    expect(line).toContain('[prompt]');
  });

  test('knows a quoted prompt also where links and names in it were struck out', () => {
    const sent = 'bob@example.com wants a zebra in the hall of mirrors';
    const line = lineOf(`INVALID_ARGUMENT cannot draw ${cleanText(sent)}`, { prompt: sent });
    expect(line).toContain('cannot draw [prompt]');
  });

  test('holds the stack of a fault of our own, also beside pictures that were delivered', () => {
    const fault = new TypeError('x is undefined');
    const drawn = {
      result: { image: { size: { widthPx: 4, heightPx: 3 } } },
      calls: [plainCall()],
      adaptations: [],
    };
    const failed = {
      result: { error: new PlantainError('internal_error', 'ours', { cause: fault }) },
      calls: [failedCall('internal_error', { upstream: 'b' })],
      adaptations: [],
    };
    const settlement = {
      order,
      drawings: [drawn, failed] as unknown as Drawing[],
      imagesDelivered: 1,
      bytesOut: 9,
    };
    const line = orderLog({
      request,
      settlement,
      settled: { costMicroUsd: 10_000, pricedUsage: noUsage, oddities: [], charges: [] },
      durationMs: 350,
    });
    expect(line).toMatchObject({
      imagesDelivered: 1,
      imagesRequested: 2,
      size: '4x3',
      upstream: 'b',
      attempts: 2,
    });
    expect(line).toHaveProperty('fault', expect.stringContaining('TypeError: x is undefined\n'));
    expect(
      orderLog({
        request,
        settlement: { ...settlement, drawings: [drawn] as unknown as Drawing[] },
        settled: { costMicroUsd: 0, pricedUsage: noUsage, oddities: [], charges: [] },
        durationMs: 0,
      }),
    ).not.toHaveProperty('fault');
  });

  test('a prompt of a few letters hides nothing of the reason', () => {
    expect(lineOf('INVALID_ARGUMENT no', { prompt: 'n' })).toContain('INVALID_ARGUMENT no');
  });

  test('names of fields are the caller’s: some are told, and none in full length', () => {
    const adaptations = Array.from({ length: 500 }, (_, index) => ({
      parameter: `field${String(index)}${'x'.repeat(10_000)}`,
      action: 'ignored' as const,
    }));
    const { adapted } = JSON.parse(lineOf('no', { adaptations })) as { adapted: string[] };
    expect(adapted).toHaveLength(21);
    expect(adapted[0]).toMatch(/^field0x{50,58}…$/);
    expect(adapted[20]).toBe('and 480 more');
    const named = [{ parameter: 'style', action: 'ignored' as const }];
    expect(JSON.parse(lineOf('no', { adaptations: named }))).toMatchObject({ adapted: ['style'] });
    expect(lineOf('no', { requestedModel: 'm'.repeat(10_000) }).length).toBeLessThan(500);
  });

  test('is one bounded line', () => {
    const line = lineOf(`x\n${'y '.repeat(5000)}`);
    expect(line.length).toBeLessThan(1000);
    expect(line).not.toContain('\\n');
  });
});
