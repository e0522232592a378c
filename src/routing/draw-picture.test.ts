import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { failedCall, pictureUsage, plainCall } from '../../test/support/plain-call.ts';
import { plainMember } from '../../test/support/plain-member.ts';
import { plainScope } from '../../test/support/plain-scope.ts';
import { Base64Image } from '../bytes/base64-image.ts';
import { type Call, callFaults, callPhases, maxContinuations, mayCost } from '../journey/call.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { GeneratedImage } from '../journey/image-result.ts';
import type { DrawWish, Upstream, UpstreamAnswer } from '../journey/upstream.ts';
import { noUsage } from '../journey/sum-usage.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { sleep } from '../kernel/sleep.ts';
import { drawPicture } from './draw-picture.ts';
import { health } from './health-constants.ts';
import { framedPrompt, isFree, type RetryPolicy, wholeTries } from './retry-rules.ts';
import type { StandIn } from './stand-ins.ts';
import { healthOf } from './upstream-state.ts';
import { UpstreamPool } from './upstream-pool.ts';

/** What was heard of the calls of the latest drawing. */
let heard: string[] = [];
const listener = {
  onStart: (upstream: string): void => void heard.push(`${upstream} started`),
  onEnd: ({ upstream, verdict }: Call): void => void heard.push(`${upstream} ${verdict}`),
};

const model = (id: string, successor: string | null = null) =>
  ({ id, successor, deadlineMs: { '1K': 1000 } }) as unknown as CatalogueModel;
const wish: DrawWish = {
  model: model('old', 'new'),
  prompt: 'a fox',
  aspectRatio: '1:1',
  imageSize: '1K',
  references: [],
  index: 0,
};
const successor: StandIn = { model: model('new'), isForGoneOnly: true };
const image: GeneratedImage = {
  base64: new Base64Image([]),
  mimeType: 'image/png',
  size: { widthPx: 1, heightPx: 1 },
};

const drawn: UpstreamAnswer = { call: plainCall(), image };
const refused: UpstreamAnswer = {
  call: plainCall({
    verdict: 'refused',
    fault: 'caller',
    error: new PlantainError('moderation_blocked', 'no'),
  }),
};
const words: UpstreamAnswer = {
  call: plainCall({
    verdict: 'words',
    usage: noUsage,
    error: new PlantainError('no_image_generated', 'words'),
  }),
};
const continued = (token: string): UpstreamAnswer => ({
  call: plainCall({ verdict: 'continued' }),
  continuationToken: token,
});
const failed = (...given: Parameters<typeof failedCall>): UpstreamAnswer => ({ call: failedCall(...given) });
const overloaded = failed('upstream_unavailable', { fault: 'capacity', httpStatus: 503 });
const rejected = failed('upstream_rejected', { phase: 'refused', fault: 'caller', httpStatus: 400 });
const gone = failed('model_not_found', { phase: 'refused', fault: 'caller', httpStatus: 404 });
const noPause: Omit<RetryPolicy, 'maxTries'> = {
  retryUnanswered: true,
  backoffMs: 0,
  silenceMs: 600,
  sleep,
  deadlineAtMs: 1000,
};

/** Draws with upstreams that give these answers, one after another; past them, or at `abort`, the caller leaves. */
async function draw(
  answers: readonly (UpstreamAnswer | 'abort' | 'abort and fail' | Error)[],
  {
    maxTries = 2,
    next = undefined as StandIn | undefined,
    names = ['a'],
    isGone = false,
    pauses = noPause,
  } = {},
) {
  const asked: DrawWish[] = [];
  const askedNames: string[] = [];
  const scope = plainScope();
  const gone_ = new PlantainError('client_closed', 'gone');
  if (isGone) scope.abort(gone_);
  const upstream = (name: string): Upstream => ({
    name,
    close: async () => undefined,
    async draw(given) {
      const answer = answers[asked.length];
      asked.push(given);
      askedNames.push(name);
      if (answer instanceof Error) throw answer;
      if (answer === 'abort and fail') {
        scope.abort(gone_);
        throw new TypeError('ours');
      }
      if (answer === 'abort' || answer === undefined) scope.abort(gone_);
      const { call, ...goods } =
        answer === 'abort' || answer === undefined
          ? failed('client_closed', { phase: 'unanswered', fault: 'caller', httpStatus: undefined })
          : answer;
      return { call: { ...call, upstream: name, model: given.model }, ...goods };
    },
  });
  const members = names.map((name) => plainMember(upstream(name)));
  const pool = new UpstreamPool(members, { nowMs: () => 0 }, () => undefined, { random: () => 0 });
  heard = [];
  const drawing = await drawPicture(
    pool,
    { maxTries, ...pauses },
    wish,
    next === undefined ? [] : [next],
    scope,
    listener,
  );
  scope.end();
  return {
    drawing,
    asked,
    askedNames,
    pool,
    code: 'error' in drawing.result ? drawing.result.error.code : 'image',
  };
}

