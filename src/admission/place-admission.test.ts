import { expect, test } from 'vitest';
import { admissionContract } from '../../test/contracts/admission.contract.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import { OrderScope } from '../journey/order-scope.ts';
import { noUsage } from '../journey/sum-usage.ts';
import { loadCatalogue } from '../routing/model-catalogue.ts';
import { Memory } from './memory.ts';
import { PlaceAdmission } from './place-admission.ts';

const { model } = loadCatalogue().resolve('');

function admissionOf(maxOrders: number) {
  const rows = new Map<string, { status: string; costMicroUsd: number }>();
  let isFailing = false;
  const admission = new PlaceAdmission({
    maxOrders,
    maxMemoryWaitMs: 50,
    book: {
      async open({ id }) {
        if (isFailing) throw new Error('the book cannot be written');
        rows.set(id, { status: 'open', costMicroUsd: 0 });
      },
      async settle({ order, error }) {
        rows.set(order.id, { status: error === undefined ? 'succeeded' : 'failed', costMicroUsd: 0 });
        return { costMicroUsd: 0, pricedUsage: noUsage, oddities: [] };
      },
    },
  });
  return {
    admission,
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
