import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCredentialsFile, readSmallText } from './credentials-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plantain-credentials-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const fileOf = (content: string): string => {
  const file = join(folder, 'file');
  writeFileSync(file, content);
  return file;
};
const reading = (content: object) => readCredentialsFile(fileOf(JSON.stringify(content)));
const told = (reason: string) =>
  expect.objectContaining({ cause: expect.stringContaining(reason) as string }) as Error;

test('a small file is read whole, up to 64 KiB, and none that is larger', async () => {
  const text = 'é'.repeat(32 * 1024);
  expect(await readSmallText(fileOf(text))).toBe(text);
  await expect(readSmallText(fileOf(`${text}.`))).rejects.toEqual(told('is too large'));
  await expect(readSmallText(folder)).rejects.toEqual(told('cannot be read (EISDIR)'));
  await expect(readSmallText(join(folder, 'none'))).rejects.toEqual(told('cannot be read (ENOENT)'));
});

test('addresses that a file leaves out are Google’s', async () => {
  const user = { type: 'authorized_user', client_id: 'a', client_secret: 'b', refresh_token: 'c' };
  const account = { type: 'service_account', client_email: 'a', private_key: 'b' };
  const federated = {
    type: 'external_account',
    audience: 'a',
    subject_token_type: 'b',
    credential_source: { file: 'token', also: 'kept' },
  };
  expect(await reading(user)).toMatchObject({ token_uri: 'https://oauth2.googleapis.com/token' });
  expect(await reading(account)).toMatchObject({ token_uri: 'https://oauth2.googleapis.com/token' });
  expect(await reading(federated)).toMatchObject({
    token_url: 'https://sts.googleapis.com/v1/token',
    credential_source: { file: 'token', also: 'kept' },
  });
  const lent = { type: 'impersonated_service_account', service_account_impersonation_url: 'https://a' };
  expect(await reading({ ...lent, source_credentials: user })).toMatchObject({ delegates: [] });
  // One account lent through another is told as a chain of delegates, not as files within files.
  await expect(
    reading({ ...lent, source_credentials: { ...lent, source_credentials: user } }),
  ).rejects.toEqual(told('look at: source_credentials.type'));
});

test.each(['ftp://a', 'https://a b', ' https://a', 'https://', `https://${'x'.repeat(2001)}`])(
  'the address %j is not called',
  async (token_uri) => {
    await expect(
      reading({ type: 'service_account', client_email: 'a', private_key: 'b', token_uri }),
    ).rejects.toEqual(told('look at: token_uri'));
  },
);

test.each([59, 43_201, 60.5])('an account is not lent for %d seconds', async (token_lifetime_seconds) => {
  const file = {
    type: 'external_account',
    audience: 'a',
    subject_token_type: 'b',
    credential_source: {},
    service_account_impersonation: { token_lifetime_seconds },
  };
  await expect(reading(file)).rejects.toEqual(told('token_lifetime_seconds'));
  for (const seconds of [60, 43_200])
    await reading({ ...file, service_account_impersonation: { token_lifetime_seconds: seconds } });
});
