import { beforeEach, expect, test } from 'vitest';
import { failedCall, pictureUsage, plainCall } from '../../../test/support/plain-call.ts';
import { readExposition, sumOf } from '../../../test/support/exposition.ts';
import type { Call } from '../../journey/call.ts';
import type { ImageOrder } from '../../journey/image-order.ts';
import type { AcceptedRequest, OrderEvent } from '../../journey/order-events.ts';
import { memoryIsTaken } from '../../journey/order-memory.ts';
import { noUsage } from '../../journey/sum-usage.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { Meter } from './meter.ts';
import { countOrders } from './order-metrics.ts';

let meter: Meter;
let hear: (event: OrderEvent) => void;
beforeEach(() => {
  meter = new Meter();
  hear = countOrders(meter, { knownParameters: new Set(['size']), perKey: new Set(['website']) });
});

const counted = async () => readExposition(await meter.text());

const order = {
  id: 'req_1',
  operation: 'generate',
  caller: { keyName: 'website' },
  model: { id: 'model' },
  imageSize: '1K',
  count: 1,
  output: { delivery: 'b64_json' },
  adaptations: [],
} as unknown as ImageOrder;
const request = { id: 'req_1' } as AcceptedRequest;

function settled(calls: readonly Call[], error?: PlantainError, wish: Partial<ImageOrder> = {}): OrderEvent {
  const image = { base64: [], mimeType: 'image/png' };
  return {
    kind: 'settled',
    request,
    settlement: {
      order: { ...order, ...wish },
      drawings: [{ result: error ? { error } : { image }, calls, adaptations: [] }] as never,
      imagesDelivered: error === undefined ? 1 : 0,
      bytesOut: 1,
      ...(error && { error }),
    },
    settled: {
      costMicroUsd: calls.length * 7,
      pricedUsage: noUsage,
      oddities: [],
      charges: calls.map((call) => ({ call, usage: pictureUsage, costMicroUsd: 7 })),
    },
    durationMs: 2000,
  };
}

const refused = (error: PlantainError): OrderEvent => ({
  kind: 'refused',
  request,
  caller: undefined,
  error,
});

test('a call counts by what followed it', async () => {
  const failed = (upstream: string): Call => failedCall('upstream_unavailable', { upstream });
  hear(settled([failed('a'), failed('a'), plainCall({ upstream: 'b' })]));
  hear(settled([failed('b')], new PlantainError('upstream_unavailable', 'No.')));
  hear(
    settled([plainCall({ upstream: 'b', verdict: 'refused' })], new PlantainError('moderation_blocked', '')),
  );
  const series = (await counted()).filter(({ name }) => name === 'plantain_upstream_attempts_total');
  expect(series.map(({ labels, value }) => [labels['upstream'], labels['verdict'], value])).toEqual([
    ['a', 'retried', 1],
    ['a', 'moved_on', 1],
    ['b', 'answered', 1],
    ['b', 'gave_up', 1],
    ['b', 'refused', 1],
  ]);
});

test('money is counted where each call was charged, and by the keys that were named', async () => {
  hear(settled([plainCall({ upstream: 'a' }), plainCall({ upstream: 'b' })]));
  hear(settled([plainCall()], undefined, { caller: { ...order.caller, keyName: 'another' } }));
  const series = await counted();
  expect(sumOf(series, 'plantain_cost_usd_total', { upstream: 'a' })).toBe(0.000007);
  expect(sumOf(series, 'plantain_cost_usd_total')).toBeCloseTo(0.000021, 9);
  expect(series.filter(({ name }) => name === 'plantain_key_cost_usd_total')).toEqual([
    { name: 'plantain_key_cost_usd_total', labels: { key: 'website' }, value: 0.000014 },
  ]);
  expect(sumOf(series, 'plantain_tokens_total', { direction: 'output', modality: 'image' })).toBe(3000);
  expect(sumOf(series, 'plantain_tokens_total', { direction: 'input', modality: 'image' })).toBe(0);
});

test('an admitted order that was refused for its mask is an order, and one that was not admitted is none', async () => {
  hear({ kind: 'admitted', order });
  hear(refused(new PlantainError('invalid_image_file', 'No.')));
  hear(refused(new PlantainError('invalid_image_file', 'No.')));
  const orders = (await counted()).filter(({ name }) => name === 'plantain_orders_total');
  expect(orders.map(({ labels, value }) => [labels['outcome'], labels['error'], value])).toEqual([
    ['failed', 'invalid_image_file', 1],
  ]);
});

test('an order that could not be settled is an order that failed by a fault of Plantain’s own, and has cost nothing', async () => {
  hear({ kind: 'admitted', order });
  const { settlement } = settled([plainCall()], new PlantainError('internal_error', 'No.')) as never;
  hear({ kind: 'unsettled', request, settlement, durationMs: 2000 });
  const series = await counted();
  expect(sumOf(series, 'plantain_orders_total', { outcome: 'failed', error: 'internal_error' })).toBe(1);
  expect(sumOf(series, 'plantain_upstream_attempts_total')).toBe(1);
  expect(sumOf(series, 'plantain_cost_usd_total')).toBe(0);
});

test('an order that was not admitted counts by the limit that it met, memory apart from places', async () => {
  for (const code of ['too_many_orders', 'budget_exceeded', 'budget_exceeded', 'invalid_value'] as const)
    hear(refused(new PlantainError(code, 'No.')));
  hear(refused(memoryIsTaken()));
  hear(refused(memoryIsTaken().withHeaders({ 'x-more': '1' })));
  const limits = (await counted()).filter(({ name }) => name === 'plantain_admissions_refused_total');
  expect(Object.fromEntries(limits.map(({ labels, value }) => [labels['limit'], value]))).toEqual({
    orders: 1,
    budget: 2,
    held_bytes: 2,
  });
});

test('what is not the upstream is the overhead: the pauses between its calls are not', async () => {
  const now = Date.now();
  hear({ kind: 'admitted', order });
  const first = failedCall('upstream_error', { startedAtMs: now - 9000, endedAtMs: now - 6000 });
  hear(settled([first, plainCall({ startedAtMs: now - 2000, endedAtMs: now })]));
  const series = await counted();
  expect(sumOf(series, 'plantain_overhead_seconds_count')).toBe(1);
  // More was waited for the upstream than the order is old: nothing is left, and never less than nothing.
  expect(sumOf(series, 'plantain_overhead_seconds_sum')).toBe(0);
  expect(sumOf(series, 'plantain_upstream_duration_seconds_sum')).toBe(5);
});

test('a field counts by its name where that is one of ours, and else as another', async () => {
  const adaptations = ['size', 'x-secret', 'y'].map((parameter) => ({
    parameter,
    action: 'ignored' as const,
  }));
  hear(settled([plainCall()], undefined, { adaptations }));
  const series = (await counted()).filter(({ name }) => name === 'plantain_adaptations_total');
  expect(series.map(({ labels, value }) => [labels['parameter'], value])).toEqual([
    ['size', 1],
    ['other', 2],
  ]);
});

test('a request that was sent twice counts by how it was answered', async () => {
  hear({ kind: 'replayed', request, caller: order.caller, orderId: 'req_0', status: 200, durationMs: 1 });
  hear(refused(new PlantainError('order_in_progress', 'No.')));
  hear(refused(new PlantainError('idempotency_key_reused', 'No.')));
  const series = (await counted()).filter(({ name }) => name === 'plantain_idempotent_total');
  expect(series.map(({ labels, value }) => [labels['how'], value])).toEqual([
    ['replayed', 1],
    ['conflict', 1],
    ['mismatch', 1],
  ]);
});
