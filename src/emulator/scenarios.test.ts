import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ScenarioName, scenarioDescriptions, scenarioNames } from './scenarios.ts';
import type { Emulator, EmulatorOptions } from './start-emulator.ts';
import {
  callRaw,
  prompt,
  type RawAnswer,
  readPixels,
  startTestEmulator,
} from '../../test/support/test-emulator.ts';

const current = 'gemini-nano-banana-2.1';
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(async () => await emulator.close());

async function play(
  scenario: string,
  options: { model?: string; config?: object; stream?: boolean; body?: object } = {},
): Promise<RawAnswer> {
  const action = options.stream === true ? 'streamGenerateContent?alt=sse' : 'generateContent';
  const url = `${emulator.url}/v1beta/models/${options.model ?? current}:${action}`;
  const body = options.body ?? prompt('a red fox', { responseModalities: ['IMAGE'], ...options.config });
  return await callRaw(url, { body, headers: { 'x-emulator-scenario': scenario } });
}

interface Part {
  text?: string;
  thought?: boolean;
  thoughtSignature?: string;
  inlineData?: { mimeType: string; data: string };
}
interface Candidate {
  content?: { parts?: Part[] | null; role?: string };
  finishReason: string;
  finishMessage?: string;
  continuationToken?: string;
  index?: number;
}
interface Body {
  candidates?: Candidate[];
  promptFeedback?: { blockReason: string; safetyRatings?: object[] };
  usageMetadata?: Record<string, unknown>;
}
const bodyOf = (answer: RawAnswer): Body => JSON.parse(answer.text) as Body;
const partsOf = async (scenario: string, options: Parameters<typeof play>[1] = {}): Promise<Part[]> =>
  bodyOf(await play(scenario, options)).candidates?.[0]?.content?.parts ?? [];
const kinds = (parts: readonly Part[]): string[] =>
  parts.map(
    (part) =>
      (part.thought === true ? 'thought-' : '') + (part.inlineData === undefined ? 'text' : 'picture'),
  );

