import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fixturePictures, type FixturePictures } from '../fixtures/clients/pictures.ts';
import { type RawAnswer, sendFixture } from '../fixtures/clients/send-fixture.ts';
import { drawnAsOrdered } from '../support/drawn-as-ordered.ts';
import { type FakeGemini, imageAnswer, sendJson, startFakeGemini } from '../support/fake-gemini.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

/** Requests as real clients put them on the wire, for clients that cannot run here (test/fixtures/clients). */

let upstream: FakeGemini;
let gateway: Gateway;
let pictures: FixturePictures;
let drawn: Buffer;

beforeAll(async () => {
  pictures = await fixturePictures();
  upstream = await startFakeGemini(async (call, response) => {
    drawn = await drawnAsOrdered(call);
    sendJson(response, imageAnswer(drawn.toString('base64')));
  });
  gateway = await startGateway({ upstreamUrl: upstream.url });
});
beforeEach(() => {
  upstream.calls.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const send = (name: string): Promise<RawAnswer> => sendFixture(gateway, name, pictures);

interface Item {
  readonly b64_json?: string;
  readonly url?: string;
}
function items({ status, body }: RawAnswer): readonly Item[] {
  expect(body.toString('utf8', 0, 400), 'the answer').toContain('"data"');
  expect(status).toBe(200);
  return (JSON.parse(body.toString()) as { data: Item[] }).data;
}

/** The answer has one picture, as base64 and not as a link. */
function expectBase64(answer: RawAnswer): void {
  const data = items(answer);
  expect(data).toHaveLength(1);
  expect(Object.keys(data[0] ?? {})).toEqual(['b64_json']);
  expect(Buffer.from(data[0]?.b64_json ?? '', 'base64').equals(drawn)).toBe(true);
}

/** The answer has one picture, as a link that works without a key, also with one, and ends in an extension. */
async function expectLink(answer: RawAnswer): Promise<void> {
  const data = items(answer);
  expect(data).toHaveLength(1);
  expect(Object.keys(data[0] ?? {})).toEqual(['url']);
  const url = data[0]?.url ?? '';
  expect(new URL(url).origin).toBe(gateway.url);
  expect(new URL(url).pathname).toMatch(/\/[\w-]+\.png$/);
  for (const headers of [{}, { authorization: `Bearer ${gateway.key}` }]) {
    const fetched = await fetch(url, { headers });
    expect(fetched.status).toBe(200);
    expect(fetched.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await fetched.arrayBuffer()).equals(drawn)).toBe(true);
  }
}

interface AskedPart {
  readonly text?: string;
  readonly inlineData?: { readonly mimeType: string; readonly data: string };
}
function asked(): { parts: readonly AskedPart[]; config: Record<string, unknown> | undefined; url: string } {
  expect(upstream.calls).toHaveLength(1);
  const body = upstream.calls[0]?.body as unknown as {
    contents: { parts: AskedPart[] }[];
    generationConfig: { imageConfig?: Record<string, unknown> };
  };
  return {
    parts: body.contents[0]?.parts ?? [],
    config: body.generationConfig.imageConfig,
    url: upstream.calls[0]?.url ?? '',
  };
}

/** The upstream got exactly the references' bytes, rightly labelled, in this order, and the prompt. */
function expectReferences(names: readonly (keyof FixturePictures)[], prompt: string): void {
  const { parts } = asked();
  const references = parts.flatMap(({ inlineData }) => inlineData ?? []);
  expect(references.map(({ mimeType }) => mimeType)).toEqual(
    names.map((name) => (name === 'first.png' ? 'image/png' : 'image/jpeg')),
  );
  for (const [index, name] of names.entries()) {
    expect(
      Buffer.from(references[index]?.data ?? '', 'base64').equals(pictures[name]),
      `${name} arrives byte for byte`,
    ).toBe(true);
  }
  expect(parts.at(-1)?.text).toContain(prompt);
}

const adapted = (answer: RawAnswer): string => answer.headers.get('plantain-adapted') ?? '';

describe('generations as clients send them', () => {
  test('Open WebUI: 512x512 is drawn at the nearest size instead of being refused', async () => {
    const answer = await send('open-webui-generate');
    expectBase64(answer);
    expect(asked().config).toMatchObject({ aspectRatio: '1:1' });
    expect(adapted(answer)).toMatch(/size;action=mapped;from="512x512";to="1024x1024"/);
  });

  test('LobeHub: camelCase parameters are understood, those without meaning are reported', async () => {
    const answer = await send('lobehub-generate');
    expectBase64(answer);
    expect(asked().config).toMatchObject({ aspectRatio: '16:9' });
    for (const ignored of ['seed', 'steps', 'cfg', 'samplerName', 'promptExtend']) {
      expect(adapted(answer)).toMatch(new RegExp(`(?:^|, )${ignored};action=ignored`));
    }
    expect(adapted(answer)).not.toMatch(/imageUrl|resolution|aspectRatio/);
  });

  test('NextChat: the doubled /v1 path reaches the endpoint, with dall-e-3 and its own fields', async () => {
    const answer = await send('nextchat-generate');
    expectBase64(answer);
    expect(adapted(answer)).toMatch(/model;action=mapped;from="dall-e-3"/);
  });

  test('LangChain (Python): no response_format with a dall-e name answers with a link, the only thing it reads', async () => {
    await expectLink(await send('langchain-py-generate'));
  });

  test('LibreChat (DALLE3): no response_format answers with a link whose name has an extension', async () => {
    await expectLink(await send('librechat-dalle3-generate'));
  });

  test('LibreChat (Azure mode): the deployment in the path is the model, api-key and api-version are accepted', async () => {
    const answer = await send('librechat-azure-generate');
    expectBase64(answer);
    expect(asked().url).toContain('/gemini-2.5-flash-image:');
    expect(adapted(answer)).toContain('model;action=ignored;from="gpt-image-1";reason=path-decides');
  });

  test('WordPress: 1792x1024 with gpt-image-1 becomes 16:9', async () => {
    const answer = await send('wordpress-generate');
    expectBase64(answer);
    expect(asked().config).toMatchObject({ aspectRatio: '16:9' });
  });

  test('OpenClaw (litellm provider): the path without /v1 and 2048x1152', async () => {
    expectBase64(await send('openclaw-generate'));
    expect(asked().config).toMatchObject({ aspectRatio: '16:9' });
  });

  test('SillyTavern: 1024x1792 becomes 9:16, and size decides the tier before quality hd does', async () => {
    expectBase64(await send('sillytavern-generate'));
    expect(asked().config).toMatchObject({ aspectRatio: '9:16', imageSize: '1K' });
  });

  test('FlexAI (ComfyUI): size may be a ratio, null and empty fields count as not sent', async () => {
    const answer = await send('flexai-generate');
    expectBase64(answer);
    expect(asked().config).toMatchObject({ aspectRatio: '16:9' });
    expect(adapted(answer)).toBe('');
  });
});

describe('edits as clients send them', () => {
  test('openai-java: an image part without file name, chunked, text parts with their own content type', async () => {
    expectBase64(await send('openai-java-edit'));
    expectReferences(['first.png'], 'an umbrella for the lighthouse, ça va');
  });

  test('openai-java: two parts labelled image/png and image/jpeg without file names', async () => {
    expectBase64(await send('openai-java-edit-typed'));
    expectReferences(['first.png', 'second.jpg'], 'make them one');
  });

  test('ruby-openai: image[0] and image[1] with an empty content type', async () => {
    expectBase64(await send('ruby-openai-edit'));
    expectReferences(['first.png', 'second.jpg'], 'make them one');
  });

  test('Cherry Studio: repeated image without brackets after the fields', async () => {
    expectBase64(await send('cherry-studio-edit'));
    expectReferences(['first.png', 'second.jpg'], 'make them one');
  });

  test('LobeHub: chunked, camelCase fields, input_fidelity, and a JPEG labelled png', async () => {
    const answer = await send('lobehub-edit');
    expectBase64(answer);
    expectReferences(['first.png', 'second.jpg'], 'make them one');
    expect(asked().config).toMatchObject({ aspectRatio: '4:3' });
    for (const ignored of ['input_fidelity', 'seed', 'steps', 'cfg']) {
      expect(adapted(answer)).toContain(`${ignored};action=ignored`);
    }
  });

  test('Open WebUI: one image with size 512x512', async () => {
    expectBase64(await send('open-webui-edit'));
    expectReferences(['first.png'], 'an umbrella');
  });

  test('Open WebUI: a list as image[], with gpt-image-1 and no response_format', async () => {
    expectBase64(await send('open-webui-edit-list'));
    expectReferences(['first.png', 'second.jpg'], 'make them one');
  });

  test('n8n: files before fields, and an empty OpenAI-Organization header', async () => {
    expectBase64(await send('n8n-edit'));
    expectReferences(['first.png', 'second.jpg'], 'make them one');
    expect(asked().config).toMatchObject({ aspectRatio: '1:1' });
  });

  test('async-openai: output_compression sent twice, and the format asked for is the format delivered', async () => {
    const answer = await send('async-openai-edit');
    const data = items(answer);
    expectReferences(['first.png'], 'an umbrella');
    const { format } = await sharp(Buffer.from(data[0]?.b64_json ?? '', 'base64')).metadata();
    expect(format).toBe('webp');
    expect(JSON.parse(answer.body.toString())).toMatchObject({ output_format: 'webp' });
  });

  test('AnythingLLM: a JPEG labelled image/png goes upstream as what it is', async () => {
    expectBase64(await send('anythingllm-edit'));
    expectReferences(['second.jpg', 'first.png'], 'make them one');
  });

  test('go-openai: application/octet-stream, with empty size and response_format and a zero for n', async () => {
    expectBase64(await send('go-openai-edit'));
    expectReferences(['first.png'], 'an umbrella');
  });

  test('openai-python: a BytesIO as "upload", application/octet-stream, stream "false"', async () => {
    expectBase64(await send('openai-python-edit'));
    expectReferences(['first.png'], 'an umbrella');
  });

  test('openai-dotnet: a quoted boundary, names without quotes, and filename*', async () => {
    expectBase64(await send('openai-dotnet-edit'));
    expectReferences(['first.png'], 'an umbrella');
  });

  test('prism-php: image[0] and image[1], a length in every part, file names with quotes and accents', async () => {
    expectBase64(await send('prism-php-edit'));
    expectReferences(['first.png', 'second.jpg'], 'make them one');
  });

  test('JSON edit: images[].image_url as a string and as an object', async () => {
    expectBase64(await send('json-edit'));
    expectReferences(['first.png', 'second.jpg'], 'make them one');
  });

  test('JSON edit: bare base64 and b64_json in `image`', async () => {
    expectBase64(await send('json-edit-lenient'));
    expectReferences(['first.png', 'second.jpg'], 'make them one');
  });
});
