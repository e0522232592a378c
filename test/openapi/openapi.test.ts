import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ErrorCode, errorCatalogue } from '../../src/kernel/error-catalogue.ts';
import type { OpenApiDocument } from '../../src/openai/openapi/openapi-document.ts';
import { sendJson, startFakeGemini } from '../support/fake-gemini.ts';
import { postJson } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';
import { maskWithHole, noise } from '../support/test-pictures.ts';
import { answerChecker, eventsOf } from './check-answer.ts';

const generations = '/v1/images/generations';
const edits = '/v1/images/edits';
const flash = 'gemini-2.5-flash-image';

let gateway: Gateway;
let document: OpenApiDocument;
let checker: ReturnType<typeof answerChecker>;

beforeAll(async () => {
  gateway = await startGateway();
  document = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as OpenApiDocument;
  checker = answerChecker(document);
});
afterAll(() => gateway.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${gateway.key}`, ...headers } });

function editForm(fields: Record<string, string>, files: Record<string, Buffer>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const [name, bytes] of Object.entries(files))
    form.append(name, new Blob([Uint8Array.from(bytes)]), `${name}.png`);
  return form;
}
const postForm = (form: FormData, path = edits) =>
  fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}` },
    body: form,
  });

describe('the document', () => {
  test('is served without a key, and passes a public validator', async () => {
    const result = await new Validator().validate(structuredClone({ ...document }));
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
  });

  test('describes only what is served: every method at every path', async () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const method of Object.keys(operations)) {
        const response = await fetch(`${gateway.url}${path.replaceAll(/\{\w+\}/g, 'x')}`, {
          method: method.toUpperCase(),
        });
        const body = await response.text();
        expect([path, method, body.includes('Invalid URL') || response.status === 405]).toEqual([
          path,
          method,
          false,
        ]);
      }
    }
  });

  test('names every error that a described endpoint can answer, and leaves out only those none can', () => {
    const text = JSON.stringify(document.paths);
    const missing = (Object.keys(errorCatalogue) as ErrorCode[]).filter(
      (code) => !text.includes(`\`${code}\`: `),
    );
    // Paths and methods that are not described have nowhere to stand, and nobody receives the first; an Expect header is of HTTP, not of the API.
    const administers = missing.filter((code) => errorCatalogue[code].step === 'administer');
    expect(administers).toContain('configuration_refused');
    expect(missing.filter((code) => !administers.includes(code)).toSorted()).toEqual([
      'client_closed',
      'expectation_failed',
      'method_not_allowed',
      'unknown_url',
    ]);
  });

  test('has no reference that leads nowhere, and no component that nothing refers to', () => {
    const references = new Set(JSON.stringify(document).match(/#\/components\/[\w/-]+/g));
    const components = (['schemas', 'headers'] as const).flatMap((kind) =>
      Object.keys(document.components[kind]).map((name) => `#/components/${kind}/${name}`),
    );
    expect([...references].toSorted()).toEqual(components.toSorted());
  });

  test('names every operation once', () => {
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('real answers are as described', () => {
  test.each([
    ['a picture', 200, { prompt: 'a fox', model: flash }],
    ['several, some as asked', 200, { prompt: 'a fox', n: '2', size: '512x512', style: 'vivid' }],
    ['a link', 200, { prompt: 'a fox', response_format: 'url', output_format: 'webp' }],
    ['a picture without usage', 200, { prompt: 'a fox [scenario: missing-usage]' }],
    ['a refusal', 400, { prompt: 'a fox [scenario: prompt-blocked]' }],
    ['a rate limit', 429, { prompt: 'a fox [scenario: rate-limit]' }],
    ['a used up quota', 429, { prompt: 'a fox [scenario: credits-depleted]' }],
    ['a late upstream', 504, { prompt: 'a fox [scenario: deadline-exceeded]' }],
    ['no prompt', 400, { model: flash }],
    ['a bad value', 400, { prompt: 'a fox', n: 11 }],
    ['an unknown model', 404, { prompt: 'a fox', model: 'no-such-model' }],
    ['no JSON', 400, '{'],
    ['a body that nests too deep', 413, `{"prompt":"a fox","n":${'['.repeat(5000)}${']'.repeat(5000)}}`],
  ])('generations: %s', async (_name, status, body) => {
    // A sandbox of its own: what an upstream did must not count against the next order.
    const own = await startGateway();
    try {
      const response = await postJson(own, generations, body);
      await checker.check(response, 'post', generations);
      expect(response.status).toBe(status);
    } finally {
      await own.close();
    }
  });

  test.each([
    ['a picture', { prompt: 'a fox' }, ['image_generation.completed']],
    [
      'drafts',
      { prompt: 'a fox [scenario: several-images 3]', partial_images: 1 },
      ['image_generation.partial_image', 'image_generation.completed'],
    ],
    ['a failure', { prompt: 'a fox [scenario: prompt-blocked]' }, ['error']],
  ])('generations: a stream of %s', async (_name, body, events) => {
    const response = await postJson(gateway, generations, { ...body, stream: true });
    const text = await checker.check(response, 'post', generations);
    expect(eventsOf(text).map(({ event }) => event)).toEqual(events);
  });

  test.each([
    ['upstream_error', 502],
    ['upstream_unavailable', 503],
    ['upstream_auth_error', 502],
  ])('generations: %s', async (code, status) => {
    const upstreamStatus = { upstream_error: 500, upstream_unavailable: 503, upstream_auth_error: 401 }[code];
    const upstream = await startFakeGemini((_call, response) =>
      sendJson(response, { error: { code: upstreamStatus, message: 'no', status: 'X' } }, upstreamStatus),
    );
    const other = await startGateway({ upstreamUrl: upstream.url });
    try {
      const response = await postJson(other, generations, { prompt: 'a fox' });
      expect(response.status).toBe(status);
      await checker.check(response, 'post', generations);
    } finally {
      await other.close();
      await upstream.close();
    }
  });

  test('dry runs, whose every misspelling costs nothing either', async () => {
    for (const value of ['1', 'true', 'yes', '']) {
      const path = `${generations}?dry_run=${value}`;
      const response = await postJson(gateway, path, { prompt: 'a fox', size: '1792x1024', seed: 1 });
      expect(await checker.check(response, 'post', generations)).toContain('"image.dry_run"');
    }
    const no = await postJson(gateway, `${generations}?dry_run=false`, { prompt: 'a fox' });
    expect(await checker.check(no, 'post', generations)).toContain('b64_json');
  });

  test('edits, as a form, as JSON and as a stream', async () => {
    const picture = await noise(64, 64);
    const mask = await maskWithHole(64, 64, { left: 8, top: 8, width: 32, height: 32 });
    const fields = { prompt: 'add a hat', n: '1' };
    const answers = [
      await postForm(editForm(fields, { image: picture, mask })),
      await postForm(editForm({ ...fields, stream: 'true' }, { 'image[]': picture })),
      await postForm(editForm(fields, { image: Buffer.from('no picture') })),
      await postForm(editForm(fields, {})),
      await postJson(gateway, edits, {
        prompt: 'add a hat',
        images: [{ image_url: `data:image/png;base64,${picture.toString('base64')}` }],
      }),
      await postJson(gateway, `${edits}?dry_run`, { prompt: 'add a hat', image: picture.toString('base64') }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 400, 200, 200]);
    const texts: string[] = [];
    for (const answer of answers) texts.push(await checker.check(answer, 'post', edits));
    expect(eventsOf(texts[1] ?? '').map(({ event }) => event)).toEqual(['image_edit.completed']);
  });

  test('what is refused before it is read', async () => {
    const headers = { 'content-type': 'text/plain' };
    await checker.check(await postJson(gateway, generations, 'a fox', { headers }), 'post', generations);
    await checker.check(await postJson(gateway, edits, 'a fox', { headers }), 'post', edits);
    const wrongKey = { headers: { authorization: 'Bearer sk-wrong' } };
    const refused = await postJson(gateway, generations, { prompt: 'a fox' }, wrongKey);
    expect(refused.status).toBe(401);
    await checker.check(refused, 'post', generations);
    const large = await postJson(gateway, generations, { prompt: 'x'.repeat(1024 * 1024) });
    expect(large.status).toBe(413);
    await checker.check(large, 'post', generations);
  });

  test('the paths of Azure', async () => {
    const path = (name: string) => `/openai/deployments/{deployment}/images/${name}`;
    const headers = { authorization: '', 'api-key': gateway.key };
    const drawn = await postJson(
      gateway,
      `/openai/deployments/${flash}/images/generations?api-version=2025-04-01-preview`,
      { prompt: 'a fox' },
      { headers },
    );
    expect(drawn.status).toBe(200);
    await checker.check(drawn, 'post', path('generations'));
    const form = editForm({ prompt: 'add a hat' }, { image: await noise(64, 64) });
    const edited = await postForm(form, `/openai/deployments/${flash}/images/edits`);
    expect(edited.status).toBe(200);
    await checker.check(edited, 'post', path('edits'));
  });

  test('models', async () => {
    await checker.check(await get('/v1/models'), 'get', '/v1/models');
    await checker.check(await get('/v1/models', { authorization: '' }), 'get', '/v1/models');
    await checker.check(await get(`/v1/models/${flash}`), 'get', '/v1/models/{model}');
    const unknown = await get('/v1/models/no%2Fsuch');
    expect(unknown.status).toBe(404);
    await checker.check(unknown, 'get', '/v1/models/{model}');
  });

  test('stored pictures', async () => {
    const stored = await postJson(gateway, generations, { prompt: 'a fox', response_format: 'url' });
    const { data } = (await stored.json()) as { data: [{ url: string }] };
    const link = data[0].url.slice(gateway.url.length);
    const etag = (await get(link)).headers.get('etag') ?? '';
    const answers = [
      await get(link),
      await get(link, { range: 'bytes=0-9' }),
      await get(link, { range: 'bytes=99999999-' }),
      await get(link, { 'if-none-match': etag }),
      await get(link.replace(/signature=/, 'signature=AAAA')),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 206, 416, 304, 404]);
    for (const answer of answers) await checker.check(answer, 'get', '/images/{name}');
    const head = await fetch(`${gateway.url}${link}`, { method: 'HEAD' });
    await checker.check(head, 'head', '/images/{name}');
    const nothing = await fetch(`${gateway.url}/images/x.png`, { method: 'HEAD' });
    await checker.check(nothing, 'head', '/images/{name}');
  });

  test('the server itself, and the retired endpoint', async () => {
    for (const path of ['/healthz', '/readyz', '/openapi.json'])
      await checker.check(await get(path, { authorization: '' }), 'get', path);
    const varied = await postForm(editForm({}, { image: await noise(8, 8) }), '/v1/images/variations');
    expect(varied.status).toBe(404);
    await checker.check(varied, 'post', '/v1/images/variations');
  });

  test('every operation that is described was met', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    );
    expect([...checker.visited].toSorted()).toEqual(described.toSorted());
  });
});
