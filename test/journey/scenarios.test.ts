import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ScenarioName, scenarioNames } from '../../src/emulator/scenarios.ts';
import { type OpenDatabase, openDatabase } from '../../src/store/sql/open-database.ts';
import { SqlLedger } from '../../src/store/sql/sql-ledger.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

interface Expected {
  readonly status: number;
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly message?: RegExp;
  /** Upstream calls the order takes; absent, any number. */
  readonly calls?: number;
}

const picture: Expected = { status: 200 };
const noImage: Expected = {
  status: 400,
  type: 'image_generation_user_error',
  code: 'no_image_generated',
  headers: { 'retry-after': null },
  calls: 2,
};
const refused = (reason: string): Expected => ({
  status: 400,
  type: 'image_generation_user_error',
  code: 'moderation_blocked',
  message: new RegExp(`\\(${reason}\\)`),
  calls: 1,
});
const limited = (seconds: string): Expected => ({
  status: 429,
  type: 'rate_limit_error',
  code: 'rate_limit_exceeded',
  headers: { 'retry-after': seconds, 'x-should-retry': null },
  calls: 1,
});
const quota: Expected = {
  status: 429,
  type: 'insufficient_quota',
  code: 'insufficient_quota',
  headers: { 'x-should-retry': 'false', 'retry-after': null },
  calls: 1,
};
const failed = (status: number, code: string): Expected => ({
  status,
  type: 'server_error',
  code,
  headers: { 'x-should-retry': null },
});
const auth: Expected = {
  status: 502,
  type: 'server_error',
  code: 'upstream_auth_error',
  headers: { 'x-should-retry': 'false' },
};
const gone: Expected = {
  status: 404,
  type: 'invalid_request_error',
  code: 'model_not_found',
  param: 'model',
};

/** What a caller gets for each way an upstream can answer (docs/errors.md). A scenario without a row here does not compile. */
const table: Readonly<Record<ScenarioName, Expected>> = {
  'text-only': noImage,
  'prose-refusal': noImage,
  'no-image': noImage,
  'empty-content': noImage,
  'role-only-content': noImage,
  'parts-null': noImage,
  'image-safety': refused('IMAGE_SAFETY'),
  'image-prohibited-content': refused('IMAGE_PROHIBITED_CONTENT'),
  'image-responsible-ai': refused('IMAGE_PROHIBITED_CONTENT'),
  'image-recitation': refused('IMAGE_RECITATION'),
  'image-other': noImage,
  safety: refused('SAFETY'),
  recitation: refused('RECITATION'),
  'prohibited-content': refused('PROHIBITED_CONTENT'),
  blocklist: refused('BLOCKLIST'),
  spii: refused('SPII'),
  language: refused('LANGUAGE'),
  other: noImage,
  'max-tokens': noImage,
  'malformed-response': noImage,
  'prompt-blocked': refused('PROHIBITED_CONTENT'),
  'prompt-blocked-safety': refused('SAFETY'),
  'prompt-blocked-other': refused('OTHER'),
  'prompt-blocked-blocklist': refused('BLOCKLIST'),
  'prompt-blocked-image-safety': refused('IMAGE_SAFETY'),
  'no-candidates': noImage,
  'several-images': picture,
  'thought-image': picture,
  'only-thought-image': picture,
  'text-first': picture,
  'text-last': picture,
  'large-signature': picture,
  'large-answer': picture,
  'wrong-dimensions': picture,
  'missing-usage': picture,
  'missing-usage-details': picture,
  continuation: { ...picture, calls: 2 },
  'compact-json': picture,
  'shuffled-keys': picture,
  'escaped-base64': picture,
  'snake-case-answer': picture,
  'rate-limit': limited('34'),
  'rate-limit-fractional': { ...limited(''), headers: { 'x-should-retry': null } },
  'rate-limit-daily': { ...quota, headers: { 'x-should-retry': 'false', 'retry-after': '2924' } },
  'resource-exhausted': limited('10'),
  'credits-depleted': quota,
  'limit-zero': quota,
  'internal-error': failed(502, 'upstream_error'),
  'internal-error-report': failed(502, 'upstream_error'),
  unavailable: failed(503, 'upstream_unavailable'),
  overloaded: failed(503, 'upstream_unavailable'),
  'high-demand': failed(503, 'upstream_unavailable'),
  'deadline-exceeded': failed(504, 'upstream_timeout'),
  'html-502': failed(502, 'upstream_error'),
  'bad-key': auth,
  forbidden: auth,
  'location-unsupported': { ...auth, code: 'upstream_misconfigured' },
  'invalid-argument': { status: 400, type: 'invalid_request_error', code: 'upstream_rejected' },
  'model-retired': { ...gone, message: /Use 'gemini-nano-banana-2\.1' instead/ },
  'model-not-found': gone,
  'no-credentials': auth,
  'api-keys-unsupported': auth,
  'token-refused': auth,
  'token-expired': auth,
  'permission-denied': auth,
  'service-disabled': { ...auth, code: 'upstream_misconfigured' },
  'billing-disabled': quota,
  'consumer-invalid': { ...auth, code: 'upstream_misconfigured' },
  'consumer-suspended': auth,
  'publisher-model-not-found': gone,
  'invalid-role': { status: 400, type: 'invalid_request_error', code: 'upstream_rejected' },
  'country-unsupported': { ...auth, code: 'upstream_misconfigured' },
  'image-country-unsupported': { ...auth, code: 'upstream_misconfigured' },
  'shared-quota': limited('10'),
  'provisioned-throughput': limited('10'),
  'no-capacity': failed(503, 'upstream_unavailable'),
  'no-capacity-503': failed(503, 'upstream_unavailable'),
  canceled: failed(502, 'upstream_error'),
  'deadline-503': failed(504, 'upstream_timeout'),
  'credits-depleted-402': quota,
  'spend-limit': { ...limited('150'), headers: { 'retry-after': '150', 'x-should-retry': 'false' } },
  'monthly-spending-cap': quota,
  'slow-first-byte': picture,
  hang: failed(504, 'upstream_timeout'),
  'cut-body': failed(502, 'upstream_error'),
  reset: failed(502, 'upstream_error'),
  // The picture in it is whole.
  'invalid-json': picture,
  'error-chunk': failed(503, 'upstream_unavailable'),
  'flaky-once': { ...picture, calls: 2 },
  'no-image-once': { ...picture, calls: 2 },
  'rate-limit-once': limited('1'),
  // A key is not renewed.
  'token-expired-once': auth,
};
/** Scenarios that take an argument to stay quick. */
const arguments_: Partial<Record<ScenarioName, string>> = {
  'slow-first-byte': '300',
  'flaky-once': 'table',
  'no-image-once': 'table',
  'rate-limit-once': 'table',
  'token-expired-once': 'table',
};

