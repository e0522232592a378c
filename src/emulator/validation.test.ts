import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Emulator } from './start-emulator.ts';
import { callRaw, prompt, startTestEmulator } from '../../test/support/test-emulator.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(async () => await emulator.close());

interface GoogleErrorBody {
  error: { code: number; message: string; status: string; details?: Record<string, unknown>[] };
}

const current = 'gemini-nano-banana-2.1';

async function generate(
  body: unknown,
  model = current,
  version = 'v1beta',
): Promise<{ status: number; error: GoogleErrorBody['error'] }> {
  const answer = await callRaw(`${emulator.url}/${version}/models/${model}:generateContent`, { body });
  return { status: answer.status, error: (JSON.parse(answer.text) as GoogleErrorBody).error };
}

const contents = [{ parts: [{ text: 'a red fox' }] }];
const ratioText =
  "* GenerateContentRequest.generation_config.image_config.aspect_ratio: aspect_ratio must be one of '1:1', '1:4', '1:8', '2:3', '3:2', '3:4', '4:1', '4:3', '4:5', '5:4', '8:1', '9:16', '16:9', or '21:9'.\n";

describe('parse errors name the spelling sent and the place in snake_case', () => {
  const cases: readonly [name: string, body: object, message: string][] = [
    [
      'a root name',
      { contents, negativePrompt: 'x' },
      'Invalid JSON payload received. Unknown name "negativePrompt": Cannot find field.',
    ],
    [
      'a nested name',
      { contents, generationConfig: { negativePrompt: 'x' } },
      'Invalid JSON payload received. Unknown name "negativePrompt" at \'generation_config\': Cannot find field.',
    ],
    [
      'a nested name in snake_case',
      { contents, generation_config: { negative_prompt: 'x' } },
      'Invalid JSON payload received. Unknown name "negative_prompt" at \'generation_config\': Cannot find field.',
    ],
    [
      'aspectRatio in the wrong place',
      { contents, generationConfig: { aspectRatio: '1:1' } },
      'Invalid JSON payload received. Unknown name "aspectRatio" at \'generation_config\': Cannot find field.',
    ],
    [
      'a Vertex-only field',
      { contents, generationConfig: { imageConfig: { personGeneration: 'ALLOW_ALL' } } },
      'Invalid JSON payload received. Unknown name "personGeneration" at \'generation_config.image_config\': Cannot find field.',
    ],
    [
      'a name inside a part',
      { contents: [{ parts: [{ text: 'x' }, { inline_data: { mimeType: 'image/png', bytes: '' } }] }] },
      'Invalid JSON payload received. Unknown name "bytes" at \'contents[0].parts[1].inline_data\': Cannot find field.',
    ],
    [
      'an unknown modality',
      { contents, generationConfig: { responseModalities: ['BANANA'] } },
      'Invalid value at \'generation_config.response_modalities[0]\' (type.googleapis.com/google.ai.generativelanguage.v1beta.GenerationConfig.Modality), "BANANA"',
    ],
    [
      'a ratio where an enum is wanted',
      { contents, generationConfig: { responseFormat: { image: { aspectRatio: '16:9' } } } },
      'Invalid value at \'generation_config.response_format.image.aspect_ratio\' (type.googleapis.com/google.ai.generativelanguage.v1beta.ImageResponseFormat.AspectRatio), "16:9"',
    ],
    [
      'a text for a number',
      { contents, generationConfig: { temperature: 'warm' } },
      'Invalid value at \'generation_config.temperature\' (TYPE_FLOAT), "warm"',
    ],
    [
      'a number too large',
      { contents, generationConfig: { seed: 2 ** 31 } },
      "Invalid value at 'generation_config.seed' (TYPE_INT32), 2147483648",
    ],
    [
      'a number for a text',
      { contents: [{ parts: [{ text: 5 }] }] },
      "Invalid value at 'contents[0].parts[0].text' (TYPE_STRING), 5",
    ],
    [
      'a text for a message',
      { contents, systemInstruction: 'be brief' },
      'Invalid value at \'system_instruction\' (type.googleapis.com/google.ai.generativelanguage.v1beta.Content), "be brief"',
    ],
    [
      'a list where one is wanted',
      { contents, generationConfig: [] },
      'Invalid JSON payload received. Unknown name "generationConfig": Proto field is not repeating, cannot start list.',
    ],
    [
      'two payloads in one part',
      { contents: [{ parts: [{ text: 'x', inlineData: { mimeType: 'image/png', data: '' } }] }] },
      "Invalid value at 'contents[0].parts[0]' (oneof), oneof field 'data' is already set. Cannot set 'inlineData'",
    ],
    [
      'broken base64',
      { contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: '???' } }] }] },
      'Invalid value at \'contents[0].parts[0].inline_data.data\' (TYPE_BYTES), Base64 decoding failed for "???"',
    ],
    [
      'a list at the root',
      [],
      'Invalid JSON payload received. Unknown name "": Root element must be a message.',
    ],
  ];

  test.each(cases)('%s', async (_, body, message) => {
    const { status, error } = await generate(body);
    expect(status).toBe(400);
    expect(error.message).toBe(message);
    expect(error.status).toBe('INVALID_ARGUMENT');
    expect(error.details?.[0]?.['@type']).toBe('type.googleapis.com/google.rpc.BadRequest');
  });

  test('several faults are told together, each with its field', async () => {
    const { error } = await generate(
      { contents, foo: 1, generationConfig: { size: '1K', responseModalities: ['X'] } },
      current,
      'v1',
    );
    expect(error.message.split('\n')).toHaveLength(3);
    expect(error.message).toContain('google.ai.generativelanguage.v1.GenerationConfig.Modality');
    expect(error.details).toEqual([
      {
        '@type': 'type.googleapis.com/google.rpc.BadRequest',
        fieldViolations: [
          { description: 'Invalid JSON payload received. Unknown name "foo": Cannot find field.' },
          {
            field: 'generation_config',
            description:
              'Invalid JSON payload received. Unknown name "size" at \'generation_config\': Cannot find field.',
          },
          {
            field: 'generation_config.response_modalities[0]',
            description: expect.stringContaining('Modality), "X"') as string,
          },
        ],
      },
    ]);
  });

  test('broken JSON shows where it breaks', async () => {
    const broken = await generate('{"contents": nope}');
    expect(broken.error.message).toMatch(
      /^Invalid JSON payload received\. Unexpected token\.\n\{"contents": nope\}\n {13,14}\^$/,
    );
    const cut = await generate('{"contents": [');
    expect(cut.error.message).toBe(
      'Invalid JSON payload received. Unexpected end of string. Expected a value.\n{"contents": [\n              ^',
    );
  });
});

