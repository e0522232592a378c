import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { GeneratedImage, TokenUsage } from '../journey/image-result.ts';
import { plainScope } from '../../test/support/plain-scope.ts';
import { noUsage } from '../journey/sum-usage.ts';
import type { DrawWish, Outcome, Upstream } from '../journey/upstream.ts';
import { Base64Image } from '../bytes/base64-image.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { drawPicture, framedPrompt } from './draw-picture.ts';
import { UpstreamPool } from './upstream-pool.ts';

const model = (id: string, successor: string | null = null) => ({ id, successor }) as CatalogueModel;
const wish: DrawWish = {
  model: model('old', 'new'),
  prompt: 'a fox',
  aspectRatio: '1:1',
  imageSize: '1K',
  references: [],
  index: 0,
};
const successor: DrawWish = { ...wish, model: model('new') };
const image: GeneratedImage = {
  base64: new Base64Image([]),
  mimeType: 'image/png',
  size: { widthPx: 1, heightPx: 1 },
};
const usage: TokenUsage = { ...noUsage, inputTokens: 1, totalTokens: 1 };

const drawn = (counted: TokenUsage | undefined = usage): Outcome => ({
  kind: 'image',
  image,
  usage: counted,
});
const refused = (counted: TokenUsage | undefined = usage): Outcome => ({
  kind: 'refused',
  error: new PlantainError('moderation_blocked', 'no'),
  usage: counted,
});
const noImage = (counted: TokenUsage | undefined = usage): Outcome => ({
  kind: 'no_image',
  error: new PlantainError('no_image_generated', 'words'),
  usage: counted,
});
const failed = (code: ConstructorParameters<typeof PlantainError>[0], retry: boolean): Outcome => ({
  kind: 'failed',
  error: new PlantainError(code, code),
  retry,
  health: 'healthy',
});
const gone = failed('model_not_found', false);

/** Draws with upstreams that give these outcomes, one after another. */
async function draw(
  outcomes: readonly (Outcome | 'abort')[],
  { maxTries = 2, next = undefined as DrawWish | undefined, names = ['a'], isGone = false } = {},
) {
  const asked: DrawWish[] = [];
  const scope = plainScope();
  if (isGone) scope.abort(new PlantainError('client_closed', 'gone'));
  const upstream = (name: string): Upstream => ({
    name,
    async draw(given) {
      const outcome = outcomes[asked.length];
      asked.push(given);
      if (outcome === 'abort' || outcome === undefined) {
        const reason = new PlantainError('client_closed', 'gone');
        scope.abort(reason);
        throw reason;
      }
      return outcome;
    },
  });
  const [first = 'a', ...others] = names;
  const pool = new UpstreamPool(
    [upstream(first), ...others.map(upstream)],
    { nowMs: () => 0 },
    () => undefined,
  );
  const drawing = await drawPicture(pool, { maxTries, minBackoffMs: 0, maxBackoffMs: 0 }, wish, next, scope);
  scope.end();
  return { drawing, asked, code: 'error' in drawing.result ? drawing.result.error.code : 'image' };
}

