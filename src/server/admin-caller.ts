import type { IncomingMessage } from 'node:http';
import type { AdminCaller } from '../journey/operator.ts';
import { headerCredentials } from './credentials-of.ts';
import { isLocalRequest } from './is-local-request.ts';
import type { Route, RouteRequest } from './routes.ts';

/** Whether only those come in who look after the server. */
export function isForOperators(route: Pick<Route, 'auth'> | undefined): boolean {
  return route?.auth === 'admin' || route?.auth === 'viewer';
}

const actAs = 'plantain-act-as';

/** The id of the key that an admin wants to order as; undefined where nobody asks for that, or it cannot be asked. */
export function wantsToActAs(
  route: Pick<Route, 'takesActing'>,
  { headers }: IncomingMessage,
): string | undefined {
  const id = headers[actAs];
  return route.takesActing === true && id !== undefined ? String(id) : undefined;
}

/** What an admin has to be who orders as a key: whatever they ask, the request has to come from a page of ours. */
export const actingNeeds = { auth: 'admin', isAct: true } as const;

/** A request at the admin API as those see it who decide who comes in. */
export function adminCallerOf(
  { raw, clientAddress, usedOrigin }: Pick<RouteRequest, 'raw' | 'clientAddress' | 'usedOrigin'>,
  { auth, isAct }: Pick<Route, 'auth' | 'isAct'>,
): AdminCaller {
  const method = raw.method ?? 'GET';
  return {
    credentials: headerCredentials(raw, clientAddress),
    address: clientAddress,
    isLocal: isLocalRequest(raw),
    method,
    headers: raw.headers,
    origin: usedOrigin,
    needs: auth === 'viewer' ? 'viewer' : 'admin',
    isAct: isAct ?? !/^(?:GET|HEAD)$/.test(method),
  };
}