describe('the order of the checks is parse, proto constraints, model, model layer', () => {
  test('a parse error hides a bad ratio, a bad ratio hides an unknown model, an unknown model hides a bad size', async () => {
    const badRatio = { imageConfig: { aspectRatio: '7:5', imageSize: '8K' } };
    expect(
      (await generate({ contents, x: 1, generationConfig: badRatio }, 'nobody')).error.message,
    ).toContain('Unknown name');
    expect((await generate({ contents, generationConfig: badRatio }, 'nobody')).error.message).toBe(
      ratioText,
    );
    const unknown = await generate(
      { contents, generationConfig: { imageConfig: { imageSize: '8K' } } },
      'nobody',
    );
    expect(unknown.status).toBe(404);
    expect(unknown.error.message).toBe(
      'models/nobody is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.',
    );
  });

  const modelLayer: readonly [model: string, config: object, message: string][] = [
    [
      'gemini-3-pro-image',
      { imageConfig: { aspectRatio: '1:4' } },
      'Aspect ratio 1:4 is not supported for this model',
    ],
    [
      'gemini-2.5-flash-image',
      { imageConfig: { aspectRatio: '8:1' } },
      'Aspect ratio 8:1 is not supported for this model',
    ],
    [
      current,
      { imageConfig: { imageSize: '8K' } },
      "Unsupported image_size '8K'. Supported values are: 1K, 2K, 4K, 512, 512P, 512PX.",
    ],
    [
      current,
      { imageConfig: { imageSize: '1k' } },
      "Unsupported image_size '1k'. Supported values are: 1K, 2K, 4K, 512, 512P, 512PX.",
    ],
    [current, { imageConfig: { imageSize: '512' } }, 'Image size 512 is not supported for this model'],
    [
      'gemini-3-pro-image',
      { imageConfig: { imageSize: '512' } },
      'Image size 512 is not supported for this model',
    ],
    [
      'gemini-3.1-flash-lite-image',
      { imageConfig: { imageSize: '512' } },
      'Image size 512 is not supported for this model',
    ],
    [
      'gemini-3.1-flash-lite-image',
      { imageConfig: { imageSize: '2K' } },
      'Image size 2K is not supported for this model',
    ],
    [current, { candidateCount: 2 }, 'Multiple candidates is not enabled for this model'],
    [current, { responseMimeType: 'application/json' }, 'JSON mode is not enabled for this model'],
    [current, { responseFormat: { image: { delivery: 'URI' } } }, 'Request contains an invalid argument.'],
  ];
  test.each(modelLayer)('%s refuses %j', async (model, generationConfig, message) => {
    const { status, error } = await generate({ contents, generationConfig }, model);
    expect([status, error.message, error.status, error.details]).toEqual([
      400,
      message,
      'INVALID_ARGUMENT',
      undefined,
    ]);
  });

  test('the ratio is checked before the size and the size before the candidates', async () => {
    const both = { imageConfig: { aspectRatio: '1:4', imageSize: '8K' }, candidateCount: 3 };
    expect(
      (await generate({ contents, generationConfig: both }, 'gemini-3-pro-image')).error.message,
    ).toContain('Aspect ratio');
    const sizeAndCount = { imageConfig: { imageSize: '8K' }, candidateCount: 3 };
    expect((await generate({ contents, generationConfig: sizeAndCount })).error.message).toContain(
      'Unsupported image_size',
    );
  });

  test('constraints end with a newline and carry no details', async () => {
    expect((await generate({})).error).toEqual({
      code: 400,
      message: '* GenerateContentRequest.contents: contents is not specified\n',
      status: 'INVALID_ARGUMENT',
    });
    expect((await generate({ contents: [] })).error.message).toBe(
      '* GenerateContentRequest.contents: contents is not specified\n',
    );
    expect((await generate('')).error.message).toBe(
      '* GenerateContentRequest.contents: contents is not specified\n',
    );
    expect((await generate({ contents: [{ parts: [{}] }] })).error.message).toBe(
      "* GenerateContentRequest.contents[0].parts[0].data: required oneof field 'data' must have one initialized field\n",
    );
    expect(
      (await generate({ contents, generationConfig: { responseMimeType: 'image/png' } })).error.message,
    ).toMatch(/allowed mimetypes are `text\/plain`.*\.\n$/);
  });

  test('empty parts are an empty input', async () => {
    expect((await generate({ contents: [{ parts: [] }] })).error.message).toBe('Request has empty input.');
  });

  test('a role that is neither user nor model, and tools a model lacks, are refused', async () => {
    expect((await generate({ contents: [{ role: 'system', parts: [{ text: 'x' }] }] })).error.message).toBe(
      'Please use a valid role: user, model.',
    );
    const search = { contents, tools: [{ googleSearch: {} }] };
    expect((await generate(search, 'gemini-2.5-flash-image')).error.message).toBe(
      'Search as tool is not enabled for this model',
    );
    expect(
      (await generate({ contents, tools: [{ functionDeclarations: [{ name: 'f' }] }] })).error.message,
    ).toBe('Function calling is not enabled for this model');
  });

  test('references that are no pictures are refused', async () => {
    const withPart = (mimeType: string, data: string): object => ({
      contents: [{ parts: [{ text: 'edit' }, { inlineData: { mimeType, data } }] }],
    });
    expect((await generate(withPart('image/gif', 'R0lGODlhAQABAAAAACw='))).error.message).toBe(
      'Unsupported MIME type: image/gif',
    );
    expect((await generate(withPart('image/png', 'bm90IGEgcGljdHVyZQ=='))).error.message).toContain(
      'Unable to process input image.',
    );
  });
});