let gateway: Gateway;
let database: OpenDatabase;
let ledger: SqlLedger;
const printed: Record<string, unknown>[] = [];

beforeAll(async () => {
  const file = `models:\n  gemini-3.1-flash-image:\n    deadline_ms: { 512: 9000, 1K: 9000, 2K: 9000, 4K: 9000 }\n`;
  const directory = await mkdtemp('/tmp/plantain-test-');
  await writeFile(`${directory}/plantain.yaml`, file);
  gateway = await startGateway({ dataDir: directory });
  database = openDatabase(join(directory, 'plantain.db'));
  ledger = new SqlLedger(database.db);
});
afterAll(async () => {
  await gateway.close();
  await database.close();
  await rm(gateway.dataDir, { recursive: true });
  console.table(printed);
});

describe('every way an upstream can answer, through the gateway', () => {
  test.for([...scenarioNames])('%s', { timeout: 40_000 }, async (name) => {
    const expected = table[name];
    const argument = arguments_[name];
    const response = await fetch(`${gateway.url}/v1/images/generations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'gemini-3.1-flash-image',
        image_size: '512',
        prompt: `A fox [scenario: ${name}${argument === undefined ? '' : ` ${argument}`}]`,
      }),
    });
    const body = (await response.json()) as {
      data?: { b64_json: string }[];
      size?: string;
      error?: { message: string; type: string; code: string; param: string | null };
    };
    printed.push({
      scenario: name,
      status: response.status,
      type: body.error?.type ?? '',
      code: body.error?.code ?? '',
      'retry-after': response.headers.get('retry-after') ?? '',
      'x-should-retry': response.headers.get('x-should-retry') ?? '',
      size: body.size ?? '',
    });
    expect(response.status).toBe(expected.status);
    expect(response.headers.get('plantain-upstream')).toBe('sandbox');
    const id = response.headers.get('x-request-id') ?? '';
    const [row, attempts] = [await ledger.find(id), await ledger.attempts(id)];
    expect(row?.attempts).toBe(expected.calls ?? attempts.length);
    expect(attempts).toHaveLength(row?.attempts ?? -1);
    expect(row?.costMicroUsd).toBe(attempts.reduce((sum, attempt) => sum + attempt.costMicroUsd, 0));
    expect(row?.costMicroUsd).toBeLessThanOrEqual(row?.reservedMicroUsd ?? -1);
    for (const [header, value] of Object.entries(expected.headers ?? {}))
      expect(response.headers.get(header)).toBe(value);
    if (expected.status === 200) {
      expect(body.data).toHaveLength(1);
      expect(Buffer.from(body.data?.[0]?.b64_json ?? '', 'base64').length).toBeGreaterThan(1000);
    } else {
      expect(body.error).toMatchObject({
        type: expected.type,
        code: expected.code,
        param: expected.param ?? null,
      });
      if (expected.message !== undefined) expect(body.error?.message).toMatch(expected.message);
    }
  });
});
