import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReceivedRequest } from '../../src/emulator/emulator-options.ts';
import type { ScenarioName } from '../../src/emulator/scenarios.ts';
import type { Emulator } from '../../src/emulator/start-emulator.ts';
import { openDatabase } from '../../src/store/sql/open-database.ts';
import { SqlLedger } from '../../src/store/sql/sql-ledger.ts';
import { errorOf, field, file, generate, imagesOf, onlyPicture, postForm } from '../support/http.ts';
import { type ServeChild, serveChild } from '../support/serve-child.ts';
import { startGateway } from '../support/start-gateway.ts';
import { readPixels, startTestEmulator } from '../support/test-emulator.ts';
import { noise } from '../support/test-pictures.ts';
import { type VertexPlace, vertexPlace } from '../support/vertex-place.ts';

const model = 'gemini-3-pro-image';
let emulator: Emulator;
const received: ReceivedRequest[] = [];
beforeAll(async () => {
  emulator = await startTestEmulator({ onRequest: (request) => void received.push(request) });
});
afterAll(async () => await emulator.close());

describe('a gateway whose upstream is Vertex, with a service account', () => {
  let place: VertexPlace;
  let server: ServeChild;
  const seen: string[] = [];
  beforeAll(async () => {
    place = await vertexPlace(emulator.url);
    const env = { PLANTAIN_LOG_LEVEL: 'trace', PLANTAIN_LOG_FORMAT: 'json' };
    server = await serveChild({ dataDir: place.dataDir, upstreamUrl: emulator.url, env });
  });
  afterAll(async () => {
    await server.close();
    await place.remove();
  });
  const noted = async (response: Response): Promise<Response> => {
    const headers = JSON.stringify([...response.headers]);
    seen.push(headers, await response.clone().text());
    return response;
  };

  test('asks for one token, and draws with it in the name of the project', async () => {
    const orders = Array.from({ length: 8 }, () =>
      generate(server, { model, prompt: 'a fox', aspect_ratio: '16:9' }).then(noted),
    );
    for (const response of await Promise.all(orders)) {
      expect(response.status).toBe(200);
      expect(response.headers.get('plantain-upstream')).toBe('google-cloud');
      expect(readPixels(await onlyPicture(response))).toBe('1376x768');
    }
    expect(received.filter(({ url }) => url === '/token')).toHaveLength(1);
    const drawn = received.filter(({ url }) => url.endsWith(':generateContent'));
    expect(new Set(drawn.map(({ url }) => url))).toEqual(
      new Set([
        `/v1/projects/art-123456789012/locations/global/publishers/google/models/${model}:generateContent`,
      ]),
    );
    expect(drawn[0]?.headers.authorization).toBe('Bearer ya29.service-account');
    expect(drawn[0]?.headers['x-goog-api-key']).toBeUndefined();
  });

  test('edits', async () => {
    const parts = [
      file('image', await noise(64, 64)),
      field('prompt', 'make it blue'),
      field('model', model),
    ];
    const response = await noted(await postForm(server, parts));
    expect((await imagesOf(response)).data).toHaveLength(1);
    expect(received.at(-1)?.body.toString()).toContain('"inlineData"');
  });

  test('streams, with drafts as they come', async () => {
    const body = { model, prompt: 'a fox', stream: true, partial_images: 2 };
    const text = await (await noted(await generate(server, body))).text();
    const names = [...text.matchAll(/^event: (.+)$/gm)].map(([, name]) => name);
    expect(names[0]).toBe('image_generation.partial_image');
    expect(names.at(-1)).toBe('image_generation.completed');
    expect(received.at(-1)?.url).toContain(':streamGenerateContent?alt=sse');
  });

  test('renews a token that has ended, and books both calls', async () => {
    const response = await generate(server, {
      model,
      prompt: 'a fox [scenario: token-expired-once journey]',
    });
    expect((await noted(response)).status).toBe(200);
    const database = openDatabase(`${place.dataDir}/plantain.db`);
    const attempts = await new SqlLedger(database.db).attempts(response.headers.get('x-request-id') ?? '');
    await database.close();
    expect(attempts.map(({ httpStatus }) => httpStatus)).toEqual([401, 200]);
    expect(attempts[0]?.costMicroUsd).toBe(0);
    expect(received.filter(({ url }) => url === '/token').length).toBeGreaterThanOrEqual(2);
  });

  test('refuses a picture that is larger than Vertex takes, by its name', async () => {
    const large = Buffer.concat([await noise(64, 64), Buffer.alloc(8 * 1024 * 1024)]);
    const parts = [file('image', large), field('prompt', 'make it blue'), field('model', model)];
    const response = await noted(await postForm(server, parts));
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ param: 'image', code: 'upstream_rejected' });
  });

  test('shows neither token, key, account nor project, in no answer and in no line of the log', async () => {
    const response = await generate(server, { model, prompt: 'a fox [scenario: permission-denied]' });
    await noted(response);
    expect(seen.length).toBeGreaterThan(10);
    await expect.poll(() => server.output()).toContain('upstream_auth_error');
    for (const text of [...seen, server.output()]) {
      expect(text).not.toMatch(/ya29|PRIVATE KEY|eyJhbGci|art-123456789012|painter@/);
      expect(text).not.toContain(place.privateKey.slice(100, 140));
    }
  });
});

