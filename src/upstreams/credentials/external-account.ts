import type { Clock } from '../../kernel/clock.ts';
import type { IssueToken } from './access-token.ts';
import { CredentialsError } from './credentials-error.ts';
import { type ExternalAccountFile, readSmallText } from './credentials-file.ts';
import { lendAccount } from './impersonation.ts';
import { cloudPlatformScope, issuedToken } from './issued-token.ts';
import type { TokenHttp } from './token-http.ts';

/**
 * Workload identity: a token of the place Plantain runs at, exchanged for Google's, and that one for a service account's
 * where the file says so (docs/contracts/gemini.md#google-credentials).
 */
export function externalAccountToken(file: ExternalAccountFile, http: TokenHttp, clock: Clock): IssueToken {
  const exchange: IssueToken = async (signal) => {
    const whom = 'the token exchange';
    const { client_id, client_secret = '', workforce_pool_user_project: userProject } = file;
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      audience: file.audience,
      scope: cloudPlatformScope,
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      subject_token: await subjectToken(file, http, signal),
      subject_token_type: file.subject_token_type,
      ...(userProject !== undefined &&
        client_id === undefined && { options: JSON.stringify({ userProject }) }),
    };
    const basic = Buffer.from(`${client_id ?? ''}:${client_secret}`).toString('base64');
    const headers = client_id === undefined ? {} : { authorization: `Basic ${basic}` };
    return issuedToken(whom, await http.askJson({ whom, url: file.token_url, headers, form }, signal));
  };
  const url = file.service_account_impersonation_url;
  if (url === undefined) return exchange;
  const lifetimeSeconds = file.service_account_impersonation?.token_lifetime_seconds ?? 3600;
  return lendAccount({ url, lifetimeSeconds, delegates: [] }, exchange, http, clock);
}

async function subjectToken(
  { credential_source: source }: ExternalAccountFile,
  http: TokenHttp,
  signal: AbortSignal,
): Promise<string> {
  const { file, url, headers, format } = source;
  if (file === undefined && url === undefined) throw new CredentialsError(refusalOf(source));
  const where = file ?? 'the address of credential_source';
  const content =
    file === undefined
      ? await http.ask({ whom: where, url: url ?? '', ...(headers && { headers }) }, signal)
      : await readSmallText(file);
  const token = format?.type === 'json' ? fieldOf(content, format.subject_token_field_name) : content.trim();
  if (token === '') throw new CredentialsError(`${where} holds no token`);
  return token;
}

function fieldOf(content: string, name = ''): string {
  try {
    const members = new Map(Object.entries(JSON.parse(content) as object));
    const value: unknown = members.get(name);
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}

function refusalOf(source: Readonly<Record<string, unknown>>): string {
  if ('executable' in source)
    return 'credential_source.executable is not run: a gateway starts no programs that a file names. Use a source of the kind file or url';
  if ('environment_id' in source)
    return "credential_source of the kind aws is not supported: use a source of the kind file or url, or the machine's own service account";
  if ('certificate' in source)
    return 'credential_source.certificate is not supported: use a source of the kind file or url';
  return 'credential_source names neither a file nor a url';
}
