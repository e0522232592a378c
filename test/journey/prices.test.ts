import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { runCommandLine } from '../../src/cli/run-command-line.ts';
import { type FakeGemini, startFakeGemini, tinyPng } from '../support/fake-gemini.ts';
import { generate } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

/** What orders cost over HTTP, by what the answer tells of its tier, its searches and its tokens, and how that is explained later. */

let upstream: FakeGemini;
let gateway: Gateway;
let dataDir: string;
let told: { usage: object; headers?: Record<string, string>; queries?: readonly string[] };

const model = 'gemini-3-pro-image';
const usage = {
  promptTokenCount: 14,
  candidatesTokenCount: 1283,
  totalTokenCount: 1471,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: 14 }],
  candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
  thoughtsTokenCount: 174,
};
const settings = (more = '') => `upstreams:
  - { name: google, kind: gemini, base_url: "${upstream.url}", api_key: AIzaTestTestTestTest }
native:
  tools: [googleSearch]
  service_tiers: [standard, flex, priority]
${more}`;

beforeAll(async () => {
  upstream = await startFakeGemini((_call, response) => {
    const parts = [{ inlineData: { mimeType: 'image/png', data: tinyPng } }];
    const groundingMetadata = { webSearchQueries: told.queries ?? [] };
    const candidates = [{ content: { parts }, finishReason: 'STOP', index: 0, groundingMetadata }];
    response.writeHead(200, { 'content-type': 'application/json', ...told.headers });
    response.end(JSON.stringify({ candidates, usageMetadata: told.usage, modelVersion: model }));
  });
  dataDir = await mkdtemp(join(tmpdir(), 'plantain-prices-'));
  await writeFile(join(dataDir, 'plantain.yaml'), settings());
  gateway = await startGateway({ dataDir });
});
beforeEach(() => {
  told = { usage };
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
  await rm(dataDir, { recursive: true, force: true });
});

const drawn = async () => costOf(await generate(gateway, { prompt: 'a fox', model }));
const passed = async (more: object = {}) =>
  costOf(
    await fetch(`${gateway.url}/v1beta/models/${model}:generateContent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': gateway.key },
      body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'a fox' }] }], ...more }),
    }),
  );
async function costOf(response: Response) {
  await response.arrayBuffer();
  expect(response.status).toBe(200);
  return Number(response.headers.get('plantain-cost-micro-usd'));
}
async function plantain(...words: readonly string[]) {
  const context = capturedContext({ cwd: dataDir, env: {} });
  const exitCode = await runCommandLine([...words, '--data-dir', dataDir], context);
  expect([exitCode, context.err()]).toEqual([0, '']);
  return context.out();
}

describe('on either route an answer is charged at the tier that it says it was served at', () => {
  // 14 × 2 + (163 + 174) × 12 + 1120 × 120.
  const standard = 138_472;
  test.each([
    ['no word of it', {}, {}, standard],
    ['its header', {}, { 'x-gemini-service-tier': 'flex' }, standard / 2],
    ['its usage', { serviceTier: 'flex' }, {}, standard / 2],
    ['the kind of traffic at Vertex AI', { trafficType: 'ON_DEMAND_FLEX' }, {}, standard / 2],
  ])('told by %s', async (_by, more, headers, cost) => {
    told = { usage: { ...usage, ...more }, headers };
    expect([await drawn(), await passed()]).toEqual([cost, cost]);
  });

  test('and where another was asked for than was served', async () => {
    told = { usage, headers: { 'x-gemini-service-tier': 'standard' } };
    expect(await passed({ serviceTier: 'priority' })).toBe(standard);
    told = { usage, headers: { 'x-gemini-service-tier': 'priority' } };
    // 14 × 3.60 + 337 × 21.60 + 1120 × 216 = 249,249.6.
    expect(await passed({ serviceTier: 'priority' })).toBe(249_250);
    told = { usage };
    expect(await passed({ serviceTier: 'priority' })).toBe(249_250);
    expect(await passed({ serviceTier: 'flex' })).toBe(standard);
  });

  test('searches, and what they brought to the prompt, are charged', async () => {
    told = { usage: { ...usage, toolUsePromptTokenCount: 310, totalTokenCount: 1781 }, queries: ['a', 'b'] };
    expect(await passed({ tools: [{ googleSearch: {} }] })).toBe(standard + 310 * 2 + 2 * 14_000);
  });
});

test('an old order keeps its sum and how it is explained, whatever the prices are now', async () => {
  const response = await generate(gateway, { prompt: 'a fox', model });
  const id = String(response.headers.get('x-request-id'));
  const before = await plantain('orders', 'show', id);
  expect(before.slice(before.indexOf('\nCost of call'))).toBe(`
Cost of call 1, by the prices gemini-3-pro-image/standard/2026-05-28
Count  Of                               Price              Makes
14     tokens of text in                $2.00 a million    $0.000028
337    tokens of text and thinking out  $12.00 a million   $0.004044
1120   tokens of pictures out           $120.00 a million  $0.1344
Together $0.138472; charged $0.138472, in whole millionths of a dollar.
`);
  await gateway.close();
  const own =
    'models: { gemini-3-pro-image: { micro_usd_per_million_tokens: { input: 1, text_output: 1, image_output: 1000000 } } }\n';
  await writeFile(join(dataDir, 'plantain.yaml'), settings(own));
  gateway = await startGateway({ dataDir });
  expect(await plantain('orders', 'show', id)).toBe(before);
  const later = await generate(gateway, { prompt: 'a fox', model });
  expect(later.headers.get('plantain-cost-micro-usd')).toBe('1120');
  const shown = await plantain('orders', 'show', String(later.headers.get('x-request-id')), '--json');
  expect(JSON.parse(shown)).toMatchObject({
    attempts: [
      {
        price_id: 'gemini-3-pro-image/standard/operator',
        price: [
          { of: 'text_in', count: 14, micro_usd_per_million: 1 },
          { of: 'text_out', count: 337, micro_usd_per_million: 1 },
          { of: 'pictures_out', count: 1120, micro_usd_per_million: 1_000_000 },
        ],
      },
    ],
  });
});
