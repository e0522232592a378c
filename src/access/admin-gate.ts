import type { AdminCaller, Operator } from '../journey/operator.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { type AdminSecrets, isSameSecret, roleOfSecret } from './admin-secrets.ts';
import { isWellFormedApiKey } from './api-key.ts';
import { bearerToken } from './bearer-token.ts';
import { checkBrowser, type OwnAddresses } from './browser-rules.ts';
import { readCookie, writeCookie } from './console-cookies.ts';
import type { Sessions } from './sessions.ts';

export interface AdminGateOptions {
  /** The secrets in force; asked for each time, since a reload may change them. */
  readonly secrets: () => AdminSecrets;
  readonly sessions: Pick<Sessions, 'find'>;
  /** Whether others than this machine may come. */
  readonly isOpenToOthers: () => boolean;
  /** What browsers may know this server by. */
  readonly own: () => OwnAddresses & { readonly insecure: boolean };
  /** Told of refusals: at most once a minute, how many there were since, and from where the last came. */
  readonly onRefused: (refused: number, address: string) => void;
  readonly nowMs?: () => number;
}

const reportIntervalMs = 60_000;

/**
 * Lets the holder of a secret in, or of a session that one opened, and nobody else: not the holder of an API key, who
 * may order pictures and nothing more. A session counts for the pages of this server alone.
 */
export function createAdminGate(options: AdminGateOptions): (caller: AdminCaller) => Promise<Operator> {
  const { nowMs = () => performance.now() } = options;
  let refused = 0;
  let reportedAtMs = -reportIntervalMs;
  const refuse = (error: PlantainError, address: string): never => {
    refused++;
    if (nowMs() - reportedAtMs >= reportIntervalMs) {
      reportedAtMs = nowMs();
      options.onRefused(refused, address);
      refused = 0;
    }
    throw error;
  };
  const bySecret = (sent: string, address: string): Operator => {
    const role = roleOfSecret(sent, options.secrets());
    if (role === undefined) return refuse(isWellFormedApiKey(sent) ? onlyApiKey() : wrongSecret(), address);
    return { role, name: nameOfSecret[role] };
  };
  const bySession = async (caller: AdminCaller): Promise<Operator> => {
    const { headers, address, isAct, method } = caller;
    const own = options.own();
    const cookie = readCookie('session', headers.cookie, own.insecure);
    if (cookie === undefined) return refuse(missing(), address);
    checkBrowser(caller, own);
    const operator = await options.sessions.find(cookie.value, headers['plantain-background'] === '1');
    if (operator === undefined) throw sessionEnded(cookie.isSecure);
    // A page of ours that could be made to send what it does not want still cannot know this.
    if (
      isAct &&
      method !== 'GET' &&
      !isSameSecret(String(headers['x-plantain-csrf']), operator.session?.csrf ?? '')
    )
      throw new PlantainError('origin_refused', 'The header x-plantain-csrf is not that of this session.');
    return operator;
  };
  return async (caller) => {
    const { credentials, address, isLocal, needs } = caller;
    if (!isLocal && !options.isOpenToOthers()) refuse(adminClosed(), address);
    const sent = bearerToken(credentials.authorization) ?? '';
    const operator = sent === '' ? await bySession(caller) : bySecret(sent, address);
    if (needs === 'admin' && operator.role !== 'admin') throw viewerOnly();
    return operator;
  };
}

/** Who holds a secret, as the record has them. */
export const nameOfSecret = { admin: 'admin secret', viewer: 'viewer secret' } as const;

function sessionEnded(isSecure: boolean): PlantainError {
  // Taken away, so that the browser does not come back with it again and again.
  return new PlantainError('session_ended', 'The session is over. Sign in again.', {
    headers: { 'set-cookie': writeCookie('session', undefined, isSecure) },
  });
}

function viewerOnly(): PlantainError {
  return new PlantainError('role_required', 'Viewers look and change nothing. This needs the admin secret.');
}

// RFC 9110, section 11.6.1: a 401 names the scheme that would do.
const details = { headers: { 'www-authenticate': 'Bearer realm="Plantain admin"' } };

function missing(): PlantainError {
  const message =
    'The admin API takes the admin secret in the header `Authorization: Bearer …`. `plantain admin secret` prints it.';
  return new PlantainError('invalid_admin_secret', message, details);
}

/** What a wrong secret is told. */
export function wrongSecret(): PlantainError {
  const message = 'Incorrect admin secret provided. `plantain admin secret` prints the one of this server.';
  return new PlantainError('invalid_admin_secret', message, details);
}

function onlyApiKey(): PlantainError {
  const message =
    'This is an API key, which orders pictures. The admin API takes the admin secret; `plantain admin secret` prints it.';
  return new PlantainError('admin_secret_required', message);
}

/** What others than this machine are told until the operator sets a secret. */
export function adminClosed(): PlantainError {
  const message =
    'The admin API answers this machine alone, because the operator set no admin secret. Set PLANTAIN_ADMIN_SECRET to open it to others.';
  return new PlantainError('admin_api_closed', message);
}
