import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from './json-value.ts';

/** A question to one of Google's servers of credentials. */
export interface CredentialQuestion {
  readonly method: string;
  readonly pathname: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface CredentialAnswer {
  readonly status: number;
  readonly json: JsonObject;
  /** The metadata server answers in plain text where one word is asked for. */
  readonly text?: string;
}

const lifetimeSeconds = 3599;
const metadataRoot = '/computeMetadata/v1/';
const lentAccount = /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):generateAccessToken$/;
const jwtGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';

/**
 * The servers that give out Google's tokens: OAuth's `/token`, the token exchange `/v1/token`, the lending of a service account
 * and the metadata server (docs/contracts/gemini.md#google-credentials). Whatever contains "invalid" is refused; signatures
 * are not verified. Undefined: the question is for somebody else.
 */
export function answerCredentialQuestion(question: CredentialQuestion): CredentialAnswer | undefined {
  const { method, pathname, headers, body } = question;
  if (pathname.startsWith(metadataRoot)) return ofMetadata(pathname.slice(metadataRoot.length), headers);
  if (method !== 'POST') return undefined;
  if (pathname === '/token' || pathname === '/v1/token')
    return ofTokens(new URLSearchParams(body.toString('utf8')));
  const [, account] = lentAccount.exec(decodeURIComponent(pathname)) ?? [];
  if (account === undefined) return undefined;
  if (!/^Bearer \S+$/.test(headers.authorization ?? '') || account.includes('invalid'))
    return failure(403, { code: 403, message: 'Permission denied.', status: 'PERMISSION_DENIED' });
  const expireTime = new Date(Date.now() + lifetimeSeconds * 1000).toISOString();
  return { status: 200, json: { accessToken: `ya29.lent-${account}`, expireTime } };
}

function ofMetadata(path: string, headers: IncomingHttpHeaders): CredentialAnswer {
  if (headers['metadata-flavor'] !== 'Google') return failure(403, 'Missing Metadata-Flavor:Google header.');
  if (path === 'instance/service-accounts/default/token') return issued('ya29.metadata');
  if (path === 'project/project-id') return { status: 200, json: {}, text: 'emulator' };
  if (path === 'instance' || path === 'instance/') return { status: 200, json: {}, text: 'attributes/\n' };
  return failure(404, 'Not Found');
}

function ofTokens(form: URLSearchParams): CredentialAnswer {
  switch (form.get('grant_type')) {
    case jwtGrant: {
      const claims = claimsOf(form.get('assertion') ?? '');
      if (claims === undefined || claims.includes('invalid'))
        return failure(400, 'invalid_grant', 'Invalid JWT Signature.');
      return issued('ya29.service-account');
    }
    case 'refresh_token':
      return (form.get('refresh_token') ?? 'invalid').includes('invalid')
        ? failure(400, 'invalid_grant', 'Token has been expired or revoked.')
        : issued('ya29.user');
    case exchangeGrant:
      return (form.get('subject_token') ?? 'invalid').includes('invalid')
        ? failure(400, 'invalid_grant', 'The subject token is invalid.')
        : issued('ya29.federated', { issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' });
    default:
      return failure(400, 'unsupported_grant_type', 'Invalid grant_type.');
  }
}

/** The claims of a JWT that could be one. */
function claimsOf(assertion: string): string | undefined {
  const [head = '', claims = '', signature = ''] = assertion.split('.');
  const isSigned = Buffer.from(head, 'base64url').toString().includes('"RS256"') && signature.length > 100;
  return isSigned ? Buffer.from(claims, 'base64url').toString() : undefined;
}

const issued = (access_token: string, more: JsonObject = {}): CredentialAnswer => ({
  status: 200,
  json: { access_token, ...more, expires_in: lifetimeSeconds, token_type: 'Bearer' },
});

const failure = (
  status: number,
  error: string | JsonObject,
  error_description?: string,
): CredentialAnswer => ({ status, json: { error, error_description } });
