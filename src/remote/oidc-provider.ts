import type { AuthorizationServer, Client, ClientAuth } from 'oauth4webapi';
import type { Identity, IdentityProvider, LoginAttempt } from '../access/identity-provider.ts';
import { claimAt } from '../access/role-of-claims.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { guardedFetch } from './guarded-fetch.ts';
import { isKeyTrouble, loginError } from './oidc-errors.ts';

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly scopes: string;
  /** Looked for at the provider's UserInfo where the token does not have it. */
  readonly roleClaim: string;
}

export interface OidcOptions {
  readonly settings: OidcSettings;
  readonly proxyTo: (url: URL) => string | undefined;
}

/** How long what a provider says of itself is taken for true. */
const metadataKeptMs = 3_600_000;
/** Of one request; a login makes four at most. */
const timeoutMs = 10_000;
const maxBytes = 1_048_576;
/** Logins that ask the provider at once; each is a person who waits. */
const maxAtOnce = 16;
const clockToleranceSeconds = 60;

/** A provider of OpenID Connect: authorization code with PKCE, an ID token whose every claim and signature is checked. */
export class OidcProvider implements IdentityProvider {
  readonly #options: OidcOptions;
  #known: { readonly server: Promise<AuthorizationServer>; readonly untilMs: number } | undefined;
  #underWay = 0;

  constructor(options: OidcOptions) {
    this.#options = options;
  }

