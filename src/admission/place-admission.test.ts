import { expect, test } from 'vitest';
import { admissionContract } from '../../test/contracts/admission.contract.ts';
import { plainScope } from '../../test/support/plain-scope.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import { OrderScope } from '../journey/order-scope.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { Settled } from '../journey/receipt.ts';
import { noUsage } from '../journey/sum-usage.ts';
import { loadCatalogue } from '../routing/model-catalogue.ts';
import { Memory } from './memory.ts';
import { PlaceAdmission } from './place-admission.ts';

const { model } = loadCatalogue().resolve('');

function admissionOf(maxOrders: number) {
  const rows = new Map<string, { status: string; costMicroUsd: number }>();
  let isFailing = false;
  const admission = new PlaceAdmission({
    maxOrders: () => maxOrders,
    maxMemoryWaitMs: 50,
    book: {
      async open({ id }) {
        if (isFailing) throw new Error('the book cannot be written');
        rows.set(id, { status: 'open', costMicroUsd: 0 });
        return {};
      },
      async settle({ order, error }) {
        rows.set(order.id, { status: error === undefined ? 'succeeded' : 'failed', costMicroUsd: 0 });
        return { costMicroUsd: 0, pricedUsage: noUsage, oddities: [], charges: [] };
      },
    },
  });
  return {
    admission: {
      admit: (order: ImageOrder, scope: OrderScope) => admission.admit(order, scope, 7),
      close: () => admission.close(),
    },
    inFlight: () => admission.inFlight,
    row: async (id: string) => rows.get(id),
    failToOpen: (fails: boolean) => {
      isFailing = fails;
    },
    order: (id: string) => ({ id, model, imageSize: '1K', aspectRatio: '1:1' }) as ImageOrder,
  };
}

admissionContract(async (maxOrders) => admissionOf(maxOrders));

test('an order waits for memory behind those who waited before, and is refused after a while', async () => {
  const memory = new Memory({ maxBytes: 1000, stalledMs: 10_000 });
  const own = admissionOf(5);
  await memory.open().reserve(1000, new AbortController().signal);
  const waiting = own.admission.admit(own.order('req_1'), new OrderScope(() => memory.open()));
  await expect(waiting).rejects.toMatchObject({ code: 'too_many_orders' });
  expect(own.inFlight()).toBe(0);
  expect(await own.row('req_1')).toBeUndefined();
});

test('an order is released as one that delivered nothing, and only once its row says so', async () => {
  const settling = Promise.withResolvers<Settled>();
  const settlements: unknown[] = [];
  const settle = (settlement: unknown) => {
    settlements.push(settlement);
    return settling.promise;
  };
  const book = { open: async () => ({}), settle };
  const admission = new PlaceAdmission({ maxOrders: () => 1, maxMemoryWaitMs: 50, book });
  const order = admissionOf(1).order('req_1');
  const permit = await admission.admit(order, plainScope(), 7);
  const error = new PlantainError('invalid_image_file', 'The mask is opaque everywhere.');
  let isReleased = false;
  const released = permit.release(error).then(() => {
    isReleased = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect([isReleased, admission.inFlight]).toEqual([false, 1]);
  settling.resolve({ costMicroUsd: 0, pricedUsage: noUsage, oddities: [], charges: [] });
  await released;
  expect(admission.inFlight).toBe(0);
  expect(settlements).toEqual([{ order, drawings: [], imagesDelivered: 0, bytesOut: 0, error }]);
});

test('what takes a place without an order counts among the orders, and is refused as they are', async () => {
  const book = { open: async () => ({}), settle: () => expect.fail('nothing is settled') };
  const admission = new PlaceAdmission({ maxOrders: () => 1, maxMemoryWaitMs: 50, book });
  const order = admissionOf(1).order('req_1');
  const giveBack = admission.takePlace('key_1');
  expect(admission.inFlight).toBe(1);
  await expect(admission.admit(order, plainScope(), 7)).rejects.toMatchObject({ code: 'too_many_orders' });
  giveBack();
  expect(admission.inFlight).toBe(0);
  await admission.admit(order, plainScope(), 7);
  expect(() => admission.takePlace('key_1')).toThrow(expect.objectContaining({ code: 'too_many_orders' }));
  admission.close();
  expect(() => admission.takePlace('key_1')).toThrow(expect.objectContaining({ code: 'server_stopping' }));
});

test('of what costs nothing one key has at most a quarter of the places at once, however much it asks for', async () => {
  const book = { open: async () => ({}), settle: () => expect.fail('nothing is settled') };
  let maxOrders = 9;
  const admission = new PlaceAdmission({ maxOrders: () => maxOrders, maxMemoryWaitMs: 50, book });
  const [giveBack] = [admission.takePlace('key_1'), admission.takePlace('key_1')];
  const oneMore = () => admission.takePlace('key_1');
  expect(oneMore).toThrow(expect.objectContaining({ code: 'too_many_orders', retryAfterSeconds: 5 }));
  expect(admission.inFlight).toBe(2);
  admission.takePlace('key_2');
  // Its orders are held to its own limits, in the book.
  const order = admissionOf(1).order('req_1');
  await admission.admit(order, plainScope(), 7);
  giveBack();
  expect(oneMore).not.toThrow();
  maxOrders = 20;
  expect([oneMore, oneMore, oneMore].map((take) => take())).toHaveLength(3);
  expect(oneMore).toThrow(expect.objectContaining({ code: 'too_many_orders' }));
  expect(admission.inFlight).toBe(7);
});