describe('what is accepted', () => {
  const accepted: readonly [name: string, body: object, model?: string][] = [
    [
      'snake_case at every depth',
      {
        contents,
        generation_config: {
          response_modalities: ['IMAGE'],
          image_config: { aspect_ratio: '16:9', image_size: '2K' },
          thinking_config: { thinking_level: 'high', include_thoughts: false },
        },
        safety_settings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
      },
    ],
    [
      'single values for lists',
      { contents: { parts: { text: 'a red fox' } }, system_instruction: { parts: { text: 'x' } } },
    ],
    ['modalities in any case', prompt('a red fox', { responseModalities: ['Image', 'Text'] })],
    [
      'numbers as text',
      prompt('a red fox', { seed: '5', temperature: '0.5', topK: 64, topP: 0.95, maxOutputTokens: 32768 }),
    ],
    ['null for absent', prompt('a red fox', { imageConfig: null, seed: null })],
    [
      'every other top-level field',
      {
        contents,
        serviceTier: 'standard',
        store: false,
        labels: {},
        cachedContent: '',
        tools: [{ googleSearch: { searchTypes: { webSearch: {}, imageSearch: {} } } }],
      },
    ],
    [
      'responseFormat enums, without effect',
      prompt('a red fox', {
        responseFormat: {
          image: {
            aspectRatio: 'ASPECT_RATIO_SIXTEEN_BY_NINE',
            imageSize: 'IMAGE_SIZE_TWO_K',
            mimeType: 'IMAGE_JPEG',
          },
        },
      }),
    ],
    [
      'any imageSize on 2.5, which ignores it',
      prompt('a red fox', { imageConfig: { imageSize: '8K' } }),
      'gemini-2.5-flash-image',
    ],
    [
      '512 on 3.1 flash in its three spellings',
      prompt('a red fox', { imageConfig: { imageSize: '512PX' } }),
      'gemini-3.1-flash-image',
    ],
    ['no role and no generationConfig', { contents }],
  ];
  test.each(accepted)('%s', async (_, body, model = current) => {
    const answer = await callRaw(`${emulator.url}/v1beta/models/${model}:generateContent`, { body });
    expect(answer.text).toContain('"inlineData"');
    expect(answer.status).toBe(200);
  });
});

