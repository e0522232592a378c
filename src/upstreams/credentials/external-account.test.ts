import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExternalAccountFile } from './credentials-file.ts';
import { externalAccountToken } from './external-account.ts';
import type { TokenHttp, TokenQuestion } from './token-http.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plantain-federated-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const nowMs = Date.UTC(2026, 0, 1);

/** Exchanges the token in a file for Google's; what is asked on the way is noted. */
async function exchange(given: Partial<ExternalAccountFile> = {}, content = 'subject-1\n') {
  const file = join(folder, 'token');
  writeFileSync(file, content);
  const asked: TokenQuestion[] = [];
  const http = {
    askJson: async (question: TokenQuestion) => {
      asked.push(question);
      return question.form === undefined
        ? { accessToken: 'lent', expireTime: '2026-01-01T00:20:00Z' }
        : { access_token: 'federated', expires_in: 900 };
    },
  } as unknown as TokenHttp;
  const account = {
    type: 'external_account',
    audience: '//iam/pool',
    subject_token_type: 'urn:jwt',
    token_url: 'https://sts.example/token',
    ...given,
    credential_source: { file, ...given.credential_source },
  } as ExternalAccountFile;
  const issue = externalAccountToken(account, http, { nowMs: () => nowMs });
  const token = await issue(new AbortController().signal).catch((error: Error) => String(error.cause));
  return { token, asked };
}

describe('a token of the place', () => {
  test('is exchanged for Google’s, which is used where no account is lent', async () => {
    const { token, asked } = await exchange();
    expect(token).toEqual({ token: 'federated', lifetimeMs: 900_000 });
    expect(asked).toEqual([
      {
        whom: 'the token exchange',
        url: 'https://sts.example/token',
        headers: {},
        form: {
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          audience: '//iam/pool',
          scope: 'https://www.googleapis.com/auth/cloud-platform',
          requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          subject_token: 'subject-1',
          subject_token_type: 'urn:jwt',
        },
      },
    ]);
  });

  test.each([
    ['', {}],
    [' \n', {}],
    ['{"id":"x"}', { format: { type: 'json' as const, subject_token_field_name: 'other' } }],
    ['{"id":5}', { format: { type: 'json' as const, subject_token_field_name: 'id' } }],
    ['not json', { format: { type: 'json' as const, subject_token_field_name: 'id' } }],
    ['null', { format: { type: 'json' as const } }],
  ])('that is not in %j is told to be missing, and nobody is asked', async (content, credential_source) => {
    const { token, asked } = await exchange({ credential_source }, content);
    expect(token).toBe(`${join(folder, 'token')} holds no token`);
    expect(asked).toEqual([]);
  });
});

describe('who asks', () => {
  test('is a client with its secret, or without one', async () => {
    const headersFor = async (given: object) => (await exchange(given)).asked[0]?.headers;
    expect(await headersFor({ client_id: 'me', client_secret: 'secret' })).toEqual({
      authorization: 'Basic bWU6c2VjcmV0',
    });
    expect(await headersFor({ client_id: 'me' })).toEqual({ authorization: 'Basic bWU6' });
  });

  test('is in the name of a project only where no client says whose', async () => {
    const optionsFor = async (given: object) => (await exchange(given)).asked[0]?.form?.['options'];
    const workforce_pool_user_project = 'art';
    expect(await optionsFor({ workforce_pool_user_project })).toBe('{"userProject":"art"}');
    expect(await optionsFor({ workforce_pool_user_project, client_id: 'me' })).toBeUndefined();
  });
});

test.each([
  [undefined, '3600s'],
  [{}, '3600s'],
  [{ token_lifetime_seconds: 600 }, '600s'],
])('an account is lent for the time that its file says, %j, or an hour', async (lifetime, told) => {
  const { token, asked } = await exchange({
    service_account_impersonation_url: 'https://iam.example/lend',
    service_account_impersonation: lifetime,
  });
  expect(token).toEqual({ token: 'lent', lifetimeMs: 1_200_000 });
  expect(asked[1]).toEqual({
    whom: 'the impersonation of the service account',
    url: 'https://iam.example/lend',
    headers: { authorization: 'Bearer federated' },
    json: { scope: ['https://www.googleapis.com/auth/cloud-platform'], lifetime: told },
  });
});
