import { describe, expect, test } from 'vitest';
import { failedCall, plainCall } from '../../test/support/plain-call.ts';
import { plainScope } from '../../test/support/plain-scope.ts';
import type { Call } from '../journey/call.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { PassedAnswer, PassWish } from '../journey/pass-wish.ts';
import type { Upstream } from '../journey/upstream.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { Affinity } from './affinity.ts';
import { askUpstreams } from './ask-upstreams.ts';
import type { NativeParts } from './native-parts.ts';
import type { NativeRequest } from './native-request.ts';
import type { ReadRequest } from './read-request.ts';

const cannot = new PlantainError('invalid_value', 'It cannot do that.');
const none = new PlantainError('rate_limit_exceeded', 'None is left.');
const model = { id: 'm', imageTokens: {}, pixels: {} } as unknown as CatalogueModel;
const drawn = (fields: Partial<PassedAnswer> = {}): PassedAnswer => ({ call: plainCall(), ...fields });
const failed = (...given: Parameters<typeof failedCall>): PassedAnswer => ({ call: failedCall(...given) });
const broken = failed('upstream_auth_error', { phase: 'refused', fault: 'credential' });
const limited = failed('rate_limit_exceeded', { phase: 'refused', fault: 'quota' });

interface Scene {
  readonly names?: readonly string[];
  readonly method?: PassWish['method'];
  /** Where the conversation was begun. */
  readonly home?: string;
  readonly drafts?: 'keep' | 'strip';
  readonly tries?: number;
  readonly isUnderWay?: boolean;
  /** Those that do not speak the protocol. */
  readonly mute?: readonly string[];
  /** Those that cannot do what is asked. */
  readonly unfit?: readonly string[];
}

/** Asks upstreams that answer like this, one call after another. */
async function ask(
  answers: readonly (PassedAnswer | Error)[],
  {
    names = ['a', 'b'],
    method = 'generateContent',
    home,
    drafts = 'keep',
    tries = 9,
    isUnderWay = false,
    mute = [],
    unfit = [],
  }: Scene = {},
) {
  const steps: string[] = [];
  const wishes: PassWish[] = [];
  const parts = [{ text: 'hi', thoughtSignature: 'own' }];
  const upstreams = names.map(
    (name): Upstream => ({
      name,
      close: async () => undefined,
      draw: () => expect.fail('it draws nothing'),
      unfitFor: () => (unfit.includes(name) ? cannot : undefined),
      ...(!mute.includes(name) && { pass: (given) => pass(name, given) }),
    }),
  );
  const pass = async (name: string, given: PassWish): Promise<PassedAnswer> => {
    const answer = answers[wishes.length] ?? expect.fail('no more answers');
    wishes.push(given);
    steps.push(`${name} ${String(parts[0]?.thoughtSignature).slice(0, 4)}`);
    if (answer instanceof Error) throw answer;
    return { ...answer, call: { ...answer.call, upstream: name } };
  };
  const ended: (Call | undefined)[] = [];
  const affinity = new Affinity();
  if (home !== undefined) affinity.remember('signature', home);
  const scope = plainScope();
  const heard: string[] = [];
  const result = await askUpstreams(
    {
      affinity,
      rules: { drafts },
      mayAskAgain: (calls: readonly Call[]) => calls.length < tries,
      pool: {
        whyNone: (_model: CatalogueModel, why: (upstream: Upstream) => unknown) => {
          const reasons = upstreams.map(why);
          return reasons.includes(undefined) ? undefined : reasons[0];
        },
        acquire: async ({ canTake }: Parameters<NativeParts['pool']['acquire']>[0]) => {
          const upstream = upstreams.find(canTake);
          if (upstream === undefined) throw none;
          return { upstream, end: (call: Call | undefined) => void ended.push(call) };
        },
      },
    } as unknown as NativeParts,
    { method, model: 'asked', version: 'v1', isEventStream: false } as NativeRequest,
    {
      model,
      contents: { pictures: [], signed: parts, lastSignature: 'signature' },
      write: () => ({ pieces: [], byteLength: 0 }),
      order: { acceptedAtMs: 0, deadlineMs: 1000, imageSize: '1K', aspectRatio: 'auto', model },
    } as unknown as ReadRequest,
    scope,
    {
      onChunk: () => undefined,
      isUnderWay: () => isUnderWay,
      onGivenUp: () => void heard.push('given up'),
      onStart: ({ name }) => void heard.push(`${name} started`),
      onEnd: ({ upstream, verdict }) => void heard.push(`${upstream} ${verdict}`),
    },
  );
  scope.end();
  return { ...result, steps, heard, ended, affinity, wishes };
}

