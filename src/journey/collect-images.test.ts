import { describe, expect, test } from 'vitest';
import { failedCall, pictureUsage, plainCall } from '../../test/support/plain-call.ts';
import { Base64Image } from '../bytes/base64-image.ts';
import type { ErrorCode } from '../kernel/error-catalogue.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { collectImages } from './collect-images.ts';
import type { Drawing } from './drawing.ts';
import type { Adaptation, ImageOrder } from './image-order.ts';
import { sumUsage } from './sum-usage.ts';

const order = {
  count: 3,
  model: { pixels: {} },
  aspectRatio: 'auto',
  imageSize: '1K',
  masksTransparency: false,
  output: {},
  adaptations: [{ parameter: 'size', action: 'mapped' }],
} as unknown as ImageOrder;
const image = (name: string) => ({
  base64: new Base64Image([Buffer.from(name)]),
  mimeType: 'image/png' as const,
  size: { widthPx: 1, heightPx: 1 },
});
const drawn = (fields: Partial<Drawing> = {}): Drawing => ({
  result: { image: image('AAAA') },
  calls: [plainCall()],
  adaptations: [],
  ...fields,
});
const failed = (code: ErrorCode): Drawing =>
  drawn({ result: { error: new PlantainError(code, code) }, calls: [failedCall(code)] });

function thrownBy(drawings: readonly Drawing[]): unknown {
  try {
    collectImages(order, drawings);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('an order’s pictures', () => {
  test('come in the order of their drawings', () => {
    const [first, second] = [image('AAAA'), image('BBBB')];
    const { images, facts } = collectImages(order, [
      drawn({ result: { image: first } }),
      drawn({
        result: { image: second },
        calls: [plainCall({ upstream: 'b' }), plainCall({ upstream: 'c' })],
      }),
    ]);
    expect(images).toEqual([first, second]);
    expect(facts.upstream).toBe('c');
    expect(facts.adaptations).toEqual(order.adaptations);
  });

  test('that a model drew beyond the one are told, and delivered in order to who asked for all', () => {
    const last = image('LAST');
    const several = (images: readonly ReturnType<typeof image>[]) =>
      drawn({ result: { image: last, earlier: { count: 2, images } } });
    const told = collectImages(order, [several([]), drawn()]);
    expect(told.images).toHaveLength(2);
    expect(told.facts.adaptations.at(-1)).toEqual({
      parameter: 'all_images',
      action: 'partial',
      from: '4',
      to: '2',
      reason: 'the-last-of-an-answer-is-delivered',
    });
    const [first, second] = [image('AAAA'), image('BBBB')];
    const all = collectImages(order, [several([first, second])]);
    expect(all.images).toEqual([first, second, last]);
    expect(all.facts.adaptations).toEqual(order.adaptations);
  });

  test('that are missing are told as an adaptation of n, with the reason that tells most', () => {
    const { images, facts } = collectImages(order, [
      drawn(),
      failed('upstream_timeout'),
      failed('moderation_blocked'),
    ]);
    expect(images).toHaveLength(1);
    expect(facts.adaptations.at(-1)).toEqual({
      parameter: 'n',
      action: 'partial',
      from: '3',
      to: '1',
      reason: 'moderation_blocked',
    });
  });

  test('tell once what several drawings adapted alike', () => {
    const mapped: Adaptation = {
      parameter: 'model',
      action: 'mapped',
      from: 'a',
      to: 'b',
      reason: 'retired',
    };
    const { facts } = collectImages(order, [
      drawn({ adaptations: [mapped] }),
      drawn({ adaptations: [{ ...mapped }] }),
    ]);
    expect(facts.adaptations).toEqual([...order.adaptations, mapped]);
  });
});

describe('an order without pictures fails with the error that tells its caller most', () => {
  /** What the caller can cure, then what an operator must, then bad luck. */
  const mostTelling: readonly ErrorCode[] = [
    'moderation_blocked',
    'upstream_rejected',
    'no_image_generated',
    'model_not_found',
    'upstream_auth_error',
    'upstream_misconfigured',
    'insufficient_quota',
    'upstream_unreadable',
    'rate_limit_exceeded',
    'upstream_timeout',
    'upstream_unavailable',
    'upstream_error',
  ];
  test.each(mostTelling.map((code, index) => [code, mostTelling.slice(index + 1)] as const))(
    '%s before %j',
    (code, less) => {
      for (const other of less) {
        expect(thrownBy([failed(code), failed(other)])).toMatchObject({ code });
        expect(thrownBy([failed(other), failed(code)])).toMatchObject({ code });
      }
    },
  );

  test('and with one of ours when there is none', () => {
    expect(thrownBy([])).toMatchObject({ code: 'internal_error' });
  });
});

describe('usage', () => {
  const usageOf = (...drawings: Drawing[]) => collectImages(order, drawings).facts.usage;

  test('is the sum of all calls that may cost something', () => {
    const calls = [plainCall({ verdict: 'continued' }), plainCall({ verdict: 'words' }), plainCall()];
    expect(usageOf(drawn({ calls }), drawn())).toEqual(sumUsage([1, 2, 3, 4].map(() => pictureUsage)));
  });

  test('is absent when any of them was not counted: half a count is worse than none', () => {
    expect(usageOf(drawn(), drawn({ calls: [plainCall({ usage: 'not counted' })] }))).toBeUndefined();
    const broken = failedCall('upstream_error', { phase: 'broken_off', httpStatus: 200 });
    expect(usageOf(drawn({ calls: [broken, plainCall()] }))).toBeUndefined();
    const silent = failedCall('upstream_error', { phase: 'unanswered', httpStatus: undefined });
    expect(usageOf(drawn({ calls: [silent, plainCall()] }))).toBeUndefined();
  });

  test('is complete beside calls that cost nothing', () => {
    const free = [
      failedCall('upstream_unavailable'),
      failedCall('upstream_error', { phase: 'unsent', httpStatus: undefined }),
    ];
    expect(usageOf(drawn({ calls: [...free, plainCall()] }))).toEqual(pictureUsage);
  });
});
