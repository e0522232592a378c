import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeGemini, imageAnswer, sendJson, startFakeGemini } from '../support/fake-gemini.ts';
import { generate, ledgerRows } from '../support/http.ts';
import { type ServeChild, serveChild } from '../support/serve-child.ts';

let usage: object;
let upstream: FakeGemini;
let server: ServeChild;

beforeAll(async () => {
  upstream = await startFakeGemini((_call, response) =>
    sendJson(response, { ...imageAnswer(), usageMetadata: usage }),
  );
  server = await serveChild({ upstreamUrl: upstream.url, env: { PLANTAIN_LOG_FORMAT: 'json' } });
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});

const warnings = () =>
  server
    .output()
    .split('\n')
    .filter((line) => line.includes('token counts that cannot be'))
    .map((line) => JSON.parse(line) as { readonly level: string; readonly oddity: string });

test.each([
  ['a negative count', { promptTokenCount: -5, candidatesTokenCount: 1290, totalTokenCount: 1285 }],
  ['a fraction', { promptTokenCount: 10.5, candidatesTokenCount: 1290, totalTokenCount: 1300.5 }],
  ['a text', { promptTokenCount: 'ten', candidatesTokenCount: 1290, totalTokenCount: 1300 }],
  ['a number beyond all', { promptTokenCount: 1e300, candidatesTokenCount: 1290, totalTokenCount: 1e300 }],
  [
    'more than the model can take',
    { promptTokenCount: 9e9, candidatesTokenCount: 1290, totalTokenCount: 9e9 + 1290 },
  ],
  ['a sum that is none', { promptTokenCount: 10, candidatesTokenCount: 1290, totalTokenCount: 5 }],
])(
  '%s takes the picture from nobody: it is charged by the catalogue, and the log tells',
  async (_name, counts) => {
    usage = counts;
    const before = warnings().length;
    const response = await generate(server, { prompt: 'a fox' });
    expect(response.status).toBe(200);
    expect(ledgerRows(server.dataDir).at(-1)).toMatchObject({
      status: 'succeeded',
      usage_source: 'estimated',
    });
    await expect.poll(() => warnings().length).toBe(before + 1);
    expect(warnings().at(-1)?.oddity).toMatch(/\d|ten/);
  },
);