describe('drawPicture', () => {
  test('every call is told as it is made and as it ends, continued ones too', async () => {
    await draw([continued('more'), words, drawn], { names: ['a', 'b'] });
    expect(heard).toEqual(['a started', 'a continued', 'a started', 'a words', 'b started', 'b picture']);
  });

  test('a picture at the first try ends it', async () => {
    const { drawing, asked, code } = await draw([drawn, drawn]);
    expect(code).toBe('image');
    expect(drawing.calls).toEqual([{ ...drawn.call, upstream: 'a', model: wish.model }]);
    expect(drawing.adaptations).toEqual([]);
    expect(asked).toEqual([{ ...wish, silenceMs: 600 }]);
  });

  test('a call that can be made once more has to begin its answer in time; the last one has the whole time', async () => {
    const lost = failed('upstream_timeout', { phase: 'unanswered' });
    const two = { names: ['a', 'b', 'c'], maxTries: 3 };
    expect((await draw([lost, drawn], two)).asked.map(({ silenceMs }) => silenceMs)).toEqual([
      600,
      undefined,
    ]);
    expect(
      (await draw([overloaded, overloaded, drawn], two)).asked.map(({ silenceMs }) => silenceMs),
    ).toEqual([600, 600, undefined]);
    expect((await draw([drawn], { maxTries: 1 })).asked.map(({ silenceMs }) => silenceMs)).toEqual([
      undefined,
    ]);
    const never = { pauses: { ...noPause, retryUnanswered: false }, ...two };
    const { asked, code } = await draw([lost, drawn], never);
    expect([asked.map(({ silenceMs }) => silenceMs), code]).toEqual([[undefined], 'upstream_timeout']);
  });

  test('a call that was lost is made once more, and not twice', async () => {
    for (const phase of ['unanswered', 'broken_off'] as const) {
      const lost = failed('upstream_error', { phase });
      const { asked, code } = await draw([lost, lost, drawn], { names: ['a', 'b', 'c'], maxTries: 9 });
      expect([asked.length, code]).toEqual([2, 'upstream_error']);
    }
  });

  test('nothing is asked again after a picture that was counted', async () => {
    const counted = failed('upstream_error', { phase: 'broken_off', usage: pictureUsage });
    expect((await draw([counted, drawn], { names: ['a', 'b'] })).asked).toHaveLength(1);
  });

  test('another model stands in when none is left for the first, is told each time, and is asked as often', async () => {
    const limited = failed('rate_limit_exceeded', {
      phase: 'refused',
      fault: 'quota',
      httpStatus: 429,
      untilMs: 60_000,
    });
    const standIn: StandIn = { model: model('reserve'), isForGoneOnly: false };
    const { code, asked, drawing } = await draw([limited, drawn], { next: standIn });
    expect([code, asked.map((given) => given.model.id)]).toEqual(['image', ['old', 'reserve']]);
    expect(drawing.adaptations).toEqual([
      { parameter: 'model', action: 'mapped', from: 'old', to: 'reserve', reason: 'no-capacity' },
    ]);
    const gone_ = await draw([limited, drawn], { next: successor });
    expect([gone_.code, gone_.asked.length]).toEqual(['rate_limit_exceeded', 1]);
  });

  test('the most telling error is told: of a limit and a failure the limit, of a bad key and a failure the failure', async () => {
    const limited = failed('rate_limit_exceeded', {
      phase: 'refused',
      fault: 'quota',
      httpStatus: 429,
      untilMs: 60_000,
    });
    const badKey = failed('upstream_auth_error', { phase: 'refused', fault: 'credential', httpStatus: 401 });
    expect((await draw([limited, overloaded, overloaded], { names: ['a', 'b'], maxTries: 9 })).code).toBe(
      'rate_limit_exceeded',
    );
    expect((await draw([badKey, overloaded, overloaded], { names: ['a', 'b'], maxTries: 9 })).code).toBe(
      'upstream_unavailable',
    );
    expect((await draw([badKey, badKey], { names: ['a', 'b'] })).code).toBe('upstream_auth_error');
  });

  test('a refusal is not tried again', async () => {
    const { code, asked } = await draw([refused, drawn]);
    expect([code, asked.length]).toEqual(['moderation_blocked', 1]);
  });

  test('words instead of a picture are answered once with the prompt framed as a request for one', async () => {
    const { code, asked, drawing } = await draw([words, drawn]);
    expect(code).toBe('image');
    expect(asked[1]?.prompt).toBe(framedPrompt('a fox'));
    expect(asked[1]?.prompt).toContain('a fox');
    expect(drawing.calls.map(({ verdict }) => verdict)).toEqual(['words', 'picture']);
  });

  test('words are answered once: a model that keeps talking is not asked a third time', async () => {
    const { asked, code } = await draw([words, words, drawn], { maxTries: 9, names: ['a', 'b'] });
    expect(asked.map(({ prompt }) => prompt)).toEqual(['a fox', framedPrompt('a fox')]);
    expect(code).toBe('no_image_generated');
  });

  test('a failure that may pass is tried again, elsewhere first', async () => {
    const { code, askedNames } = await draw([overloaded, drawn], { names: ['a', 'b'] });
    expect([code, askedNames]).toEqual(['image', ['a', 'b']]);
  });

  test('what the caller, ours or the request was at fault for is not asked again; what the upstream lacked is, elsewhere', async () => {
    for (const phase of callPhases) {
      for (const fault of callFaults) {
        const { asked } = await draw([failed('upstream_error', { phase, fault }), drawn], {
          names: ['a', 'b'],
        });
        const ends = fault === 'caller' || fault === 'ours' || (fault === 'upstream' && phase === 'refused');
        expect([phase, fault, asked.length]).toEqual([phase, fault, ends ? 1 : 2]);
      }
    }
    const { code } = await draw([rejected, drawn]);
    expect(code).toBe('upstream_rejected');
  });

  test('what the catalogue calls not worth another try gets none: an answer that nobody can read was charged', async () => {
    for (const phase of ['answered', 'broken_off', 'failed'] as const) {
      const { asked, code } = await draw([
        failed('upstream_unreadable', { phase, fault: 'upstream' }),
        drawn,
      ]);
      expect([asked.length, code]).toEqual([1, 'upstream_unreadable']);
    }
  });

  test('a fault of ours is not asked again, and is told with its cause', async () => {
    const cause = new TypeError('x is undefined');
    const ours = failed('internal_error', {
      fault: 'ours',
      phase: 'broken_off',
      error: new PlantainError('internal_error', 'ours', { cause }),
    });
    const { drawing, asked } = await draw([ours, drawn], { maxTries: 5 });
    expect(asked).toHaveLength(1);
    expect(drawing.result).toMatchObject({ error: { code: 'internal_error', cause } });
  });

  test('an upstream that throws, against its promise, ends the drawing as a fault of ours', async () => {
    const thrown = new TypeError('x is undefined');
    const { drawing, code } = await draw([overloaded, thrown, drawn], { maxTries: 5 });
    expect(code).toBe('internal_error');
    expect(drawing.result).toMatchObject({ error: { cause: thrown } });
    expect(drawing.calls).toHaveLength(1);
  });

  test('a retired model’s successor is asked if there is one to ask, and that is told', async () => {
    const { code, asked, drawing } = await draw([gone, drawn], { next: successor });
    expect(code).toBe('image');
    expect(asked.map((given) => given.model.id)).toEqual(['old', 'new']);
    expect(drawing.calls.map((call) => call.model.id)).toEqual(['old', 'new']);
    expect(drawing.adaptations).toEqual([
      { parameter: 'model', action: 'mapped', from: 'old', to: 'new', reason: 'retired' },
    ]);
  });

  test('a retired model without a successor to ask is a 404 that names it', async () => {
    const { drawing, asked } = await draw([gone, drawn]);
    expect(asked).toHaveLength(1);
    expect(drawing.result).toMatchObject({
      error: { code: 'model_not_found', message: expect.stringContaining("Use 'new'") as string },
    });
  });

  test('a successor that is gone too is asked once', async () => {
    const { code, asked } = await draw([gone, gone, drawn], { next: successor, maxTries: 5 });
    expect([code, asked.length]).toEqual(['model_not_found', 2]);
  });

  test('an answer that is to be continued is, at the same upstream, and each round is a call', async () => {
    const { drawing, asked, askedNames, code } = await draw([continued('one'), continued('two'), drawn], {
      maxTries: 1,
      names: ['a', 'b'],
    });
    expect([code, askedNames]).toEqual(['image', ['a', 'a', 'a']]);
    expect(asked.map(({ continuationToken }) => continuationToken)).toEqual([undefined, 'one', 'two']);
    expect(drawing.calls.map(({ verdict }) => verdict)).toEqual(['continued', 'continued', 'picture']);
  });

  test('an answer is continued three times at most, over all tries of a picture', async () => {
    const forEver = await draw(Array.from({ length: 20 }, () => continued('more')));
    expect([forEver.code, forEver.asked.length]).toEqual(['upstream_error', 1 + maxContinuations]);
    const again = await draw(
      [
        continued('a'),
        overloaded,
        continued('b'),
        overloaded,
        continued('c'),
        overloaded,
        continued('d'),
        drawn,
      ],
      { maxTries: 9, names: ['a', 'b'] },
    );
    expect([again.code, again.asked.length]).toEqual(['upstream_unavailable', 7]);
    const retried = await draw([continued('a'), overloaded, drawn]);
    expect(retried.asked.map(({ continuationToken }) => continuationToken)).toEqual([
      undefined,
      'a',
      undefined,
    ]);
  });

  test('what an upstream answered changes who is asked next, by this order and by the next', async () => {
    const limited = failed('rate_limit_exceeded', {
      phase: 'refused',
      fault: 'quota',
      httpStatus: 429,
      untilMs: 5000,
    });
    const { pool, askedNames } = await draw([limited, drawn], { names: ['a', 'b'] });
    expect(askedNames).toEqual(['a', 'b']);
    expect(pool.states().map((state) => `${state.name} ${healthOf(state, 0)}`)).toEqual([
      'a cooling',
      'b healthy',
    ]);
  });

  test('before another try it waits a random time within its bounds, and before a successor not at all', async () => {
    vi.useFakeTimers();
    const random = vi.spyOn(Math, 'random');
    try {
      for (const [share, waitMs] of [
        [0.2, 100],
        [0.5, 250],
        [0.999_999, 499],
      ] as const) {
        random.mockReturnValue(share);
        const pauses = { ...noPause, backoffMs: 500 };
        let isDrawn = false;
        const drawing = draw([overloaded, drawn], { pauses }).finally(() => {
          isDrawn = true;
        });
        if (waitMs > 1) await vi.advanceTimersByTimeAsync(waitMs - 1);
        expect(vi.getTimerCount()).toBe(1);
        await vi.advanceTimersByTimeAsync(2);
        expect(isDrawn).toBe(true);
        expect((await drawing).asked).toHaveLength(2);
        // No timer runs, so these end by themselves or not at all.
        expect((await draw([gone, drawn], { pauses, next: successor })).asked).toHaveLength(2);
        expect((await draw([words, drawn], { pauses })).asked).toHaveLength(2);
      }
    } finally {
      random.mockRestore();
      vi.useRealTimers();
    }
  });

  test('an order given up while it waits for another try asks nobody again', async () => {
    const scope = plainScope();
    const reason = new PlantainError('client_closed', 'gone');
    let asked = 0;
    const upstream: Upstream = {
      name: 'a',
      close: async () => undefined,
      draw: async () => {
        asked++;
        setTimeout(() => scope.abort(reason), 5);
        return { call: { ...overloaded.call, upstream: 'a', model: wish.model } };
      },
    };
    const pool = new UpstreamPool([plainMember(upstream)], { nowMs: () => 0 }, () => undefined);
    const policy = { ...noPause, maxTries: 3, backoffMs: 60_000 };
    const drawing = await drawPicture(pool, policy, wish, [], scope, listener);
    expect([drawing.result, asked]).toEqual([{ error: reason }, 1]);
    expect(drawing.calls).toHaveLength(1);
  });

  test('a caller who left is told as gone, whatever fails because of it', async () => {
    expect((await draw(['abort and fail'])).code).toBe('client_closed');
    expect((await draw([new TypeError('ours')])).code).toBe('internal_error');
  });

  test('a call that is cut off is among the calls', async () => {
    const { drawing, code } = await draw(['abort']);
    expect(code).toBe('client_closed');
    expect(drawing.calls).toMatchObject([{ phase: 'unanswered', usage: 'not counted' }]);
  });

  test('a call that was refused and asked again by the upstream itself is a call of its own, begun and ended', async () => {
    const refused: Call = { ...overloaded.call, upstream: 'a', model: wish.model };
    const { drawing } = await draw([{ ...drawn, refusedBefore: [refused] }]);
    expect(drawing.calls.map(({ verdict }) => verdict)).toEqual(['failed', 'picture']);
    expect(heard).toEqual(['a started', 'a failed', 'a started', 'a picture']);
  });

  test('an order given up before its first call asks nobody', async () => {
    const { drawing, code, asked } = await draw([drawn], { isGone: true });
    expect([code, asked.length]).toEqual(['client_closed', 0]);
    expect(drawing.calls).toEqual([]);
  });

  test('whatever upstreams answer, it ends within its tries, and every call is in the drawing once', async () => {
    const answer: fc.Arbitrary<UpstreamAnswer | 'abort'> = fc.oneof(
      fc.constantFrom(drawn, refused, 'abort' as const),
      { weight: 3, arbitrary: fc.constantFrom(words, continued('t')) },
      { weight: 4, arbitrary: fc.constantFrom(overloaded, failed('upstream_error'), rejected, gone) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(answer, { minLength: 10, maxLength: 10 }),
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        async (answers, maxTries, hasSuccessor) => {
          const { drawing, asked, code } = await draw(answers, {
            maxTries,
            names: ['a', 'b'],
            ...(hasSuccessor && { next: successor }),
          });
          const { calls } = drawing;
          expect(calls).toHaveLength(asked.length);
          const rounds = calls.filter(({ verdict }) => verdict === 'continued').length;
          expect(rounds).toBeLessThanOrEqual(1 + maxContinuations);
          // This is what reservations rest on.
          const charged = calls.filter((call) => call.verdict !== 'continued' && mayCost(call));
          expect(charged.length).toBeLessThanOrEqual(maxTries);
          expect(wholeTries(calls)).toBeLessThanOrEqual(maxTries);
          expect(calls.filter(isFree).length).toBeLessThanOrEqual(health.freeTries);
          expect(calls.length - rounds).toBe(wholeTries(calls) + calls.filter(isFree).length);
          const used = answers.slice(0, asked.length);
          // Nothing is asked after a picture, a refusal or a goodbye.
          for (const given of used.slice(0, -1))
            expect(given === 'abort' || ['picture', 'refused'].includes(given.call.verdict)).toBe(false);
          const last = used.at(-1);
          expect(code === 'image').toBe(last !== 'abort' && last?.call.verdict === 'picture');
          expect(drawing.adaptations.length > 0).toBe(asked.some((given) => given.model.id === 'new'));
          const asks: Call['model'][] = calls.map((call) => call.model);
          expect(asks).toEqual(asked.map((given) => given.model));
        },
      ),
      { numRuns: 300 },
    );
  });
});
