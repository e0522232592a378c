import * as fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { PlantainError } from '../kernel/plantain-error.ts';
import { hashApiKey, newApiKey } from './api-key.ts';
import type { ApiKey, FoundKey } from './api-key-store.ts';
import { type Authenticate, createAuthenticate } from './authenticate.ts';

const liveKey = newApiKey();
const revokedKey = newApiKey();
const live: ApiKey = {
  id: 'key_1',
  projectId: 'proj_1',
  name: 'website',
  createdAtMs: 1,
  expiresAtMs: null,
  revokedAtMs: null,
  disabledAtMs: null,
  strict: true,
  allowedModels: null,
  allowedAddresses: null,
  tags: {},
};
const found = (changes: Partial<ApiKey> = {}, others: Partial<FoundKey> = {}): FoundKey => ({
  key: { ...live, ...changes },
  validUntilMs: null,
  archivedAtMs: null,
  ...others,
});
const nowMs = 1_795_000_000_000;
const clock = { nowMs: () => nowMs };
const records = new Map([
  [hashApiKey(liveKey).toString('hex'), found()],
  [hashApiKey(revokedKey).toString('hex'), found({ id: 'key_2', name: 'old', revokedAtMs: 2 })],
]);

let lookups = 0;
let authenticate: Authenticate;
beforeEach(() => {
  lookups = 0;
  authenticate = createAuthenticate(
    {
      findByHash: (hash) => {
        lookups++;
        return Promise.resolve(records.get(hash.toString('hex')));
      },
      findById: async (id) => [...records.values()].find(({ key }) => key.id === id),
    },
    clock,
  );
});

const bearer = (authorization: string | undefined, apiKey?: string) =>
  authenticate({ authorization, apiKey, clientAddress: '192.0.2.7' });
const refusal = (sent: Promise<unknown>): Promise<PlantainError> =>
  sent.then(
    () => expect.fail('the key was accepted'),
    (thrown: unknown) => {
      expect(thrown).toBeInstanceOf(PlantainError);
      return thrown as PlantainError;
    },
  );

test('a live key is let in by either header, whatever the case of the scheme and the space around the key', async () => {
  const caller = { keyId: 'key_1', keyName: 'website', projectId: 'proj_1', strict: true };
  for (const header of [
    `Bearer ${liveKey}`,
    `bearer ${liveKey}`,
    `BEARER   ${liveKey}  `,
    `\tBearer\t${liveKey}`,
  ]) {
    expect(await bearer(header)).toStrictEqual(caller);
  }
  expect(await bearer(undefined, liveKey)).toStrictEqual(caller);
  expect(await bearer('', ` ${liveKey} `)).toStrictEqual(caller);
});

test('the credentials of a proxy, however long, do not hide the api-key header', async () => {
  for (const header of ['Basic dXNlcjpwYXNz', `Negotiate ${'A'.repeat(8000)}`, 'Bearerless'])
    expect((await bearer(header, liveKey)).keyId).toBe('key_1');
});

test('only a bearer token is a key: what another scheme carries is not looked into', async () => {
  for (const header of [`Token Bearer ${liveKey}`, `Basic bearer ${liveKey}`, `xBearer ${liveKey}`]) {
    await refusal(bearer(header));
    expect(lookups).toBe(0);
  }
});

test('a bearer token counts before the api-key header, so a wrong one is not excused by a right other one', async () => {
  expect((await refusal(bearer(`Bearer ${newApiKey()}`, liveKey))).code).toBe('invalid_api_key');
});

test('unknown, revoked and malformed keys are refused with exactly the same error', async () => {
  const errors = await Promise.all(
    [
      `Bearer ${newApiKey()}`,
      `Bearer ${revokedKey}`,
      'Bearer sk-short',
      `Bearer ${liveKey}x`,
      `Bearer ${liveKey} ${liveKey}`,
      `Bearer sk-${'!'.repeat(48)}`,
    ]
      .map((header) => refusal(bearer(header)))
      .concat(refusal(bearer(undefined, 'not-a-key'))),
  );
  const told = errors.map(({ code, message, param, retryAfterSeconds, headers, cause, entry }) => {
    return { code, message, param, retryAfterSeconds, headers, cause, status: entry.status };
  });
  for (const one of told) expect(one).toStrictEqual(told[0]);
  expect(told[0]).toMatchObject({
    code: 'invalid_api_key',
    status: 401,
    headers: { 'www-authenticate': 'Bearer realm="Plantain"' },
  });
  expect(told[0]?.message).toMatch(/^Incorrect API key provided\./);
});

test('no key at all has the same code and status, and a message that shows how to send one', async () => {
  for (const sent of [
    bearer(undefined),
    bearer(''),
    bearer('Bearer'),
    bearer('Bearer   '),
    bearer('Basic abc'),
    bearer(undefined, '  '),
  ]) {
    const error = await refusal(sent);
    expect([error.code, error.entry.status]).toStrictEqual(['invalid_api_key', 401]);
    expect(error.message).toContain('Authorization: Bearer sk-');
  }
});