describe('answers without a picture are HTTP 200 with the reason', () => {
  const refusals: readonly [ScenarioName, Partial<Candidate>][] = [
    ['no-image', { finishReason: 'NO_IMAGE', index: 0 }],
    ['empty-content', { content: {}, finishReason: 'NO_IMAGE', index: 0 }],
    ['role-only-content', { content: { role: 'model' }, finishReason: 'NO_IMAGE', index: 0 }],
    ['parts-null', { content: { parts: null, role: 'model' }, finishReason: 'NO_IMAGE', index: 0 }],
    [
      'image-safety',
      {
        content: {},
        finishReason: 'IMAGE_SAFETY',
        finishMessage: expect.stringContaining('Prohibited Use policy') as string,
        index: 0,
      },
    ],
    [
      'image-prohibited-content',
      {
        content: { role: 'model' },
        finishReason: 'IMAGE_PROHIBITED_CONTENT',
        finishMessage: expect.stringContaining('Support code: 35561575.') as string,
      },
    ],
    [
      'image-responsible-ai',
      {
        content: { role: 'model' },
        finishReason: 'IMAGE_PROHIBITED_CONTENT',
        finishMessage: expect.stringContaining('Support code: 11030041.') as string,
      },
    ],
    ['image-recitation', { content: {}, finishReason: 'IMAGE_RECITATION', index: 0 }],
    [
      'image-other',
      {
        content: {},
        finishReason: 'IMAGE_OTHER',
        finishMessage: expect.stringContaining('could not generate the image') as string,
        index: 0,
      },
    ],
    ['safety', { content: {}, finishReason: 'SAFETY', index: 0 }],
    ['recitation', { content: {}, finishReason: 'RECITATION', index: 0 }],
    ['prohibited-content', { content: {}, finishReason: 'PROHIBITED_CONTENT', index: 0 }],
    ['blocklist', { content: {}, finishReason: 'BLOCKLIST', index: 0 }],
    ['spii', { content: {}, finishReason: 'SPII', index: 0 }],
    ['language', { content: { role: 'model' }, finishReason: 'LANGUAGE', index: 0 }],
    ['other', { content: { role: 'model' }, finishReason: 'OTHER', index: 0 }],
    ['max-tokens', { content: { role: 'model' }, finishReason: 'MAX_TOKENS', index: 0 }],
    ['malformed-response', { content: {}, finishReason: 'MALFORMED_RESPONSE', index: 0 }],
  ];
  test.each(refusals)('%s', async (scenario, candidate) => {
    const answer = await play(scenario);
    expect(answer.status).toBe(200);
    expect(bodyOf(answer).candidates).toEqual([candidate]);
    const streamed = await play(scenario, { stream: true });
    expect((JSON.parse(streamed.text.slice('data: '.length)) as Body).candidates).toEqual([candidate]);
  });

  test('refusals count prompt and thoughts; NO_IMAGE counts the prompt alone', async () => {
    const usage = bodyOf(await play('image-safety', { model: 'gemini-3-pro-image' })).usageMetadata ?? {};
    expect(usage['candidatesTokenCount']).toBe(usage['thoughtsTokenCount']);
    expect(usage['totalTokenCount']).toBe(
      Number(usage['promptTokenCount']) + Number(usage['thoughtsTokenCount']),
    );
    expect(bodyOf(await play('no-image')).usageMetadata).toEqual({ promptTokenCount: 3, totalTokenCount: 3 });
  });

  const blocks: readonly [ScenarioName, string][] = [
    ['prompt-blocked', 'PROHIBITED_CONTENT'],
    ['prompt-blocked-safety', 'SAFETY'],
    ['prompt-blocked-other', 'OTHER'],
    ['prompt-blocked-blocklist', 'BLOCKLIST'],
    ['prompt-blocked-image-safety', 'IMAGE_SAFETY'],
  ];
  test.each(blocks)('%s has no candidates and blockReason %s', async (scenario, blockReason) => {
    const answer = await play(scenario);
    expect(Object.keys(bodyOf(answer))).toEqual([
      'promptFeedback',
      'usageMetadata',
      'modelVersion',
      'responseId',
    ]);
    expect(bodyOf(answer).promptFeedback?.blockReason).toBe(blockReason);
    expect(bodyOf(answer).usageMetadata).toEqual({ promptTokenCount: 3, totalTokenCount: 3 });
  });

  test('text-only and prose-refusal end with STOP and words; no-candidates has neither', async () => {
    for (const scenario of ['text-only', 'prose-refusal']) {
      const [candidate] = bodyOf(await play(scenario)).candidates ?? [];
      expect([candidate?.finishReason, kinds(candidate?.content?.parts ?? [])]).toEqual(['STOP', ['text']]);
    }
    expect(Object.keys(bodyOf(await play('no-candidates')))).toEqual([
      'usageMetadata',
      'modelVersion',
      'responseId',
    ]);
    expect(Object.keys(bodyOf(await play('image-responsible-ai')))).toContain('createTime');
  });
});

