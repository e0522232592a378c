import type { z } from 'zod';
import type { AdminCaller, Operator } from '../journey/operator.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { writeError } from '../openai/shared/write-error.ts';
import { writeJson } from '../openai/shared/write-json.ts';
import { isLocalRequest } from '../server/is-local-request.ts';
import type { Route, RouteRequest } from '../server/routes.ts';
import { adminOperation, pathParameter } from './admin-operation.ts';
import { adminRoot, adminRoute, unkept } from './admin-routes.ts';
import type { adminSchemas } from './admin-schemas.ts';
import { loginFields } from './console-schemas.ts';
import type { ReadAdminBody } from './read-admin-body.ts';
import { readFields } from './read-fields.ts';

type SessionView = z.infer<typeof adminSchemas.Session>;
type SessionRow = z.infer<typeof adminSchemas.SessionList>['data'][number];

/** Where browsers sign in and out. */
export interface SessionDesk {
  /** Throws what a wrong secret is told. */
  login(
    caller: AdminCaller,
    proof: { readonly secret: string } | { readonly claim: string },
  ): Promise<{ readonly operator: Operator; readonly cookie: string }>;
  /** What a page is to know besides who asks. */
  facts(origin: string): Pick<SessionView, 'version' | 'sandbox' | 'insecure'>;
  list(): Promise<readonly Omit<SessionRow, 'current'>[]>;
  end(ids: readonly string[]): Promise<void>;
}

/** `/admin/v1/session` and `/admin/v1/sessions`. */
export function sessionRoutes(desk: SessionDesk, readBody: ReadAdminBody): Route[] {
  const viewOf = ({ role, name, session }: Operator, origin: string): SessionView => ({
    role,
    name,
    expires_at: session === undefined ? null : new Date(session.expiresAtMs).toISOString(),
    csrf: session?.csrf ?? null,
    ...desk.facts(origin),
  });
  return [
    {
      method: 'POST',
      path: `${adminRoot}/session`,
      auth: 'none',
      writeError,
      described: { path: `${adminRoot}/session`, operations: { post: loginOperation } },
      handle: async (request, scope) => {
        const { secret, claim } = readFields(loginFields, await readBody(request, scope));
        if ((secret === undefined) === (claim === undefined))
          throw new PlantainError('invalid_value', 'Send `secret` or `claim`.', { param: 'secret' });
        const proof = secret === undefined ? { claim: claim ?? '' } : { secret };
        const { operator, cookie } = await desk.login(callerOf(request), proof);
        const answer = unkept(writeJson(viewOf(operator, request.usedOrigin)));
        return { ...answer, headers: { ...answer.headers, 'set-cookie': cookie } };
      },
    },
    adminRoute({
      method: 'GET',
      path: '/session',
      role: 'viewer',
      operation: adminOperation({
        operationId: 'getSession',
        summary: 'Who asks',
        tag: 'Sessions',
        answer: ['Who that is.', 'Session'],
      }),
      handle: async ({ operator, usedOrigin }) => viewOf(known(operator), usedOrigin),
    }),
    adminRoute({
      method: 'DELETE',
      path: '/session',
      role: 'viewer',
      operation: adminOperation({
        operationId: 'endSession',
        summary: 'Sign out: end the session that asks',
        tag: 'Sessions',
        answer: ['It is over.', 'SessionsEnded'],
      }),
      handle: async ({ operator }) => end(desk, operator?.session === undefined ? [] : [operator.session.id]),
    }),
    adminRoute({
      method: 'GET',
      path: '/sessions',
      operation: adminOperation({
        operationId: 'listSessions',
        summary: 'Browsers that are signed in, the one that was used last first',
        tag: 'Sessions',
        answer: ['All of them.', 'SessionList'],
      }),
      handle: async ({ operator }) => ({
        data: (await desk.list()).map((row) => ({ ...row, current: row.id === operator?.session?.id })),
      }),
    }),
    adminRoute({
      method: 'DELETE',
      path: '/sessions',
      operation: adminOperation({
        operationId: 'endSessions',
        summary: 'Sign out everywhere: end every session, this one too',
        tag: 'Sessions',
        answer: ['They are over.', 'SessionsEnded'],
      }),
      handle: async () =>
        end(
          desk,
          (await desk.list()).map(({ id }) => id),
        ),
    }),
    adminRoute({
      method: 'DELETE',
      path: '/sessions/:session',
      operation: adminOperation({
        operationId: 'endOneSession',
        summary: 'Sign one browser out',
        tag: 'Sessions',
        parameters: [pathParameter('session', 'As the list has it.')],
        answer: ['It is over.', 'SessionsEnded'],
        errors: ['not_found'],
      }),
      handle: async ({ params }) => {
        const found = (await desk.list()).find(({ id }) => id === params['session']);
        if (found === undefined) throw new PlantainError('not_found', 'There is no session of that id.');
        return end(desk, [found.id]);
      },
    }),
  ];
}

const loginOperation = {
  ...adminOperation({
    operationId: 'login',
    body: 'Login',
    summary: 'Sign a browser in, with a secret or with the link that the start printed',
    tag: 'Sessions',
    answer: ['Who that is; the session is in the cookie.', 'Session'],
    errors: [
      'too_many_logins',
      'insecure_connection',
      'invalid_json',
      'invalid_value',
      'unsupported_media_type',
    ],
  }),
  security: [],
};

async function end(desk: SessionDesk, ids: readonly string[]): Promise<{ readonly ended: number }> {
  await desk.end(ids);
  return { ended: ids.length };
}

function known(operator: Operator | undefined): Operator {
  if (operator === undefined) throw new Error('a route of the admin API was reached by nobody');
  return operator;
}

function callerOf({ raw, clientAddress, usedOrigin }: RouteRequest): AdminCaller {
  return {
    credentials: { authorization: undefined, apiKey: undefined, clientAddress },
    address: clientAddress,
    isLocal: isLocalRequest(raw),
    method: 'POST',
    headers: raw.headers,
    origin: usedOrigin,
    needs: 'viewer',
    isAct: true,
  };
}
