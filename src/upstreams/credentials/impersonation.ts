import type { Clock } from '../../kernel/clock.ts';
import type { IssueToken } from './access-token.ts';
import { cloudPlatformScope, lentToken } from './issued-token.ts';
import type { TokenHttp } from './token-http.ts';

/** A service account that is lent to whoever may have it. */
export interface LentAccount {
  /** Its `…:generateAccessToken`. */
  readonly url: string;
  readonly lifetimeSeconds: number;
  /** The chain of accounts it is lent through. */
  readonly delegates: readonly string[];
}

/** A service account's token, for the token of one who may act as it. */
export function lendAccount(
  { url, lifetimeSeconds, delegates }: LentAccount,
  issueOwn: IssueToken,
  http: TokenHttp,
  clock: Clock,
): IssueToken {
  const whom = 'the impersonation of the service account';
  return async (signal) => {
    const { token } = await issueOwn(signal);
    const question = {
      whom,
      url,
      headers: { authorization: `Bearer ${token}` },
      json: {
        scope: [cloudPlatformScope],
        lifetime: `${String(lifetimeSeconds)}s`,
        ...(delegates.length > 0 && { delegates }),
      },
    };
    return lentToken(whom, await http.askJson(question, signal), clock.nowMs());
  };
}