test('malformed keys never reach the database', async () => {
  for (const header of [
    'Bearer x',
    `Bearer ${liveKey}'`,
    `Bearer ${'A'.repeat(5_000_000)}`,
    `Basic ${liveKey}`,
  ]) {
    await refusal(bearer(header));
  }
  await refusal(bearer(undefined, 'A'.repeat(5_000_000)));
  expect(lookups).toBe(0);
});

test('whatever bytes come in the headers, the answer is invalid_api_key, without a lookup and without an echo', async () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.constantFrom(
      "' OR '1'='1",
      "sk-' UNION SELECT * FROM api_keys --",
      `sk-${"'; DROP TABLE api_keys; --".padEnd(48, 'x')}`,
      '\0',
      `sk-${'\0'.repeat(48)}`,
      `${liveKey}\0`,
      `\ud800${liveKey}`,
      `sk-${'０'.repeat(48)}`,
      'Bearer Bearer',
      '__proto__',
      'constructor',
    ),
    fc.nat({ max: 100_000 }).map((length) => 'z'.repeat(length)),
  );
  const scheme = fc.constantFrom('', 'Bearer ', 'bearer\t', 'Basic ', 'Bearer\u00a0', 'Token ');
  await fc.assert(
    fc.asyncProperty(
      fc.option(fc.tuple(scheme, hostile)),
      fc.option(hostile),
      async (authorization, apiKey) => {
        const error = await refusal(bearer(authorization?.join(''), apiKey ?? undefined));
        expect([error.code, error.entry.status]).toStrictEqual(['invalid_api_key', 401]);
        for (const text of [authorization?.[1], apiKey])
          if (text && text.length > 16) expect(error.message).not.toContain(text);
        expect(lookups).toBe(0);
      },
    ),
    { numRuns: 500 },
  );
});

test('a failing database is its own error, not a wrong key', async () => {
  const broken = createAuthenticate(
    { findByHash: () => Promise.reject(new Error('disk I/O error')), findById: async () => undefined },
    clock,
  );
  await expect(
    broken({ authorization: `Bearer ${liveKey}`, apiKey: undefined, clientAddress: '' }),
  ).rejects.toThrow('disk I/O error');
});

test('a key works before it expires, a secret before its end, a project until it is archived, from the addresses allowed', async () => {
  const isLetIn = (...parts: Parameters<typeof found>) =>
    createAuthenticate(
      { findByHash: async () => found(...parts), findById: async () => found(...parts) },
      clock,
    )({
      authorization: `Bearer ${liveKey}`,
      apiKey: undefined,
      clientAddress: '192.0.2.7',
    }).then(
      () => true,
      (error: PlantainError) => error.code,
    );
  const no = 'invalid_api_key';
  expect([await isLetIn({ expiresAtMs: nowMs + 1 }), await isLetIn({ expiresAtMs: nowMs })]).toEqual([
    true,
    no,
  ]);
  expect([
    await isLetIn({}, { validUntilMs: nowMs + 1 }),
    await isLetIn({}, { validUntilMs: nowMs }),
  ]).toEqual([true, no]);
  expect(await isLetIn({}, { archivedAtMs: nowMs + 1 })).toBe(no);
  expect(await isLetIn({ revokedAtMs: nowMs + 1 })).toBe(no);
  expect(await isLetIn({ disabledAtMs: nowMs + 1 })).toBe(no);
  expect([
    await isLetIn({ allowedAddresses: ['192.0.2.0/24'] }),
    await isLetIn({ allowedAddresses: ['198.51.100.1'] }),
    await isLetIn({ allowedAddresses: [] }),
  ]).toEqual([true, no, no]);
});

test('an admin orders as a live key without its secret, from anywhere, and as no other', async () => {
  const actAs = (key: Partial<ApiKey>, others: Partial<FoundKey> = {}) =>
    createAuthenticate(
      { findByHash: async () => undefined, findById: async () => found(key, others) },
      clock,
    )({ authorization: undefined, apiKey: undefined, clientAddress: '192.0.2.7', actingAs: 'key_1' }).then(
      ({ keyId, projectId, strict }) => `${keyId} ${projectId} ${String(strict)}`,
      ({ code, param }: PlantainError) => `${code} ${param ?? ''}`,
    );
  expect(await actAs({})).toBe('key_1 proj_1 true');
  expect(await actAs({ allowedAddresses: ['10.0.0.0/8'] })).toBe('key_1 proj_1 true');
  for (const refused of [
    actAs({ revokedAtMs: nowMs - 1 }),
    actAs({ expiresAtMs: nowMs }),
    actAs({}, { archivedAtMs: nowMs - 1 }),
  ])
    expect(await refused).toBe('invalid_value plantain-act-as');
});
