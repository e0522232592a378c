import { createPrivateKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Provider } from 'oidc-provider';

/** One who has an account there. */
export type Account = Readonly<Record<string, unknown>>;
type Claims = Record<string, unknown>;

/** What is made of an ID token that the provider signed: other claims, or another token altogether. */
export type Forgery = (claims: Claims, resign: (claims: Claims, header?: Claims) => string) => string;

export interface TestProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** From now on ID tokens are handed out as this makes them. */
  forge(forgery: Forgery | undefined): void;
  /** New keys in place of the old ones, at the same address. */
  rotate(): void;
  /** Answers every request with this status until it is undefined again. */
  fail(status: number | undefined): void;
  close(): Promise<void>;
}

const clientId = 'plantain';
const clientSecret = 'secret of plantain at its provider';
let keysMade = 0;

/**
 * A real provider of OpenID Connect on a free port, whose accounts sign in by a form without a password. `returnTo`:
 * the pages that it sends browsers back to, once they are known.
 */
export async function startIdentityProvider(
  accounts: Readonly<Record<string, Account>>,
  returnTo: () => readonly string[],
  { isInToken = false }: { readonly isInToken?: boolean } = {},
): Promise<TestProvider> {
  const asked: string[] = [];
  let status: number | undefined;
  let forgery: Forgery | undefined;
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    asked.push(path);
    if (status !== undefined) response.writeHead(status).end();
    else if (path.startsWith('/interaction/'))
      void interact(provider(), request, response, Object.keys(accounts));
    else {
      if (path === '/token' && forgery !== undefined) rewrite(response, forgery, key);
      provider().callback()(request, response);
    }
  });
  const issuer = await listening(server);
  const configuration = {
    scopes: ['openid', 'profile', 'email'],
    claims: { email: ['email', 'email_verified'], profile: ['name', 'preferred_username', 'groups'] },
    conformIdTokenClaims: !isInToken,
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['of this test'] },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, ...accounts[id] }),
    }),
    loadExistingGrant: async (context: {
      oidc: { client: { clientId: string }; session: { accountId: string } };
    }) => {
      const { client, session } = context.oidc;
      const grant = new (provider().Grant)({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  };
  let key = newKey();
  let made: Provider | undefined;
  // Made when it is first asked: by then it is known where browsers come back to.
  const provider = (): Provider =>
    (made ??= new Provider(issuer, {
      ...configuration,
      clients: clientsOf(returnTo()),
      jwks: { keys: [key] },
    }));
  return {
    issuer,
    clientId,
    clientSecret,
    asked,
    forge: (next) => (forgery = next),
    fail: (next) => (status = next),
    rotate: () => {
      key = newKey();
      made = undefined;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const clientsOf = (returnTo: readonly string[]) => [
  {
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uris: returnTo,
    post_logout_redirect_uris: returnTo.map((page) => new URL('../login', page).href),
  },
];

function newKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    ...privateKey.export({ format: 'jwk' }),
    kid: `key-${String(++keysMade)}`,
    use: 'sig',
    alg: 'RS256',
  };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** The page where one says who they are. */
async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  names: readonly string[],
): Promise<void> {
  if (request.method === 'GET') {
    const { uid } = await provider.interactionDetails(request, response);
    const buttons = names.map((name) => `<button name="account" value="${name}">${name}</button>`).join('');
    const page = `<!doctype html><title>Provider</title><link rel="icon" href="data:,"><form method="post" action="/interaction/${uid}">${buttons}<button name="account" value="">Turn back</button></form>`;
    response.setHeader('content-type', 'text/html').end(page);
    return;
  }
  const account = new URLSearchParams(await text(request)).get('account') ?? '';
  const result =
    account === ''
      ? { error: 'access_denied', error_description: 'turned back' }
      : { login: { accountId: account } };
  await provider.interactionFinished(request, response, result);
}

/** Lets the provider make its answer, and puts another token into it. */
function rewrite(response: ServerResponse, forgery: Forgery, key: JsonWebKey): void {
  const end = response.end.bind(response) as (chunk: string) => ServerResponse;
  const resign = (claims: Claims, header: Claims = {}): string => {
    const parts = [{ alg: 'RS256', kid: key['kid'], ...header }, claims];
    const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    if (header['alg'] === 'none') return `${signed}.`;
    return `${signed}.${sign('sha256', Buffer.from(signed), createPrivateKey({ key, format: 'jwk' })).toString('base64url')}`;
  };
  response.end = ((chunk: unknown) => {
    const answer = JSON.parse(String(chunk)) as { id_token?: string };
    if (answer.id_token !== undefined) {
      const claims = JSON.parse(
        Buffer.from(answer.id_token.split('.')[1] ?? '', 'base64url').toString(),
      ) as Claims;
      answer.id_token = forgery(claims, resign);
    }
    const body = JSON.stringify(answer);
    response.setHeader('content-length', Buffer.byteLength(body));
    return end(body);
  }) as ServerResponse['end'];
}
