import { createSign } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import type { IssueToken } from './access-token.ts';
import { CredentialsError } from './credentials-error.ts';
import type { ServiceAccountFile } from './credentials-file.ts';
import { cloudPlatformScope, issuedToken } from './issued-token.ts';
import type { TokenHttp } from './token-http.ts';

const lifetimeSeconds = 3600;
/** A clock that is a little ahead makes no token of the future. */
const backdatedSeconds = 10;

/** A service account's token, for a JWT signed with its key (docs/contracts/gemini.md#google-credentials). */
export function serviceAccountToken(file: ServiceAccountFile, http: TokenHttp, clock: Clock): IssueToken {
  const whom = 'the token server of the service account';
  return async (signal) => {
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: assertionOf(file, clock.nowMs()),
    };
    return issuedToken(whom, await http.askJson({ whom, url: file.token_uri, form }, signal));
  };
}

function assertionOf(file: ServiceAccountFile, nowMs: number): string {
  const { client_email, private_key, private_key_id, token_uri } = file;
  const issuedAt = Math.floor(nowMs / 1000) - backdatedSeconds;
  const head = encoded({ alg: 'RS256', typ: 'JWT', ...(private_key_id && { kid: private_key_id }) });
  const claims = encoded({
    iss: client_email,
    scope: cloudPlatformScope,
    aud: token_uri,
    iat: issuedAt,
    exp: issuedAt + lifetimeSeconds,
  });
  try {
    const signature = createSign('RSA-SHA256').update(`${head}.${claims}`).sign(private_key, 'base64url');
    return `${head}.${claims}.${signature}`;
  } catch {
    throw new CredentialsError('the private_key of the service account is no key that can sign');
  }
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