describe('keys and paths', () => {
  const path = `/v1/models/${current}:generateContent`;

  test('no key is 403 and a bad key is 400 with its details', async () => {
    const missing = await callRaw(emulator.url + path, {
      body: { contents },
      headers: { 'x-goog-api-key': '' },
    });
    expect(missing.status).toBe(403);
    expect(JSON.parse(missing.text)).toEqual({
      error: {
        code: 403,
        message:
          "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
        status: 'PERMISSION_DENIED',
      },
    });
    const bad = await callRaw(emulator.url + path, {
      body: { contents },
      headers: { 'x-goog-api-key': 'an-invalid-key' },
    });
    expect(bad.text).toBe(`{
  "error": {
    "code": 400,
    "message": "API key not valid. Please pass a valid API key.",
    "status": "INVALID_ARGUMENT",
    "details": [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {
          "service": "generativelanguage.googleapis.com"
        }
      },
      {
        "@type": "type.googleapis.com/google.rpc.LocalizedMessage",
        "locale": "en-US",
        "message": "API key not valid. Please pass a valid API key."
      }
    ]
  }
}
`);
  });

  test('the key may come in the query, and only listed keys are good where there is a list', async () => {
    const strict = await startTestEmulator({ apiKeys: ['the-one'] });
    const call = async (key: string): Promise<number> =>
      (
        await callRaw(`${strict.url}${path}?key=${key}`, {
          body: { contents },
          headers: { 'x-goog-api-key': '' },
        })
      ).status;
    expect(
      (await callRaw(strict.url + path, { body: { contents }, headers: { 'x-goog-api-key': 'the-one' } }))
        .status,
    ).toBe(200);
    expect((await callRaw(strict.url + path, { body: { contents } })).status).toBe(400);
    expect(await call('the-one')).toBe(200);
    expect(await call('another')).toBe(400);
    await strict.close();
  });

  test("unknown paths, methods and models are 404 in Google's shape, and encoded ids are decoded", async () => {
    for (const [target, body] of [
      ['/', undefined],
      ['/v2/models', undefined],
      [`/v1/models/${current}:predict`, {}],
      [`/v1/models/${current}:generateContent`, undefined],
    ] as const) {
      const answer = await callRaw(emulator.url + target, { body });
      expect([answer.status, (JSON.parse(answer.text) as GoogleErrorBody).error.status]).toEqual([
        404,
        'NOT_FOUND',
      ]);
    }
    const encoded = await callRaw(
      `${emulator.url}/v1beta/models/gemini%2Dnano%2Dbanana%2D2.1%3AgenerateContent`,
      { body: { contents } },
    );
    expect(encoded.status).toBe(200);
  });

  test('a query parameter nobody knows is refused', async () => {
    const answer = await callRaw(`${emulator.url}/v1beta/models?page=2`);
    expect((JSON.parse(answer.text) as GoogleErrorBody).error.message).toBe(
      'Invalid JSON payload received. Unknown name "page": Cannot bind query parameter. Field \'page\' could not be found in request message.',
    );
  });

  test('a body over the limit is refused without being held', async () => {
    const small = await startTestEmulator({ maxBodyBytes: 1000 });
    const answer = await callRaw(small.url + path, { body: 'x'.repeat(2000) });
    expect([answer.status, answer.text]).toEqual([
      400,
      expect.stringContaining('Request payload size exceeds the limit: 1000 bytes.'),
    ]);
    const chunked = await callRaw(small.url + path, {
      body: 'x'.repeat(2000),
      headers: { 'transfer-encoding': 'chunked' },
    });
    expect(chunked.status).toBe(400);
    await small.close();
  });
});
