import { expect, test } from 'vitest';
import { plainScope } from '../../test/support/plain-scope.ts';
import type { Permit } from './admission.ts';
import type { Dialect } from './dialect.ts';
import { Base64Image } from '../bytes/base64-image.ts';
import type { ImageOrder } from './image-order.ts';
import type { ImageRequest } from './image-request.ts';
import type { Drawing } from './drawing.ts';
import { makeImages } from './make-images.ts';
import { OrderEvents } from './order-events.ts';
import type { Stages } from './stages.ts';
import { noUsage } from './sum-usage.ts';

const order = {
  id: 'req_1',
  count: 1,
  stream: false,
  deadlineMs: 60_000,
  adaptations: [],
} as unknown as ImageOrder;
const image = {
  base64: new Base64Image([Buffer.from('AAAA')]),
  mimeType: 'image/png' as const,
  size: { widthPx: 1, heightPx: 1 },
};
const drawing: Drawing = { result: { image }, calls: [], adaptations: [] };

/** A journey whose stages all go well, except where a test says otherwise; and its settlements. */
function journey({ settle, ...stages }: Partial<Stages> & Partial<Permit>) {
  const settlements: Parameters<Permit['settle']>[0][] = [];
  const settled = { costMicroUsd: 1, pricedUsage: noUsage, oddities: [] };
  const permit: Permit = {
    settle: async (settlement) => {
      settlements.push(settlement);
      return settle === undefined ? settled : settle(settlement);
    },
    release: async (error) => void settlements.push({ drawings: [], imagesDelivered: 0, bytesOut: 0, error }),
  };
  const all = {
    events: new OrderEvents((fault) => expect(fault).toBeUndefined()),
    highestCost: () => 1,
    authenticate: async () => ({}),
    admit: async () => permit,
    prepare: async () => undefined,
    draw: async () => [drawing],
    finish: async () => image,
    keep: async () => ({ image }),
    ...stages,
  } as unknown as Stages;
  const dialect = { read: async () => order, writeResult: () => ({ status: 200 }) } as unknown as Dialect;
  const request = { isDryRun: false, origin: 'http://localhost' } as unknown as ImageRequest;
  return { settlements, run: () => makeImages(all, dialect, request, plainScope()) };
}

test('an order is settled once, also when its settlement fails: that is no failure of the order', async () => {
  const { settlements, run } = journey({ settle: () => Promise.reject(new Error('no price')) });
  await expect(run()).rejects.toThrow('no price');
  expect(settlements).toEqual([expect.objectContaining({ imagesDelivered: 1, bytesOut: 3 })]);
});

test.each(['prepare', 'draw', 'finish', 'keep'] as const)(
  'an order that fails at %s is settled once, as failed',
  async (stage) => {
    const { settlements, run } = journey({ [stage]: () => Promise.reject(new Error('broken')) });
    await expect(run()).rejects.toMatchObject({ code: 'internal_error' });
    expect(settlements).toHaveLength(1);
    expect(settlements[0]).toMatchObject({ imagesDelivered: 0, error: { code: 'internal_error' } });
  },
);

test('an order that is not admitted has nothing to settle', async () => {
  const { settlements, run } = journey({ admit: () => Promise.reject(new Error('full')) });
  await expect(run()).rejects.toMatchObject({ code: 'internal_error' });
  expect(settlements).toEqual([]);
});
