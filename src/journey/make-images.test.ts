import { expect, test, vi } from 'vitest';
import { plainCall } from '../../test/support/plain-call.ts';
import { plainScope } from '../../test/support/plain-scope.ts';
import type { Permit } from './admission.ts';
import type { Dialect } from './dialect.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { Base64Image } from '../bytes/base64-image.ts';
import type { ImageOrder } from './image-order.ts';
import type { ImageRequest } from './image-request.ts';
import type { Drawing } from './drawing.ts';
import { makeImages } from './make-images.ts';
import { OrderEvents } from './order-events.ts';
import type { ImageResult } from './receipt.ts';
import type { Stages } from './stages.ts';
import { noUsage } from './sum-usage.ts';

const order = {
  id: 'req_1',
  count: 1,
  stream: false,
  deadlineMs: 60_000,
  references: [],
  model: { pixels: {} },
  aspectRatio: 'auto',
  imageSize: '1K',
  masksTransparency: false,
  output: { delivery: 'b64_json' },
  adaptations: [],
} as unknown as ImageOrder;
const image = {
  base64: new Base64Image([Buffer.from('AAAA')]),
  mimeType: 'image/png' as const,
  size: { widthPx: 1, heightPx: 1 },
};
const drawing: Drawing = { result: { image }, calls: [plainCall()], adaptations: [] };

/** A journey whose stages all go well, except where a test says otherwise; and what was seen of it. */
function journey({ settle, ...stages }: Partial<Stages> & Partial<Permit>, read = async () => order) {
  const settlements: Parameters<Permit['settle']>[0][] = [];
  const settled = { costMicroUsd: 1, pricedUsage: noUsage, oddities: [], charges: [] };
  const permit: Permit = {
    headers: {},
    settle: async (settlement) => {
      settlements.push(settlement);
      return settle === undefined ? settled : settle(settlement);
    },
    release: async (error) => void settlements.push({ drawings: [], imagesDelivered: 0, bytesOut: 0, error }),
  };
  const told: string[] = [];
  const events = new OrderEvents((fault) => expect(fault).toBeUndefined());
  events.subscribe(({ kind }) => told.push(kind));
  const all = {
    events,
    highestCost: () => 7,
    authenticate: async () => ({}),
    claiming: () => undefined,
    admit: async () => permit,
    prepare: async () => undefined,
    draw: async () => [drawing],
    finish: async () => image,
    keep: async () => ({ image }),
    ...stages,
  } as unknown as Stages;
  const dialect = {
    read,
    writeResult: (result: ImageResult) => ({ status: 200, result }),
    writeDryRun: (_order: ImageOrder, highest: number) => ({ status: 200, highest }),
    writeStream: (_order: ImageOrder, fulfil: unknown) => ({ status: 200, fulfil }),
  } as unknown as Dialect;
  const scope = plainScope();
  const run = (isDryRun = false) => {
    const request = { isDryRun, origin: 'http://localhost' } as unknown as ImageRequest;
    return makeImages(all, dialect, request, scope);
  };
  return { settlements, told, scope, run };
}

const left = new PlantainError('client_closed', 'The client closed the connection.');

