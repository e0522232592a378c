import { expect, test } from 'vitest';
import { PlantainError } from '../kernel/plantain-error.ts';
import { Base64Image } from '../bytes/base64-image.ts';
import type { Collected } from './collect-images.ts';
import { deliverImages } from './deliver-images.ts';
import type { ImageOrder } from './image-order.ts';
import type { GeneratedImage, MeasuredImage } from './image-result.ts';

const order = { count: 3, output: { delivery: 'b64_json' } } as ImageOrder;
const pictures = [1, 2, 3].map(
  (widthPx): MeasuredImage => ({
    base64: new Base64Image([]),
    mimeType: 'image/png',
    size: { widthPx, heightPx: 1 },
  }),
);
const drawnPartly = {
  parameter: 'n',
  action: 'partial',
  from: '3',
  to: '2',
  reason: 'moderation_blocked',
} as const;
const size = { parameter: 'size', action: 'mapped' } as const;

function collected(
  images: readonly GeneratedImage[],
  adaptations: Collected['facts']['adaptations'] = [],
): Collected {
  return { images, facts: { usage: undefined, upstream: 'sandbox', adaptations } };
}

const widthOf = ({ size }: GeneratedImage): number => size?.widthPx ?? 0;
const failingAt =
  (...widths: readonly number[]) =>
  async (image: GeneratedImage) => {
    const width = widthOf(image);
    if (widths.includes(width)) throw new PlantainError('storage_full', `no room for ${width}`);
    return { image };
  };

test('all finished: all are delivered, and nothing is added to tell', async () => {
  expect(await deliverImages(order, collected(pictures, [size]), failingAt())).toEqual({
    images: pictures.map((image) => ({ image })),
    adaptations: [size],
  });
});

test('one of three that fails takes nothing from the others, and is told', async () => {
  const delivered = await deliverImages(order, collected(pictures, [size]), failingAt(2));
  expect(delivered.images.map(({ image }) => image)).toEqual([pictures[0], pictures[2]]);
  expect(delivered.adaptations).toEqual([
    size,
    { parameter: 'n', action: 'partial', from: '3', to: '2', reason: 'storage_full' },
  ]);
});

test('after pictures that were not drawn there is one count, and it is the true one', async () => {
  const delivered = await deliverImages(order, collected(pictures.slice(1), [drawnPartly]), failingAt(3));
  expect(delivered.adaptations).toEqual([{ ...drawnPartly, to: '1', reason: 'storage_full' }]);
});

test('none finished: the first failure is the order’s, after all are over', async () => {
  let over = 0;
  const work = deliverImages(order, collected(pictures), async (image) => {
    await new Promise((resolve) => setTimeout(resolve, widthOf(image) * 5));
    over++;
    throw new PlantainError('conversion_failed', `picture ${widthOf(image)}`);
  });
  await expect(work).rejects.toThrow('picture 1');
  expect(over).toBe(3);
});

test('of more pictures than were counted on, the count that is told is that of those drawn', async () => {
  const one = { count: 1, output: { delivery: 'b64_json' } } as ImageOrder;
  const mapped = { parameter: 'n', action: 'mapped', from: '0', to: '1' } as const;
  expect((await deliverImages(one, collected(pictures, [mapped]), failingAt(2))).adaptations).toEqual([
    mapped,
    { parameter: 'n', action: 'partial', from: '3', to: '2', reason: 'storage_full' },
  ]);
});

test('a picture that was delivered as drawn, because it could not be made PNG, is told', async () => {
  const expected = { count: 1, output: { delivery: 'b64_json', format: 'png' } } as ImageOrder;
  const [png] = pictures;
  if (png === undefined) throw new Error('a picture');
  const jpeg = { ...png, mimeType: 'image/jpeg' } as const;
  expect((await deliverImages(expected, collected([png]), failingAt())).adaptations).toEqual([]);
  expect((await deliverImages(expected, collected([png, jpeg]), failingAt())).adaptations).toEqual([
    { parameter: 'output_format', action: 'mapped', from: 'png', to: 'jpeg', reason: 'conversion_failed' },
  ]);
});
