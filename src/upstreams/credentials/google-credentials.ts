import { access } from 'node:fs/promises';
import type { Clock } from '../../kernel/clock.ts';
import { AccessToken, type IssueToken } from './access-token.ts';
import type { CredentialHeaders, Credentials } from './credentials.ts';
import { CredentialsError } from './credentials-error.ts';
import { type CredentialsFile, readCredentialsFile } from './credentials-file.ts';
import { externalAccountToken } from './external-account.ts';
import { lendAccount } from './impersonation.ts';
import { cloudPlatformScope, issuedToken } from './issued-token.ts';
import { serviceAccountToken } from './service-account.ts';
import { TokenHttp, type TokenHttpOptions } from './token-http.ts';

/** Where application-default credentials are looked for. */
export interface GooglePlaces {
  /** What GOOGLE_APPLICATION_CREDENTIALS names. */
  readonly namedFile?: string | undefined;
  /** Where gcloud keeps those of this user. */
  readonly gcloudFile?: string | undefined;
  /** Host, and port if need be, of the metadata server. */
  readonly metadataHost: string;
  /** Who pays and whose quota it is, whatever a file says. */
  readonly quotaProject?: string | undefined;
}

export interface GoogleCredentialsOptions extends TokenHttpOptions {
  /** A file; or application-default credentials; or the machine's own service account. */
  readonly source: 'adc' | 'metadata' | { readonly file: string };
  readonly places: GooglePlaces;
  readonly clock: Clock;
}

/**
 * Google's OAuth credentials of any kind, as `Authorization: Bearer`. Files are read again for every token, so that a key
 * can be changed under a running server; what is wrong with them is told to whoever asks.
 */
export function googleCredentials(options: GoogleCredentialsOptions): Credentials {
  const { source, places, clock } = options;
  const http = new TokenHttp(options);
  let quotaProject = places.quotaProject;
  const ofFile = async (file: string, signal: AbortSignal) => {
    const content = await readCredentialsFile(file);
    quotaProject = places.quotaProject ?? content.quota_project_id;
    return await issuerOf(content, http, clock)(signal);
  };
  const ofMachine = metadataToken(places.metadataHost, http);
  const issue: IssueToken = async (signal) => {
    if (source === 'metadata') return await ofMachine(signal);
    if (source !== 'adc') return await ofFile(source.file, signal);
    const { namedFile, gcloudFile } = places;
    if (namedFile !== undefined) return await ofFile(namedFile, signal);
    if (gcloudFile !== undefined && (await isThere(gcloudFile))) return await ofFile(gcloudFile, signal);
    return await ofMachine(signal).catch((error: unknown) => {
      if (!(error instanceof CredentialsError) || error.code !== 'upstream_unavailable') throw error;
      throw new CredentialsError(
        `no application-default credentials: GOOGLE_APPLICATION_CREDENTIALS is not set, gcloud has none, and ${String(error.cause)}`,
        { isPassing: true },
      );
    });
  };
  const token = new AccessToken(issue, clock);
  return {
    async headers(signal): Promise<CredentialHeaders> {
      const authorization = `Bearer ${await token.get(signal)}`;
      return quotaProject === undefined
        ? { authorization }
        : { authorization, 'x-goog-user-project': quotaProject };
    },
    refused: ({ authorization = '' }) => token.drop(authorization.slice('Bearer '.length)),
    close: async () => {
      token.close();
      await http.close();
    },
  };
}

function issuerOf(file: CredentialsFile, http: TokenHttp, clock: Clock): IssueToken {
  switch (file.type) {
    case 'service_account':
      return serviceAccountToken(file, http, clock);
    case 'authorized_user': {
      const whom = "the token server of gcloud's user";
      const { client_id, client_secret, refresh_token, token_uri: url } = file;
      const form = { grant_type: 'refresh_token', client_id, client_secret, refresh_token };
      return async (signal) => issuedToken(whom, await http.askJson({ whom, url, form }, signal));
    }
    case 'external_account':
      return externalAccountToken(file, http, clock);
    case 'impersonated_service_account': {
      const { service_account_impersonation_url: url, delegates, source_credentials: own } = file;
      const account = { url, delegates, lifetimeSeconds: 3600 };
      return lendAccount(account, issuerOf(own, http, clock), http, clock);
    }
  }
}

/** The service account of the machine that Plantain runs on. Its server is no further than the machine: no proxy leads there. */
function metadataToken(host: string, http: TokenHttp): IssueToken {
  const whom = 'the metadata server';
  const scopes = encodeURIComponent(cloudPlatformScope);
  const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/token?scopes=${scopes}`;
  const question = { whom, url, headers: { 'metadata-flavor': 'Google' }, isDirect: true };
  return async (signal) => issuedToken(whom, await http.askJson(question, signal));
}

async function isThere(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
