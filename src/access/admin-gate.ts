import { createHash, timingSafeEqual } from 'node:crypto';
import type { Credentials } from '../journey/image-request.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { isWellFormedApiKey } from './api-key.ts';
import type { AuditActor } from './audit-log.ts';
import { bearerToken } from './bearer-token.ts';

/** One who asks the admin API. */
export interface AdminCaller {
  readonly credentials: Credentials;
  readonly address: string;
  /** Whether the request came from this machine, through no proxy. */
  readonly isLocal: boolean;
}

export interface AdminGateOptions {
  /** The secret in force; asked for each time, since a reload may change it. */
  readonly secret: () => string;
  /** Whether others than this machine may come. */
  readonly isOpenToOthers: () => boolean;
  /** Told of refusals: at most once a minute, how many there were since, and from where the last came. */
  readonly onRefused: (refused: number, address: string) => void;
  readonly nowMs?: () => number;
}

const reportIntervalMs = 60_000;

/**
 * Lets the holder of the admin secret in, and nobody else: not the holder of an API key, who may order pictures and
 * nothing more. What is compared are hashes of equal length, in constant time, so that no answer tells how much of a
 * guess was right. Answers with who it is.
 */
export function createAdminGate(options: AdminGateOptions): (caller: AdminCaller) => AuditActor {
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
  return ({ credentials, address, isLocal }) => {
    if (!isLocal && !options.isOpenToOthers()) refuse(closed(), address);
    const sent = bearerToken(credentials.authorization) ?? '';
    if (sent === '') refuse(missing(), address);
    if (timingSafeEqual(digest(sent), digest(options.secret()))) return 'admin secret';
    return refuse(isWellFormedApiKey(sent) ? onlyApiKey() : wrong(), address);
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

// RFC 9110, section 11.6.1: a 401 names the scheme that would do.
const details = { headers: { 'www-authenticate': 'Bearer realm="Plantain admin"' } };

function missing(): PlantainError {
  const message =
    'The admin API takes the admin secret in the header `Authorization: Bearer …`. `plantain admin secret` prints it.';
  return new PlantainError('invalid_admin_secret', message, details);
}

function wrong(): PlantainError {
  const message = 'Incorrect admin secret provided. `plantain admin secret` prints the one of this server.';
  return new PlantainError('invalid_admin_secret', message, details);
}

function onlyApiKey(): PlantainError {
  const message =
    'This is an API key, which orders pictures. The admin API takes the admin secret; `plantain admin secret` prints it.';
  return new PlantainError('admin_secret_required', message);
}

function closed(): PlantainError {
  const message =
    'The admin API answers this machine alone, because the operator set no admin secret. Set PLANTAIN_ADMIN_SECRET to open it to others.';
  return new PlantainError('admin_api_closed', message);
}
