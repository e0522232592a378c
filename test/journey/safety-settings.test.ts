import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FakeGemini, imageAnswer, sendJson, startFakeGemini } from '../support/fake-gemini.ts';
import { errorOf, generate } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

const none = { category: 'HARM_CATEGORY_HATE_SPEECH', threshold: 'BLOCK_NONE' };
let upstream: FakeGemini;
let gateway: Gateway;

beforeAll(async () => {
  upstream = await startFakeGemini((_call, response) => sendJson(response, imageAnswer()));
  gateway = await startGateway({ upstreamUrl: upstream.url });
});
beforeEach(() => {
  upstream.calls.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

test('safety_settings reach the upstream as they were asked for, and nothing is sent where nothing was', async () => {
  const response = await generate(gateway, { prompt: 'a fox', safety_settings: [none] });
  expect(response.status).toBe(200);
  expect(response.headers.get('plantain-adapted')).not.toContain('safety_settings');
  await generate(gateway, { prompt: 'a fox' });
  expect(upstream.calls.map(({ body }) => body['safetySettings'])).toEqual([[none], undefined]);
});

test('what the operator pins goes with every call, whatever a caller asks, who is told', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'plantain-pinned-'));
  const pin = { category: 'HARM_CATEGORY_HATE_SPEECH', threshold: 'BLOCK_LOW_AND_ABOVE' };
  await writeFile(
    join(dataDir, 'plantain.yaml'),
    `gemini:\n  safety_settings:\n    - category: ${pin.category}\n      threshold: ${pin.threshold}\n`,
  );
  const pinned = await startGateway({ upstreamUrl: upstream.url, dataDir });
  try {
    const response = await generate(pinned, { prompt: 'a fox', safety_settings: [none] });
    expect(response.headers.get('plantain-adapted')).toContain(
      'safety_settings;action=mapped;from="HARM_CATEGORY_HATE_SPEECH=BLOCK_NONE";to="BLOCK_LOW_AND_ABOVE";reason=pinned-by-the-operator',
    );
    await generate(pinned, { prompt: 'a fox' });
    expect(upstream.calls.map(({ body }) => body['safetySettings'])).toEqual([[pin], [pin]]);
  } finally {
    await pinned.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});

test('a search is refused before it costs anything; tools that mean nothing are reported', async () => {
  const refused = await generate(gateway, { prompt: 'a fox', tools: [{ google_search: {} }] });
  expect(refused.status).toBe(400);
  expect(await errorOf(refused)).toMatchObject({ code: 'invalid_value', param: 'tools' });
  expect(upstream.calls).toHaveLength(0);
  const told = await generate(gateway, { prompt: 'a fox', tools: [{ code_execution: {} }] });
  expect(told.headers.get('plantain-adapted')).toContain(
    'tools;action=ignored;reason=image-models-take-none',
  );
});