interface Expected {
  readonly status: number;
  readonly type: string;
  readonly code: string;
  readonly after?: string;
  /** What `x-should-retry` says; absent, nothing. */
  readonly again?: 'false';
}
const auth: Expected = { status: 502, type: 'server_error', code: 'upstream_auth_error', again: 'false' };
const place: Expected = { ...auth, code: 'upstream_misconfigured' };
const credit: Expected = {
  status: 429,
  type: 'insufficient_quota',
  code: 'insufficient_quota',
  again: 'false',
};
const gone: Expected = { status: 404, type: 'invalid_request_error', code: 'model_not_found' };
const rejected: Expected = { status: 400, type: 'invalid_request_error', code: 'upstream_rejected' };
const limited = (after: string): Expected => ({
  status: 429,
  type: 'rate_limit_error',
  code: 'rate_limit_exceeded',
  after,
});
const failed = (status: number, code: string): Expected => ({ status, type: 'server_error', code });

/** What a caller gets for every error of Vertex's, and for every 402 and 429 (docs/contracts/gemini.md#vertex-errors). */
const table = {
  'no-credentials': auth,
  'api-keys-unsupported': auth,
  'token-refused': auth,
  'token-expired': auth,
  'permission-denied': auth,
  'service-disabled': place,
  'billing-disabled': credit,
  'consumer-invalid': place,
  'consumer-suspended': auth,
  'publisher-model-not-found': gone,
  'invalid-role': rejected,
  'invalid-argument': rejected,
  'location-unsupported': place,
  'country-unsupported': place,
  'image-country-unsupported': place,
  'shared-quota': limited('10'),
  'resource-exhausted': limited('10'),
  'provisioned-throughput': limited('10'),
  'no-capacity': failed(503, 'upstream_unavailable'),
  'no-capacity-503': failed(503, 'upstream_unavailable'),
  canceled: failed(502, 'upstream_error'),
  'deadline-503': failed(504, 'upstream_timeout'),
  'deadline-exceeded': failed(504, 'upstream_timeout'),
  'internal-error': failed(502, 'upstream_error'),
  unavailable: failed(503, 'upstream_unavailable'),
  'credits-depleted-402': credit,
  'credits-depleted': credit,
  'monthly-spending-cap': credit,
  'limit-zero': credit,
  'spend-limit': { ...limited('150'), again: 'false' },
  'rate-limit': limited('34'),
  'rate-limit-fractional': limited('35'),
  'rate-limit-daily': { ...credit, after: '2924' },
} satisfies Partial<Record<ScenarioName, Expected>>;

describe('every error of Vertex, through a gateway that has met none before', () => {
  const printed: object[] = [];
  afterAll(() => {
    console.table(printed);
  });

  test.each(Object.entries<Expected>(table))('%s', async (name, expected) => {
    // Nobody waits in line for a pause: no deadline allows it.
    const own = await vertexPlace(
      emulator.url,
      `models:\n  ${model}: { deadline_ms: { 1K: 9000, 2K: 9000, 4K: 9000 } }\n`,
    );
    const env = { PLANTAIN_LIMITS_UPSTREAM_TRIES: '1' };
    const gateway = await startGateway({ dataDir: own.dataDir, env });
    try {
      const response = await generate(gateway, { model, prompt: `A fox [scenario: ${name}]` });
      const { type, code } = await errorOf(response);
      const told = {
        status: response.status,
        type,
        code,
        after: response.headers.get('retry-after') ?? undefined,
        again: response.headers.get('x-should-retry') ?? undefined,
      };
      printed.push({ error: name, ...told });
      expect(told).toEqual({ after: undefined, again: undefined, ...expected });
    } finally {
      await gateway.close();
      await own.remove();
    }
  });
});