describe('pictures in unusual places', () => {
  test('drafts come before the final picture, signed but no thoughts, and each is billed', async () => {
    const body = bodyOf(await play('several-images 4'));
    const parts = body.candidates?.[0]?.content?.parts ?? [];
    expect(kinds(parts)).toEqual(['picture', 'picture', 'picture', 'picture']);
    expect(parts.every((part) => part.thoughtSignature !== undefined)).toBe(true);
    expect(body.usageMetadata?.['candidatesTokensDetails']).toEqual([
      { modality: 'IMAGE', tokenCount: 4 * 1120 },
    ]);
    expect(kinds(await partsOf('several-images'))).toHaveLength(3);
  });

  test('pictures may be thoughts, text may stand before or after', async () => {
    expect(kinds(await partsOf('thought-image'))).toEqual(['thought-picture', 'thought-picture', 'picture']);
    expect(kinds(await partsOf('only-thought-image'))).toEqual(['thought-picture']);
    expect(kinds(await partsOf('text-first'))).toEqual(['text', 'picture']);
    expect(kinds(await partsOf('text-last'))).toEqual(['picture', 'text']);
  });

  test('a large signature is 1 MB of base64 beside the picture', async () => {
    const [part] = await partsOf('large-signature');
    expect(Buffer.from(part?.thoughtSignature ?? '', 'base64')).toHaveLength(1024 * 1024);
  });

  test('wrong dimensions are the measured ones', async () => {
    const pixels = async (aspectRatio: string, imageSize: string): Promise<string> => {
      const [part] = await partsOf('wrong-dimensions', {
        config: { imageConfig: { aspectRatio, imageSize } },
      });
      return readPixels(Buffer.from(part?.inlineData?.data ?? '', 'base64'));
    };
    expect(await pixels('16:9', '1K')).toBe('1408x768');
    expect(await pixels('16:9', '4K')).toBe('5632x3072');
    expect(await pixels('8:1', '1K')).toBe('2928x352');
    expect(await pixels('3:4', '1K')).toBe('896x1232');
  });

  test('usage may be missing, or its details', async () => {
    expect(bodyOf(await play('missing-usage'))).not.toHaveProperty('usageMetadata');
    expect(Object.keys(bodyOf(await play('missing-usage-details')).usageMetadata ?? {})).toEqual([
      'promptTokenCount',
      'candidatesTokenCount',
      'totalTokenCount',
    ]);
  });

  test('a continuation gives the picture only to the request that comes back with its token', async () => {
    const [first] = bodyOf(await play('continuation')).candidates ?? [];
    expect(first?.finishReason).toBe('CONTINUATION');
    const again = { ...prompt('a red fox'), continuationToken: first?.continuationToken };
    expect(kinds(await partsOf('continuation', { body: again }))).toEqual(['picture']);
    const wrong = { ...prompt('a red fox'), continuation_token: 'AAAA' };
    expect((await play('continuation', { body: wrong })).status).toBe(400);
  });
});