test('an order is settled once, also when its settlement fails: that is no failure of the order', async () => {
  const { settlements, told, run } = journey({ settle: () => Promise.reject(new Error('no price')) });
  await expect(run()).rejects.toThrow('no price');
  expect(told).toEqual(['accepted', 'admitted', 'finished', 'unsettled']);
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

test.each(['authenticate', 'admit'] as const)(
  'an order refused at %s has nothing to settle',
  async (stage) => {
    const refusal = new PlantainError('too_many_orders', 'full');
    const { settlements, told, run } = journey({ [stage]: () => Promise.reject(refusal) });
    await expect(run()).rejects.toBe(refusal);
    expect([settlements, told]).toEqual([[], ['accepted', 'refused']]);
  },
);

test('an order that goes well is told step by step, and its sending begins after its settlement', async () => {
  const { settlements, told, scope, run } = journey({});
  const startSending = vi.spyOn(scope, 'startSending').mockImplementation(() => void told.push('sending'));
  expect(await run()).toMatchObject({ result: { images: [{ image }], costMicroUsd: 1, upstream: 'gemini' } });
  expect(told).toEqual(['accepted', 'admitted', 'finished', 'settled', 'sending']);
  expect(settlements).toEqual([{ drawings: [drawing], imagesDelivered: 1, bytesOut: 3 }]);
  expect(startSending).toHaveBeenCalledTimes(1);
});

test('a dry run turns back before it is admitted, with the most it could cost', async () => {
  const admit = vi.fn();
  const { settlements, run } = journey({ admit });
  expect(await run(true)).toMatchObject({ highest: 7 });
  expect([admit.mock.calls.length, settlements]).toEqual([0, []]);
});

test('a dry run of a model that the key may not ask for is refused as the order would be', async () => {
  const asked = { ...order, requestedModel: 'm', model: { ...order.model, id: 'm' } };
  const caller = { keyId: 'key_1', keyName: 'k', projectId: 'p', strict: false, allowedModels: ['another'] };
  const { told, run } = journey({ authenticate: async () => caller }, async () => asked);
  await expect(run(true)).rejects.toMatchObject({ code: 'model_not_found', param: 'model' });
  expect(told).toEqual(['accepted', 'refused']);
});

test('a caller who left before admission costs nothing: no place is taken, no row opened', async () => {
  const admit = vi.fn();
  const own = journey({ admit }, async () => {
    own.scope.abort(left);
    return order;
  });
  await expect(own.run()).rejects.toBe(left);
  expect(admit).not.toHaveBeenCalled();
  expect([own.settlements, own.told]).toEqual([[], ['accepted', 'refused']]);
});

test('a caller who left before settling is not booked as succeeded, although every picture was made', async () => {
  const own = journey({
    keep: async () => {
      own.scope.abort(left);
      return { image };
    },
  });
  await expect(own.run()).rejects.toMatchObject({ code: 'client_closed' });
  expect(own.settlements).toEqual([{ drawings: [drawing], imagesDelivered: 0, bytesOut: 0, error: left }]);
  expect(own.told).toEqual(['accepted', 'admitted', 'settled']);
});

test('an order given up ends with the reason it was given up for, whatever that brought about', async () => {
  const own = journey({
    draw: () => {
      own.scope.abort(left);
      return Promise.reject(new Error('the socket is gone'));
    },
  });
  await expect(own.run()).rejects.toMatchObject({ code: 'client_closed' });
  expect(own.settlements).toMatchObject([{ error: { code: 'client_closed' } }]);
});

test('an order that is not ready at its deadline ends, and says after how long', async () => {
  const own = journey(
    { draw: () => new Promise((_resolve, reject) => own.scope.signal.addEventListener('abort', reject)) },
    async () => ({ ...order, deadlineMs: 0 }),
  );
  const error = { code: 'upstream_timeout', message: expect.stringContaining('0 seconds') as string };
  await expect(own.run()).rejects.toMatchObject(error);
  expect(own.settlements).toMatchObject([{ error }]);
});

test('a mask that cannot be used gives the place back before its caller hears of it', async () => {
  const refusal = new PlantainError('invalid_image_file', 'The mask is opaque.');
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let isOver = false;
  const permit = { headers: {}, settle: vi.fn(), release: () => released } as unknown as Permit;
  const { told, run } = journey({ admit: async () => permit, prepare: () => Promise.reject(refusal) });
  const over = run().finally(() => {
    isOver = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  release();
  await expect(over).rejects.toBe(refusal);
  expect(told).toEqual(['accepted', 'admitted', 'refused']);
});

test('nothing of an order runs after its end: it is settled when its last picture is over', async () => {
  const { promise: second, resolve: endSecond } = Promise.withResolvers<void>();
  let kept = 0;
  const two = { ...order, count: 2 };
  const { settlements, run } = journey(
    {
      draw: async () => [drawing, drawing],
      keep: async () => {
        if (kept++ === 0) throw new PlantainError('storage_full', 'no room');
        await second;
        return { image };
      },
    },
    async () => two,
  );
  const over = run();
  await new Promise((resolve) => setImmediate(resolve));
  expect([kept, settlements]).toEqual([2, []]);
  endSecond();
  await over;
  expect(settlements).toMatchObject([{ imagesDelivered: 1, bytesOut: 3 }]);
});

test('a streamed order is drawn when its stream begins, and its drafts go to the stream', async () => {
  const onDraft = vi.fn();
  const { settlements, run } = journey(
    {
      draw: async (_order, _guidance, _scope, draft) => {
        draft?.(image, 0);
        return [drawing];
      },
    },
    async () => ({ ...order, stream: true }),
  );
  const { fulfil } = (await run()) as unknown as {
    fulfil: (listener: object) => Promise<ImageResult>;
  };
  expect(settlements).toEqual([]);
  expect(await fulfil({ onDraft })).toMatchObject({ images: [{ image }] });
  expect(onDraft).toHaveBeenCalledExactlyOnceWith(image, 0);
  expect(settlements).toHaveLength(1);
});

test('an error after drawing names the upstream that answered last; one before it names none', async () => {
  const failing = () => Promise.reject(new PlantainError('conversion_failed', 'no'));
  await expect(journey({ finish: failing }).run()).rejects.toMatchObject({
    headers: { 'plantain-upstream': 'gemini' },
  });
  await expect(journey({ draw: failing }).run()).rejects.toMatchObject({ headers: {} });
});
