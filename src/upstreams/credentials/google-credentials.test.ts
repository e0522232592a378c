import { createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CredentialsError } from './credentials-error.ts';
import { googleCredentials, type GoogleCredentialsOptions } from './google-credentials.ts';

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const nowMs = 1_790_000_000_000;
const signal = new AbortController().signal;

interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Answer = (asked: Asked, response: ServerResponse) => void;

const json = (body: unknown, status = 200): Answer => {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
};
const issued = json({ access_token: 'ya29.issued', expires_in: 3599, token_type: 'Bearer' });

let folder = '';
const closers: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plantain-credentials-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  rmSync(folder, { recursive: true });
});

/** A server of tokens, and credentials that ask it. */
async function serve(answer: Answer) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      const question = { path, headers, body: Buffer.concat(pieces).toString() };
      asked.push(question);
      answer(question, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { asked, host, url: `http://${host}` };
}

function open(options: Partial<GoogleCredentialsOptions>) {
  const credentials = googleCredentials({
    source: 'adc',
    places: { metadataHost: '127.0.0.1:1' },
    proxyTo: () => undefined,
    connectTimeoutMs: 1000,
    timeoutMs: 2000,
    pausesMs: [1, 1],
    clock: { nowMs: () => nowMs },
    ...options,
  });
  closers.push(() => credentials.close());
  return credentials;
}

function fileOf(content: unknown, name = 'credentials.json') {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return { file };
}

const serviceAccount = (url: string) => ({
  type: 'service_account',
  project_id: 'art',
  private_key_id: 'key-1',
  private_key: keys.privateKey,
  client_email: 'painter@art.iam.gserviceaccount.com',
  token_uri: `${url}/own-token`,
});
const federated = (url: string, credential_source: object, more: object = {}) => ({
  type: 'external_account',
  audience: '//iam.googleapis.com/pool',
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  token_url: `${url}/sts`,
  credential_source,
  ...more,
});
const reasonOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof CredentialsError ? String(error.cause) : `no CredentialsError: ${String(error)}`;
};

describe('a service account', () => {
  test('signs for its token server, the one that its file names, a little in the past', async () => {
    const { asked, url } = await serve(issued);
    const credentials = open({ source: fileOf(serviceAccount(url)) });
    expect(await credentials.headers(signal)).toEqual({ authorization: 'Bearer ya29.issued' });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.path).toBe('/own-token');
    const form = new URLSearchParams(asked[0]?.body);
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(decoded(head)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' });
    expect(decoded(claims)).toEqual({
      iss: 'painter@art.iam.gserviceaccount.com',
      scope: 'https://www.googleapis.com/auth/cloud-platform',
      aud: `${url}/own-token`,
      iat: nowMs / 1000 - 10,
      exp: nowMs / 1000 + 3590,
    });
    const verifier = createVerify('RSA-SHA256').update(`${head}.${claims}`);
    expect(verifier.verify(keys.publicKey, signature, 'base64url')).toBe(true);
  });

  test('whose file is changed signs with the new one as soon as the old token is refused', async () => {
    const { asked, url } = await serve(issued);
    const source = fileOf(serviceAccount(url));
    const credentials = open({ source });
    const first = await credentials.headers(signal);
    fileOf({ ...serviceAccount(url), client_email: 'other@art' });
    expect(credentials.refused(first)).toBe(true);
    await credentials.headers(signal);
    const assertion = new URLSearchParams(asked[1]?.body).get('assertion') ?? '';
    expect(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()).toContain('other@art');
  });

  test.each([
    ['is not there', undefined, 'cannot be read (ENOENT)'],
    ['is no JSON', '{', 'is no JSON'],
    ['is something else', '{"type":"cat"}', 'look at: type'],
    ['lacks its key', { type: 'service_account', client_email: 'a' }, 'look at: private_key'],
    ['has another address', { ...serviceAccount(''), token_uri: 'file:///etc/passwd' }, 'look at: token_uri'],
    [
      'has a broken key',
      { ...serviceAccount('http://127.0.0.1:1'), private_key: 'SECRET' },
      'no key that can sign',
    ],
    ['is a film', 'x'.repeat(70_000), 'too large'],
  ])('whose file %s is told so, and nothing that is in it', async (_name, content, reason) => {
    const source = content === undefined ? { file: join(folder, 'none.json') } : fileOf(content);
    const told = await reasonOf(open({ source }).headers(signal));
    expect(told).toContain(reason);
    expect(told).not.toContain('SECRET');
  });
});