describe('drawPicture', () => {
  test('a picture at the first try ends it', async () => {
    const { drawing, asked, code } = await draw([drawn(), drawn()]);
    expect(code).toBe('image');
    expect(drawing).toMatchObject({
      attempts: 1,
      usages: [usage],
      uncountedCalls: 0,
      upstream: 'a',
      adaptations: [],
    });
    expect(asked).toEqual([wish]);
  });

  test('a refusal is not tried again', async () => {
    const { code, asked } = await draw([refused(), drawn()]);
    expect([code, asked.length]).toEqual(['moderation_blocked', 1]);
  });

  test('words instead of a picture are answered once with the prompt framed as a request for one', async () => {
    const { code, asked, drawing } = await draw([noImage(), drawn()]);
    expect(code).toBe('image');
    expect(asked[1]?.prompt).toBe(framedPrompt('a fox'));
    expect(asked[1]?.prompt).toContain('a fox');
    expect(drawing.usages).toHaveLength(2);
  });

  test('the prompt is framed once, however often it is asked', async () => {
    const { asked } = await draw([noImage(), noImage(), noImage(), noImage()], { maxTries: 4 });
    expect(asked.map(({ prompt }) => prompt)).toEqual([
      'a fox',
      ...Array.from({ length: 3 }, () => framedPrompt('a fox')),
    ]);
  });

  test('a failure that may pass is tried again, elsewhere first', async () => {
    const { code, drawing } = await draw([failed('upstream_unavailable', true), drawn()], {
      names: ['a', 'b'],
    });
    expect([code, drawing.upstream, drawing.attempts]).toEqual(['image', 'b', 2]);
    expect(drawing.usages).toHaveLength(1);
    expect(drawing.uncountedCalls).toBe(0);
  });

  test('a failure that cannot pass is not', async () => {
    const { code, asked } = await draw([failed('upstream_rejected', false), drawn()]);
    expect([code, asked.length]).toEqual(['upstream_rejected', 1]);
  });

  test('a retired model’s successor is asked if there is one to ask, and that is told', async () => {
    const { code, asked, drawing } = await draw([gone, drawn()], { next: successor });
    expect(code).toBe('image');
    expect(asked.map((given) => given.model.id)).toEqual(['old', 'new']);
    expect(drawing.model.id).toBe('new');
    expect(drawing.adaptations).toEqual([
      { parameter: 'model', action: 'mapped', from: 'old', to: 'new', reason: 'retired' },
    ]);
  });

  test('a retired model without a successor to ask is a 404 that names it', async () => {
    const { drawing, asked } = await draw([gone, drawn()]);
    expect(asked).toHaveLength(1);
    expect(drawing.result).toMatchObject({
      error: { code: 'model_not_found', message: expect.stringContaining("Use 'new'") as string },
    });
  });

  test('a successor that is gone too is asked once', async () => {
    const { code, asked } = await draw([gone, gone, drawn()], { next: successor, maxTries: 5 });
    expect([code, asked.length]).toEqual(['model_not_found', 2]);
  });

  test('a call that is cut off may have brought a picture that nobody counted', async () => {
    const { drawing, code } = await draw(['abort']);
    expect(code).toBe('client_closed');
    expect(drawing).toMatchObject({ attempts: 1, uncountedCalls: 1, uncountedPictures: 1 });
  });

  test('an order given up before its first call asks nobody and costs nothing', async () => {
    const { drawing, code, asked } = await draw([drawn()], { isGone: true });
    expect([code, asked.length]).toEqual(['client_closed', 0]);
    expect(drawing).toMatchObject({ attempts: 0, usages: [], uncountedCalls: 0 });
  });

  test('a refusal that was not counted brought no picture', async () => {
    expect((await draw([{ ...refused(), usage: undefined } as Outcome])).drawing).toMatchObject({
      uncountedCalls: 1,
      uncountedPictures: 0,
    });
    expect((await draw([{ ...drawn(), usage: undefined } as Outcome])).drawing).toMatchObject({
      uncountedCalls: 1,
      uncountedPictures: 1,
    });
  });

  test('whatever upstreams answer, it ends within its tries, and every call is counted once or known to be uncounted', async () => {
    const counted = fc.constantFrom(usage, undefined);
    const outcome: fc.Arbitrary<Outcome | 'abort'> = fc.oneof(
      counted.map((given) => ({ ...drawn(), usage: given }) as Outcome),
      counted.map((given) => ({ ...refused(), usage: given }) as Outcome),
      { weight: 3, arbitrary: counted.map((given) => ({ ...noImage(), usage: given }) as Outcome) },
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          failed('upstream_unavailable', true),
          failed('upstream_error', true),
          failed('upstream_rejected', false),
          gone,
        ),
      },
      fc.constant('abort' as const),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(outcome, { minLength: 10, maxLength: 10 }),
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        async (outcomes, maxTries, hasSuccessor) => {
          const { drawing, asked, code } = await draw(outcomes, {
            maxTries,
            names: ['a', 'b'],
            ...(hasSuccessor && { next: successor }),
          });
          expect(drawing.attempts).toBeLessThanOrEqual(maxTries);
          expect(drawing.attempts).toBe(asked.length);
          const used = outcomes.slice(0, asked.length);
          const answered = used.filter((given) => given === 'abort' || given.kind !== 'failed');
          expect(drawing.usages.length + drawing.uncountedCalls).toBe(answered.length);
          expect(drawing.uncountedPictures).toBeLessThanOrEqual(drawing.uncountedCalls);
          // Nothing is asked after a picture, a refusal or a goodbye.
          for (const given of used.slice(0, -1))
            expect(given === 'abort' || given.kind === 'image' || given.kind === 'refused').toBe(false);
          const last = used.at(-1);
          expect(code === 'image').toBe(last !== 'abort' && last?.kind === 'image');
          expect(asked.filter((given) => given.model.id === 'new').length > 0).toBe(
            drawing.model.id === 'new',
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
