import type { CatalogueModel } from '../../src/journey/catalogue-model.ts';
import type { LookAlikeAnswer, UpstreamLookAlike } from '../contracts/upstream.contract.ts';
import { tinyPng } from './fake-gemini.ts';

/** Whose form of OpenAI's Images API an answer has. */
export type OpenAiShape = 'openai' | 'azure' | 'string' | 'detail' | 'xai';

type Words = Omit<UpstreamLookAlike, 'open' | 'wish' | 'keyAccepted'>;

const json = (status: string, body: unknown, headers: Record<string, string> = {}): LookAlikeAnswer => ({
  status,
  headers,
  body: JSON.stringify(body),
});
const openAiError = (message: string, type: string, code: string | null, param: string | null = null) => ({
  error: { message, type, param, code },
});

const openAi: Words = {
  picture: {
    body: JSON.stringify({
      created: 1,
      data: [{ b64_json: tinyPng }],
      usage: {
        input_tokens: 10,
        input_tokens_details: { image_tokens: 0, text_tokens: 10 },
        output_tokens: 196,
        total_tokens: 206,
      },
    }),
  },
  pictureBase64: tinyPng,
  refusal: json('400 Bad Request', {
    error: {
      ...openAiError(
        'Your request was rejected by the safety system. safety_violations=[sexual].',
        'image_generation_user_error',
        'moderation_blocked',
      ).error,
      moderation_details: { moderation_stage: 'input', categories: ['sexual'] },
    },
  }),
  withoutPicture: { verdict: 'words', body: JSON.stringify({ created: 1, data: [] }) },
  callersFault: json(
    '400 Bad Request',
    openAiError("Invalid value: 'size'.", 'image_generation_user_error', 'invalid_value', 'size'),
  ),
  keyRefused: json(
    '401 Unauthorized',
    openAiError(
      'Incorrect API key provided: sk-abcdef**wxyz. You can find your API key at https://platform.openai.com/account/api-keys.',
      'invalid_request_error',
      'invalid_api_key',
    ),
  ),
  limited: json(
    '429 Too Many Requests',
    openAiError(
      'Rate limit reached for gpt-image-2 (for limit gpt-image) in organization org-x on images per min: Limit 5, Used 5, Requested 1. Please try again in 34s.',
      'rate_limit_error',
      'rate_limit_exceeded',
    ),
  ),
  failed: json(
    '500 Internal Server Error',
    openAiError('The server had an error.', 'server_error', 'server_error'),
  ),
};

const answers: Readonly<Record<OpenAiShape, Words>> = {
  openai: openAi,
  azure: {
    ...openAi,
    refusal: json('400 Bad Request', {
      error: {
        code: 'contentFilter',
        message: 'Your task failed as a result of our safety system.',
        inner_error: {
          code: 'ResponsibleAIPolicyViolation',
          content_filter_results: { violence: { filtered: true, severity: 'high' } },
        },
      },
    }),
    keyRefused: json('401 Unauthorized', {
      error: { code: '401', message: 'Access denied due to invalid subscription key or wrong API endpoint.' },
    }),
    limited: json(
      '429 Too Many Requests',
      { error: { code: '429', message: 'Requests have exceeded the call rate limit. Please retry.' } },
      { 'retry-after': '34' },
    ),
  },
  string: {
    ...openAi,
    picture: { body: JSON.stringify({ created: 1, output_format: 'png', data: [{ b64_json: tinyPng }] }) },
    refusal: json('400 Bad Request', { error: 'rejected by the safety system' }),
    callersFault: json('400 Bad Request', { error: 'prompt required' }),
    keyRefused: json('401 Unauthorized', { error: 'unauthorized' }),
    limited: json('429 Too Many Requests', { error: 'queue is full' }, { 'retry-after': '34' }),
    failed: json('500 Internal Server Error', { error: 'generate_image returned no results' }),
  },
  detail: {
    ...openAi,
    picture: {
      body: JSON.stringify({
        id: 'x',
        created: 1,
        data: [{ b64_json: tinyPng, url: null, file_path: '/srv/outputs/x.png' }],
        usage: { image_count: 1 },
      }),
    },
    refusal: json('400 Bad Request', { detail: 'The content filter declined it.' }),
    callersFault: json('422 Unprocessable Entity', {
      detail: [{ type: 'missing', loc: ['body', 'prompt'], msg: 'Field required', input: {} }],
    }),
    keyRefused: json('401 Unauthorized', { detail: 'Not authenticated' }),
    limited: json('429 Too Many Requests', { detail: 'Too many requests' }, { 'retry-after': '34' }),
    failed: json('500 Internal Server Error', { detail: 'CUDA out of memory' }),
  },
  xai: {
    ...openAi,
    picture: {
      body: JSON.stringify({
        data: [{ b64_json: tinyPng, respect_moderation: true }],
        usage: { cost_in_usd_ticks: 200_000_000 },
      }),
    },
    refusal: {
      body: JSON.stringify({
        data: [{ url: 'https://imgen.x.ai/blocked.png', respect_moderation: false }],
        usage: { cost_in_usd_ticks: 200_000_000 },
      }),
    },
  },
};

/** What every upstream can say, in the words of servers of one shape. */
export function openAiAnswers(shape: OpenAiShape): Omit<UpstreamLookAlike, 'open'> {
  return { ...answers[shape], wish: openAiWish(), keyAccepted: { body: '{"object":"list","data":[]}' } };
}

/** A wish that every profile can be asked. */
export function openAiWish(model: Partial<CatalogueModel> = {}): UpstreamLookAlike['wish'] {
  return {
    model: {
      id: 'some-model',
      drafts: true,
      sendsImageSize: true,
      defaultImageSize: '1K',
      pixels: { '1K': { '1:1': { widthPx: 1024, heightPx: 1024 } } },
      inputTokenLimit: 65_536,
      outputTokenLimit: 32_768,
      ...model,
    } as unknown as CatalogueModel,
    prompt: 'a fox',
    aspectRatio: '1:1',
    imageSize: '1K',
    references: [],
    index: 0,
  };
}