test('a large answer is over 12 MB and still a picture of the right size, in both formats', async () => {
  const solid: NonNullable<EmulatorOptions['renderer']> = {
    render: async ({ widthPx, heightPx, mimeType }) => {
      const blank = sharp({
        create: { width: widthPx, height: heightPx, channels: 3, background: '#336699' },
      });
      return await (mimeType === 'image/png' ? blank.png() : blank.jpeg()).toBuffer();
    },
    close: async () => undefined,
  };
  const own = await startTestEmulator({ renderer: solid });
  for (const model of [current, 'gemini-2.5-flash-image']) {
    const answer = await callRaw(`${own.url}/v1/models/${model}:generateContent`, {
      body: prompt('a fox [scenario: large-answer]'),
    });
    expect(answer.bytes.length).toBeGreaterThan(16 * 1024 * 1024);
    const picture = Buffer.from(
      bodyOf(answer).candidates?.[0]?.content?.parts?.[0]?.inlineData?.data ?? '',
      'base64',
    );
    expect(picture.length).toBeGreaterThanOrEqual(12 * 1024 * 1024);
    const { info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([1024, 1024]);
  }
  await own.close();
});

describe('the same answer in another spelling', () => {
  const plain = async (): Promise<string> => (await partsOf('missing-usage'))[0]?.inlineData?.data ?? 'none';

  test('compact JSON has no whitespace outside texts', async () => {
    const answer = await play('compact-json');
    expect(answer.text).toBe(JSON.stringify(JSON.parse(answer.text)));
    expect((await play('compact-json', { stream: true })).text).toMatch(
      /^data: \{"candidates":\[\{"content"/,
    );
  });

  test('shuffled keys change order at every depth and nothing else', async () => {
    const answer = bodyOf(await play('shuffled-keys'));
    expect(Object.keys(answer)[0]).toBe('responseId');
    const [part] = answer.candidates?.[0]?.content?.parts ?? [];
    expect(Object.keys(part?.inlineData ?? {})).toEqual(['data', 'mimeType']);
    expect(part?.inlineData?.data).toBe(await plain());
  });

  test('escaped base64 reads as the same bytes', async () => {
    const answer = await play('escaped-base64');
    expect(answer.text).toMatch(/"data": "[^"]*(?:\\\/|\\u003d)/);
    expect(bodyOf(answer).candidates?.[0]?.content?.parts?.[0]?.inlineData?.data).toBe(await plain());
  });

  test('snake_case names the picture fields', async () => {
    const text = (await play('snake-case-answer')).text;
    expect(text).toMatch(/"inline_data": \{\s+"mime_type": "image\/jpeg",\s+"data"/);
    expect(text).not.toContain('inlineData');
  });
});

describe('errors', () => {
  interface ErrorBody {
    error: {
      code: number;
      message: string;
      status: string;
      details?: { '@type': string; [key: string]: unknown }[];
    };
  }
  const failures: readonly [
    scenario: ScenarioName,
    code: number,
    status: string,
    message: RegExp,
    details: string[],
  ][] = [
    [
      'rate-limit',
      429,
      'RESOURCE_EXHAUSTED',
      /^You exceeded your current quota, [^]*\n\* Quota exceeded for metric: generativelanguage\.googleapis\.com\/generate_requests_per_model, limit: 500, model: gemini-nano-banana-2\.1\nPlease retry in 34\.286670503s\.$/,
      ['Help', 'QuotaFailure', 'RetryInfo'],
    ],
    [
      'rate-limit-fractional',
      429,
      'RESOURCE_EXHAUSTED',
      /retry in 34\.286670503s\.$/,
      ['Help', 'QuotaFailure', 'RetryInfo'],
    ],
    [
      'rate-limit-daily',
      429,
      'RESOURCE_EXHAUSTED',
      /per_model_per_day, limit: 1000[^]*Please retry in 48m44\.225424107s\.$/,
      ['Help', 'QuotaFailure', 'RetryInfo'],
    ],
    [
      'limit-zero',
      429,
      'RESOURCE_EXHAUSTED',
      /(?:limit: 0, model: gemini-nano-banana-2\.1\n[^]*){2}/,
      ['QuotaFailure', 'RetryInfo'],
    ],
    [
      'resource-exhausted',
      429,
      'RESOURCE_EXHAUSTED',
      /^Resource has been exhausted \(e\.g\. check quota\)\.$/,
      [],
    ],
    ['credits-depleted', 429, 'RESOURCE_EXHAUSTED', /^Your prepayment credits are depleted\./, []],
    ['internal-error', 500, 'INTERNAL', /^Internal error encountered\.$/, []],
    ['internal-error-report', 500, 'INTERNAL', /^An internal error has occurred\./, []],
    ['unavailable', 503, 'UNAVAILABLE', /^The service is currently unavailable\.$/, []],
    ['overloaded', 503, 'UNAVAILABLE', /^The model is overloaded\. Please try again later\.$/, []],
    ['high-demand', 503, 'UNAVAILABLE', /^This model is currently experiencing high demand\./, []],
    ['error-chunk', 503, 'UNAVAILABLE', /high demand/, []],
    [
      'deadline-exceeded',
      504,
      'DEADLINE_EXCEEDED',
      /^Deadline expired before operation could complete\.$/,
      [],
    ],
    ['bad-key', 400, 'INVALID_ARGUMENT', /^API key not valid\./, ['ErrorInfo', 'LocalizedMessage']],
    ['forbidden', 403, 'PERMISSION_DENIED', /^Method doesn't allow unregistered callers/, []],
    [
      'location-unsupported',
      400,
      'FAILED_PRECONDITION',
      /^User location is not supported for the API use\.$/,
      [],
    ],
    ['invalid-argument', 400, 'INVALID_ARGUMENT', /^Request contains an invalid argument\.$/, []],
    [
      'model-retired',
      404,
      'NOT_FOUND',
      /^This model models\/gemini-nano-banana-2\.1 is no longer available to new users\. Please update your code to use/,
      [],
    ],
    [
      'model-not-found',
      404,
      'NOT_FOUND',
      /^models\/gemini-nano-banana-2\.1 is not found for API version v1beta, or is not supported for generateContent\./,
      [],
    ],
  ];
  test.each(failures)('%s is %i %s', async (scenario, code, status, message, details) => {
    const answer = await play(scenario);
    const { error } = JSON.parse(answer.text) as ErrorBody;
    expect([answer.status, error.code, error.status]).toEqual([code, code, status]);
    expect(error.message).toMatch(message);
    expect((error.details ?? []).map((detail) => detail['@type'])).toEqual(
      details.map((type) => `type.googleapis.com/google.rpc.${type}`),
    );
    expect(answer.text).toBe(`${JSON.stringify({ error }, null, 2)}\n`);
    expect(answer.headers).not.toHaveProperty('retry-after');
  });

  test('the retry delay is in RetryInfo, and the argument sets it', async () => {
    const delay = async (scenario: string): Promise<unknown> =>
      (JSON.parse((await play(scenario)).text) as ErrorBody).error.details?.at(-1)?.['retryDelay'];
    expect(await delay('rate-limit')).toBe('34s');
    expect(await delay('rate-limit 2')).toBe('2s');
    expect(await delay('rate-limit-fractional')).toBe('34.28s');
    expect(await delay('rate-limit-daily')).toBe('2924s');
  });

  test('a 502 is a page, not JSON', async () => {
    const answer = await play('html-502');
    expect([answer.status, answer.headers['content-type']]).toEqual([502, 'text/html; charset=UTF-8']);
    expect(answer.text).toMatch(/^<!DOCTYPE html>/);
  });

  test('an error inside a stream comes after a good chunk, with status 200', async () => {
    const answer = await play('error-chunk', { stream: true });
    const frames = answer.text.split('\r\n\r\n').filter((frame) => frame !== '');
    expect(answer.status).toBe(200);
    expect(frames[0]).toContain('"candidates"');
    expect(frames[1]).toMatch(/^data: \{"error": \{"code": 503,/);
  });
});

describe('the wire', () => {
  test('a slow first byte waits as long as it is told and then answers', async () => {
    const startedAtMs = performance.now();
    expect(kinds(await partsOf('slow-first-byte 80'))).toEqual(['picture']);
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(79);
  });

  test('hang never answers; leaving ends it', async () => {
    const before = emulator.stats().aborted;
    const url = `${emulator.url}/v1beta/models/${current}:generateContent`;
    await expect(
      callRaw(url, { body: prompt('x [scenario: hang]'), signal: AbortSignal.timeout(100) }),
    ).rejects.toThrow();
    await expect.poll(() => emulator.stats()).toMatchObject({ aborted: before + 1, inFlight: 0 });
  });

  test('a cut body is a 200 that never ends properly, unary and streamed', async () => {
    for (const stream of [false, true]) {
      const answer = await play('cut-body', { stream });
      expect([answer.status, answer.complete]).toEqual([200, false]);
      expect(answer.bytes.length).toBeGreaterThan(100);
    }
    await expect.poll(() => emulator.stats().inFlight).toBe(0);
  });

  test('a reset breaks the connection before a head', async () => {
    await expect(play('reset')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('invalid JSON ends properly and does not parse', async () => {
    const answer = await play('invalid-json');
    expect([answer.status, answer.complete]).toEqual([200, true]);
    expect(() => bodyOf(answer)).toThrow(SyntaxError);
  });
});

describe('choosing a scenario', () => {
  test('the header wins over the prompt and the prompt over the option', async () => {
    const own = await startTestEmulator({ scenario: 'no-image' });
    const url = `${own.url}/v1/models/${current}:generateContent`;
    expect((await callRaw(url, { body: prompt('a fox') })).text).toContain('NO_IMAGE');
    const inPrompt = prompt('a fox [scenario: image-safety] at dawn');
    expect((await callRaw(url, { body: inPrompt })).text).toContain('IMAGE_SAFETY');
    expect(
      (await callRaw(url, { body: inPrompt, headers: { 'x-emulator-scenario': 'Overloaded' } })).status,
    ).toBe(503);
    await own.close();
  });

  test('an unknown name in the header lists the known ones', async () => {
    const answer = await play('nonsense');
    expect(answer.status).toBe(400);
    for (const name of scenarioNames) expect(answer.text).toContain(name);
  });

  test.each([
    ['rate-limt', /Did you mean 'rate-limit'\?/],
    ['rate limit 20', /Did you mean 'rate-limit'\?/],
    ['No_Image_Once', /Did you mean 'no-image-once'\?/],
    ['a knight at dawn', /names no scenario\. plantain emulator/],
    ['', /names no scenario/],
  ])(
    'a phrase that names no scenario, «%s», is refused, never drawn as if nothing were meant',
    async (name, message) => {
      const body = prompt(`a fox [scenario: ${name}]`);
      const answer = await callRaw(`${emulator.url}/v1/models/${current}:generateContent`, { body });
      expect([answer.status, answer.text]).toEqual([400, expect.stringMatching(message)]);
    },
  );

  test('scenarios of the whole service reach the list too, those of one model do not', async () => {
    const list = async (scenario: string): Promise<number> =>
      (await callRaw(`${emulator.url}/v1/models`, { headers: { 'x-emulator-scenario': scenario } })).status;
    expect([
      await list('bad-key'),
      await list('unavailable'),
      await list('model-retired'),
      await list('no-image'),
    ]).toEqual([400, 503, 200, 200]);
  });

  test('validation comes before a scenario, as the service refuses before it works', async () => {
    expect((await play('overloaded', { config: { imageConfig: { imageSize: '8K' } } })).status).toBe(400);
  });

  const passing: readonly [ScenarioName, RegExp][] = [
    ['flaky-once', /UNAVAILABLE/],
    ['no-image-once', /NO_IMAGE/],
    ['rate-limit-once', /"retryDelay": "1s"/],
  ];
  test.each(passing)(
    '%s fails once a token or prompt, however the prompt is reframed',
    async (scenario, fault) => {
      const ask = async (text: string): Promise<string> =>
        (await callRaw(`${emulator.url}/v1/models/${current}:generateContent`, { body: prompt(text) })).text;
      expect(await ask(`a fox [scenario: ${scenario} one]`)).toMatch(fault);
      expect(await ask(`Generate an image of something else [scenario: ${scenario} one]`)).toContain(
        'inlineData',
      );
      expect(await ask(`a fox [scenario: ${scenario} two]`)).toMatch(fault);
      expect(await ask(`A fox. [scenario: ${scenario}]`)).toMatch(fault);
      expect(await ask(`Generate an image of: a fox [scenario: ${scenario}]`)).toContain('inlineData');
      const long = `A hare.\n\nIn a field [scenario: ${scenario}]`;
      expect(await ask(long)).toMatch(fault);
      expect(await ask(`Draw the following, and do not describe it.\n\n${long}`)).toContain('inlineData');
    },
  );

  test('every scenario is described and answers differently from a plain request', async () => {
    const seen = ({ status, complete, text }: RawAnswer): string =>
      `${status} ${complete} ${text.replace(/"responseId": "[^"]*"/, '')}`;
    const plain = seen(
      await callRaw(`${emulator.url}/v1beta/models/${current}:generateContent`, {
        body: prompt('a red fox'),
      }),
    );
    // These change time, size or the connection, and are tested above.
    const untold = new Set<string>(['hang', 'reset', 'slow-first-byte', 'large-answer']);
    for (const scenario of scenarioNames.filter((name) => !untold.has(name))) {
      expect(scenarioDescriptions[scenario].length).toBeGreaterThan(2);
      expect([scenario, seen(await play(scenario, { model: current })) === plain]).toEqual([scenario, false]);
    }
  });
});
