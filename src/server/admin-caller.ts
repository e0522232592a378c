import type { FastifyRequest } from 'fastify';
import type { AdminCaller } from '../journey/operator.ts';
import { headerCredentials } from './credentials-of.ts';
import { isLocalRequest } from './is-local-request.ts';
import type { Route } from './routes.ts';

/** Whether only those come in who look after the server. */
export function isForOperators(route: Pick<Route, 'auth'> | undefined): boolean {
  return route?.auth === 'admin' || route?.auth === 'viewer';
}

/** A request at the admin API as those see it who decide who comes in. */
export function adminCallerOf(
  { raw, ip }: Pick<FastifyRequest, 'raw' | 'ip'>,
  origin: string,
  { auth, isAct }: Pick<Route, 'auth' | 'isAct'>,
): AdminCaller {
  const method = raw.method ?? 'GET';
  return {
    credentials: headerCredentials(raw, ip),
    address: ip,
    isLocal: isLocalRequest(raw),
    method,
    headers: raw.headers,
    origin,
    needs: auth === 'viewer' ? 'viewer' : 'admin',
    isAct: isAct ?? !/^(?:GET|HEAD)$/.test(method),
  };
}