  async begin(returnTo: string): Promise<{ readonly address: string; readonly attempt: LoginAttempt }> {
    return this.#guarded(async () => {
      const oauth = await library();
      const server = await this.#server();
      const { clientId, scopes } = this.#options.settings;
      const codeVerifier = oauth.generateRandomCodeVerifier();
      const attempt = {
        state: oauth.generateRandomState(),
        nonce: oauth.generateRandomNonce(),
        codeVerifier,
        returnTo,
      };
      const address = this.#pageOf(server, 'authorization_endpoint');
      const wish = {
        client_id: clientId,
        redirect_uri: returnTo,
        response_type: 'code',
        scope: scopes,
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      };
      for (const [name, value] of Object.entries(wish)) address.searchParams.set(name, value);
      return { address: address.href, attempt };
    });
  }

  async finish(answer: string, attempt: LoginAttempt): Promise<Identity> {
    return this.#guarded(async () => {
      const oauth = await library();
      const server = await this.#server();
      const client = this.#client(oauth);
      const checked = oauth.validateAuthResponse(server, client, new URLSearchParams(answer), attempt.state);
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        this.#clientAuth(oauth, server),
        checked,
        attempt.returnTo,
        attempt.codeVerifier,
        this.#http(oauth),
      );
      const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
        expectedNonce: attempt.nonce,
        requireIdToken: true,
      });
      await this.#checkSignature(oauth, server, response);
      const told = oauth.getValidatedIdTokenClaims(tokens);
      if (told === undefined) throw new Error('The answer has no ID token.');
      const { roleClaim } = this.#options.settings;
      const wanted = roleClaim === 'email' ? [roleClaim, 'email_verified'] : [roleClaim];
      const isTold = wanted.every((name) => claimAt(told, name) !== undefined);
      const asked = isTold ? {} : await this.#userInfo(oauth, server, tokens.access_token, told.sub);
      return { subject: told.sub, claims: { ...told, ...asked }, idToken: tokens.id_token };
    });
  }

  async signOutAddress(idToken: string | undefined, returnTo: string): Promise<string | undefined> {
    const server = await this.#guarded(() => this.#server());
    if (server.end_session_endpoint === undefined) return undefined;
    const address = this.#pageOf(server, 'end_session_endpoint');
    address.searchParams.set('client_id', this.#options.settings.clientId);
    address.searchParams.set('post_logout_redirect_uri', returnTo);
    if (idToken !== undefined) address.searchParams.set('id_token_hint', idToken);
    return address.href;
  }

  /** Providers change their keys: with those that were kept a signature may not fit, and is looked at again with new ones. */
  async #checkSignature(oauth: Library, server: AuthorizationServer, response: Response): Promise<void> {
    try {
      await oauth.validateApplicationLevelSignature(server, response, this.#http(oauth));
    } catch (error) {
      if (!isKeyTrouble(oauth, error)) throw error;
      this.#known = undefined;
      await oauth.validateApplicationLevelSignature(await this.#server(), response, this.#http(oauth));
    }
  }

  async #userInfo(oauth: Library, server: AuthorizationServer, accessToken: string, subject: string) {
    if (server.userinfo_endpoint === undefined) return {};
    const response = await oauth.userInfoRequest(server, this.#client(oauth), accessToken, this.#http(oauth));
    return oauth.processUserInfoResponse(server, this.#client(oauth), subject, response);
  }

  /** What the provider says of itself. */
  #server(): Promise<AuthorizationServer> {
    if (this.#known !== undefined && performance.now() < this.#known.untilMs) return this.#known.server;
    const server = this.#discover();
    const known = { server, untilMs: performance.now() + metadataKeptMs };
    this.#known = known;
    // A failure is not kept, so that a provider that is back is found at once.
    server.catch(() => {
      if (this.#known === known) this.#known = undefined;
    });
    return server;
  }

  async #discover(): Promise<AuthorizationServer> {
    const oauth = await library();
    const issuer = new URL(this.#options.settings.issuer);
    const response = await oauth.discoveryRequest(issuer, { ...this.#http(oauth), algorithm: 'oidc' });
    return oauth.processDiscoveryResponse(issuer, response);
  }

  #client(oauth: Library): Client {
    return { client_id: this.#options.settings.clientId, [oauth.clockTolerance]: clockToleranceSeconds };
  }

  #clientAuth(oauth: Library, server: AuthorizationServer): ClientAuth {
    const { clientSecret } = this.#options.settings;
    if (clientSecret === undefined) return oauth.None();
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return ways.includes('client_secret_basic') || !ways.includes('client_secret_post')
      ? oauth.ClientSecretBasic(clientSecret)
      : oauth.ClientSecretPost(clientSecret);
  }

  #http(oauth: Library) {
    const { settings, proxyTo } = this.#options;
    const issuer = new URL(settings.issuer);
    return {
      [oauth.allowInsecureRequests]: issuer.protocol === 'http:',
      [oauth.customFetch]: async (
        address: string,
        { method, headers, body }: { method: string; headers: Record<string, string>; body?: unknown },
      ) => {
        if (!this.#isPrivate(new URL(address))) throw new Error('An address of the provider is not https.');
        return guardedFetch(
          address,
          { method, headers, body: body instanceof URLSearchParams ? body.toString() : undefined },
          // Only where the operator sent us; what a provider adds lies in the open.
          { isTrusted: (url) => url.host === issuer.host, timeoutMs, maxBytes, proxyTo },
        );
      },
    };
  }

  /** A page that a browser is sent to: nothing that would run as a script there. */
  #pageOf(server: AuthorizationServer, name: 'authorization_endpoint' | 'end_session_endpoint'): URL {
    const address = URL.parse(server[name] ?? '');
    if (address === null || !this.#isPrivate(address))
      throw new Error(`The provider's ${name} is not https.`);
    return address;
  }

  /** Plain HTTP is for the issuer alone, where the operator gave it so. */
  #isPrivate({ protocol, host }: URL): boolean {
    const issuer = new URL(this.#options.settings.issuer);
    return (
      protocol === 'https:' || (protocol === 'http:' && issuer.protocol === 'http:' && host === issuer.host)
    );
  }

  async #guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#underWay >= maxAtOnce)
      throw new PlantainError(
        'too_many_logins',
        'Many people are signing in. Wait a little, then try again.',
        {
          retryAfterSeconds: 5,
        },
      );
    this.#underWay++;
    try {
      return await work();
    } catch (error) {
      throw loginError(await library(), error);
    } finally {
      this.#underWay--;
    }
  }
}

type Library = typeof import('oauth4webapi');

/** Loaded when the first person signs in by a provider. */
const library = (): Promise<Library> => import('oauth4webapi');