describe('a token server', () => {
  test('that refuses is asked once, and its words are told', async () => {
    const answer = { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' };
    const { asked, url } = await serve(json(answer, 400));
    const told = await reasonOf(open({ source: fileOf(serviceAccount(url)) }).headers(signal));
    expect(told).toContain('answered 400');
    expect(told).toContain('Invalid JWT Signature.');
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['fails', json({}, 503), 'answered 503'],
    ['is busy', json({}, 429), 'answered 429'],
    ['waited too long', json({}, 408), 'answered 408'],
    ['breaks off', (_: Asked, response: ServerResponse) => void response.destroy(), 'cannot be reached'],
    ['is silent', () => undefined, 'in time'],
  ] satisfies [string, Answer, string][])(
    'that %s is asked three times, each in bounded time',
    async (_name, answer, reason) => {
      const { asked, url } = await serve(answer);
      const credentials = open({
        source: fileOf(serviceAccount(url)),
        timeoutMs: reason === 'in time' ? 100 : 10_000,
      });
      expect(await reasonOf(credentials.headers(signal))).toContain(reason);
      expect(asked).toHaveLength(3);
    },
  );

  test('that fails once is asked again', async () => {
    let first = true;
    const { url } = await serve((asked, response) => {
      (first ? json({}, 500) : issued)(asked, response);
      first = false;
    });
    const credentials = open({ source: fileOf(serviceAccount(url)) });
    expect(await credentials.headers(signal)).toEqual({ authorization: 'Bearer ya29.issued' });
  });

  test.each([
    ['{"access_token":"has blanks"}', 'without an access token'],
    ['{"token":"SECRET"}', 'without an access token'],
    ['SECRET', 'no JSON'],
  ])('that answers %s has given no token, and what it gave is not told', async (text, reason) => {
    const { url } = await serve((_, response) => void response.end(text));
    const told = await reasonOf(open({ source: fileOf(serviceAccount(url)) }).headers(signal));
    expect(told).toContain(reason);
    expect(told).not.toMatch(/SECRET|blanks/);
  });
});

describe('workload identity', () => {
  const lend = { service_account_impersonation_url: '' };
  test.each([
    ['a file of text', () => ({ file: fileOf('subject-1\n', 'token').file })],
    [
      'a file of JSON',
      () => ({
        file: fileOf({ id: 'subject-1' }, 'token').file,
        format: { type: 'json', subject_token_field_name: 'id' },
      }),
    ],
    ['an address', (url: string) => ({ url: `${url}/subject`, headers: { 'x-meta': 'yes' } })],
  ])('exchanges the token of %s, and is lent the account', async (_name, source) => {
    const { asked, url } = await serve((question, response) => {
      if (question.path === '/subject') return void response.end('subject-1');
      if (question.path === '/sts')
        return json({ access_token: 'federated', expires_in: 3600 })(question, response);
      json({ accessToken: 'ya29.lent', expireTime: '2030-01-01T00:00:00Z' })(question, response);
    });
    const file = federated(url, source(url), {
      ...lend,
      service_account_impersonation_url: `${url}/sa:generateAccessToken`,
    });
    const credentials = open({ source: fileOf(file) });
    expect(await credentials.headers(signal)).toEqual({ authorization: 'Bearer ya29.lent' });
    const exchange = new URLSearchParams(asked.find(({ path }) => path === '/sts')?.body);
    expect(Object.fromEntries(exchange)).toMatchObject({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      audience: '//iam.googleapis.com/pool',
      subject_token: 'subject-1',
    });
    const lent = asked.at(-1);
    expect(lent?.headers.authorization).toBe('Bearer federated');
    expect(JSON.parse(lent?.body ?? '')).toEqual({
      scope: ['https://www.googleapis.com/auth/cloud-platform'],
      lifetime: '3600s',
    });
    const atSource = asked.find(({ path }) => path === '/subject');
    if (atSource !== undefined) expect(atSource.headers['x-meta']).toBe('yes');
  });

  test.each([
    [{ executable: { command: '/bin/sh' } }, 'is not run'],
    [{ environment_id: 'aws1' }, 'aws'],
    [{ certificate: {} }, 'certificate'],
    [{}, 'neither'],
  ])('from %j is refused with the reason', async (source, reason) => {
    const { asked, url } = await serve(issued);
    expect(await reasonOf(open({ source: fileOf(federated(url, source)) }).headers(signal))).toContain(
      reason,
    );
    expect(asked).toHaveLength(0);
  });
});

describe('application-default credentials', () => {
  const user = (url: string) => ({
    type: 'authorized_user',
    client_id: 'gcloud',
    client_secret: 's',
    refresh_token: '1//refresh',
    token_uri: `${url}/user`,
    quota_project_id: 'payer',
  });

  test('are the named file first, then gcloud’s, then the machine’s', async () => {
    const { asked, url, host } = await serve(issued);
    const gcloudFile = fileOf(user(url), 'gcloud.json').file;
    const named = open({
      places: { namedFile: fileOf(serviceAccount(url)).file, gcloudFile, metadataHost: host },
    });
    await named.headers(signal);
    const gcloud = open({ places: { gcloudFile, metadataHost: host } });
    expect(await gcloud.headers(signal)).toEqual({
      authorization: 'Bearer ya29.issued',
      'x-goog-user-project': 'payer',
    });
    expect(Object.fromEntries(new URLSearchParams(asked[1]?.body))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'gcloud',
      client_secret: 's',
      refresh_token: '1//refresh',
    });
    const machine = open({ places: { gcloudFile: join(folder, 'none.json'), metadataHost: host } });
    await machine.headers(signal);
    expect(asked.map(({ path }) => path.split('?')[0])).toEqual([
      '/own-token',
      '/user',
      '/computeMetadata/v1/instance/service-accounts/default/token',
    ]);
    expect(asked[2]?.headers['metadata-flavor']).toBe('Google');
  });

  test('that are nowhere tell where they were looked for', async () => {
    expect(await reasonOf(open({}).headers(signal))).toMatch(
      /GOOGLE_APPLICATION_CREDENTIALS is not set, gcloud has none, and the metadata server cannot be reached/,
    );
  });

  test('of the machine that are refused there are told with its words alone', async () => {
    const { host } = await serve(json({ error: 'no scopes' }, 404));
    const told = await reasonOf(open({ places: { metadataHost: host } }).headers(signal));
    expect(told).toMatch(/^the metadata server answered 404: no scopes/);
  });

  test('of an account that is lent are the lent one’s', async () => {
    const { asked, url } = await serve((question, response) =>
      (question.path === '/user' ? issued : json({ accessToken: 'ya29.lent', expireTime: 'soon' }))(
        question,
        response,
      ),
    );
    const source = fileOf({
      type: 'impersonated_service_account',
      service_account_impersonation_url: `${url}/lend`,
      source_credentials: user(url),
    });
    expect(await open({ source }).headers(signal)).toEqual({ authorization: 'Bearer ya29.lent' });
    expect(asked.map(({ path }) => path)).toEqual(['/user', '/lend']);
  });

  test('of the machine never take a proxy; those of a file do', async () => {
    const { asked, url, host } = await serve(issued);
    const proxyTo = () => 'http://127.0.0.1:1';
    const machine = open({ source: 'metadata', places: { metadataHost: host }, proxyTo });
    expect(await machine.headers(signal)).toEqual({ authorization: 'Bearer ya29.issued' });
    const ofFile = open({ source: fileOf(serviceAccount(url)), proxyTo });
    expect(await reasonOf(ofFile.headers(signal))).toContain('cannot be reached');
    expect(asked).toHaveLength(1);
  });
});