describe('upstreams that pass requests on', () => {
  test('are asked until one answers, each that lacks something once, and every call is told', async () => {
    const { calls, answer, error, steps, heard, ended } = await ask([broken, drawn()]);
    expect(steps).toEqual(['a own', 'b own']);
    expect(heard).toEqual(['a started', 'a failed', 'given up', 'b started', 'b picture']);
    expect([calls.length, answer?.call, error]).toEqual([2, calls[1], undefined]);
    expect(ended).toEqual(calls);
  });

  test('are those that speak the protocol and can do what is asked; where none is, the reason is told', async () => {
    expect((await ask([drawn()], { mute: ['a'] })).steps).toEqual(['b own']);
    expect((await ask([drawn()], { unfit: ['a'] })).steps).toEqual(['b own']);
    const { error, calls } = await ask([], { mute: ['a', 'b'] });
    expect([error?.code, calls]).toEqual(['model_not_found', []]);
    expect((await ask([], { unfit: ['a', 'b'] })).error).toBe(cannot);
  });

  test('are left when none is there, with what the last one said', async () => {
    expect((await ask([], { names: [] })).error).toBe(none);
    const { error, calls } = await ask([limited, broken]);
    expect([error?.code, calls.length]).toEqual(['upstream_auth_error', 2]);
  });

  test('are asked no more often than the rules allow, and not when an answer is on its way', async () => {
    expect((await ask([limited], { tries: 1 })).steps).toHaveLength(1);
    const { answer, error, heard } = await ask([limited], { isUnderWay: true });
    expect([answer?.call.verdict, error?.code]).toEqual(['failed', 'rate_limit_exceeded']);
    expect(heard).not.toContain('given up');
  });

  test('may have been asked twice for one call, and both are told', async () => {
    const refusedBefore = [failedCall('upstream_auth_error', { upstream: 'a' })];
    const { calls, heard } = await ask([drawn({ refusedBefore })]);
    expect(calls.map(({ verdict }) => verdict)).toEqual(['failed', 'picture']);
    expect(heard).toEqual(['a started', 'a failed', 'a started', 'a picture']);
  });

  test('have their turn ended whatever fails, and a fault of ours is one', async () => {
    const { error, ended } = await ask([new TypeError('ours')]);
    expect([error?.code, ended]).toEqual(['internal_error', [undefined]]);
  });

  test('are told the method, and to take drafts out only where pictures come', async () => {
    const strips = async (scene: Scene) => (await ask([drawn()], scene)).wishes[0]?.stripDrafts;
    expect(await strips({ drafts: 'strip' })).toBe(true);
    expect(await strips({ drafts: 'keep' })).toBe(false);
    expect(await strips({ drafts: 'strip', method: 'countTokens' })).toBe(false);
    expect((await ask([drawn()], { method: 'countTokens' })).wishes[0]?.expectedBytes).toBe(1024);
  });
});

describe('a conversation', () => {
  test('goes on where it was begun, with its signatures as they are', async () => {
    expect((await ask([drawn()], { home: 'b' })).steps).toEqual(['b own']);
  });

  test('goes on elsewhere without them, when that upstream cannot be asked', async () => {
    expect((await ask([drawn()], { home: 'gone' })).steps).toEqual(['a skip']);
    expect((await ask([broken, drawn()], { home: 'b' })).steps).toEqual(['b own', 'a skip']);
  });

  test('whose signature another made is asked once more without it, for nothing', async () => {
    const foreign = {
      ...failed('upstream_rejected', { phase: 'refused', fault: 'caller' }),
      words: 'Corrupted thought signature.',
    };
    expect((await ask([foreign, drawn()], { names: ['a'], tries: 1 })).steps).toEqual(['a own', 'a skip']);
    const { steps, error } = await ask([foreign, foreign], { names: ['a'], tries: 1 });
    expect([steps, error?.message]).toEqual([['a own', 'a skip'], 'Corrupted thought signature.']);
  });

  test('is remembered by its answer’s signature', async () => {
    const { affinity } = await ask([drawn({ signature: 'new' })]);
    expect(affinity.upstreamOf('new')).toBe('a');
  });
});

test.each([
  ['upstream_rejected', 'Bad value.', 'Bad value.'],
  ['upstream_rejected', undefined, 'upstream_rejected'],
  ['upstream_error', 'secret', 'upstream_error'],
  ['model_not_found', undefined, 'models/asked is not found for API version v1'],
] as const)('of %s with the words %s the caller is told: %s', async (code, words, message) => {
  const answer = {
    ...failed(code, { phase: 'refused', fault: 'caller' }),
    ...(words !== undefined && { words }),
  };
  const { error } = await ask([answer], { tries: 1 });
  expect([error?.code, error?.message]).toEqual([code, expect.stringContaining(message)]);
});
