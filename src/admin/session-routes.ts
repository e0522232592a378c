import type { z } from 'zod';
import type { Actor } from '../access/audit-log.ts';
import type { LoginProof } from '../access/console-login.ts';
import type { AdminCaller, Operator } from '../journey/operator.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { JsonObject } from '../openai/openapi/openapi-schemas.ts';
import { writeError } from '../openai/shared/write-error.ts';
import { writeJson } from '../openai/shared/write-json.ts';
import { adminCallerOf } from '../server/admin-caller.ts';
import { defineRoute, type Route, type RouteRequest } from '../server/routes.ts';
import { actorOf } from './admin-desk.ts';
import { adminOperation, pathParameter } from './admin-operation.ts';
import { adminRoot, adminRoute, noQuery, unkept } from './admin-routes.ts';
import type { adminSchemas } from './admin-schemas.ts';
import { beginLoginFields, loginFields } from './console-schemas.ts';
import type { ReadAdminBody } from './read-admin-body.ts';
import { readFields } from './read-fields.ts';

type SessionView = z.infer<typeof adminSchemas.Session>;
type SessionRow = z.infer<typeof adminSchemas.SessionList>['data'][number];

/** Where browsers sign in and out. */
export interface SessionDesk {
  /** Throws what a wrong secret is told. */
  login(
    from: LoginRequest,
    proof: LoginProof,
  ): Promise<{ readonly operator: Operator; readonly cookie: string }>;
  /** Begins a sign-in at the identity provider. */
  begin(
    from: LoginRequest,
    returnTo: string,
  ): Promise<{ readonly address: string; readonly state: string; readonly cookie: string }>;
  /** What a page is to know besides who asks. */
  facts(origin: string): Pick<SessionView, 'version' | 'sandbox' | 'insecure'>;
  list(): Promise<readonly Omit<SessionRow, 'current'>[]>;
  /** Ends the one of this id, or all; how many. */
  end(by: Actor, id?: string): Promise<number>;
  /** Ends the session that asks; where its browser is to go to sign out at the identity provider too, or null. */
  leave(by: Actor, operator: Operator): Promise<string | null>;
}

/** A browser that signs in, and the id of its request. */
export interface LoginRequest {
  readonly caller: AdminCaller;
  readonly requestId: string;
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
    defineRoute({
      method: 'POST',
      path: `${adminRoot}/session`,
      auth: 'none',
      query: noQuery,
      writeError,
      described: { path: `${adminRoot}/session`, operations: { post: loginOperation } },
      handle: async (request, scope) => {
        const proof = proofOf(readFields(loginFields, await readBody(request, scope)));
        const { operator, cookie } = await desk.login(loginRequestOf(request), proof);
        return withCookie(viewOf(operator, request.usedOrigin), cookie);
      },
    }),
    defineRoute({
      method: 'POST',
      path: `${adminRoot}/session/oidc`,
      auth: 'none',
      query: noQuery,
      writeError,
      described: { path: `${adminRoot}/session/oidc`, operations: { post: beginOperation } },
      handle: async (request, scope) => {
        const { return_to: returnTo } = readFields(beginLoginFields, await readBody(request, scope));
        const { address, state, cookie } = await desk.begin(loginRequestOf(request), returnTo);
        return withCookie({ address, state }, cookie);
      },
    }),
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
        answer: ['It is over.', 'SignedOut'],
      }),
      handle: async (request) => {
        const { operator } = request;
        const sign_out_url = await desk.leave(actorOf(request), known(operator));
        return { ended: operator?.session === undefined ? 0 : 1, sign_out_url };
      },
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
      handle: async (request) => ({ ended: await desk.end(actorOf(request)) }),
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
      handle: async (request) => {
        const ended = await desk.end(actorOf(request), request.params['session'] ?? '');
        if (ended === 0) throw new PlantainError('not_found', 'There is no session of that id.');
        return { ended };
      },
    }),
  ];
}

const loginOperation = (): JsonObject => ({
  ...adminOperation({
    operationId: 'login',
    body: 'Login',
    summary: 'Sign a browser in: with a secret, the link that the start printed, or an identity provider',
    tag: 'Sessions',
    answer: ['Who that is; the session is in the cookie.', 'Session'],
    errors: [
      'too_many_logins',
      'insecure_connection',
      'login_stale',
      'login_refused',
      'login_without_role',
      'login_provider_away',
      'not_found',
    ],
  })(),
  security: [],
});
const beginOperation = (): JsonObject => ({
  ...adminOperation({
    operationId: 'beginLogin',
    body: 'BeginLogin',
    summary: 'Begin to sign a browser in by the identity provider',
    tag: 'Sessions',
    answer: ['Where the browser is to go; what it is recognised by is in the cookie.', 'BegunLogin'],
    errors: ['too_many_logins', 'insecure_connection', 'login_provider_away', 'login_refused', 'not_found'],
  })(),
  security: [],
});

function known(operator: Operator | undefined): Operator {
  if (operator === undefined) throw new Error('a route of the admin API was reached by nobody');
  return operator;
}

/** The least role, since nobody is known yet; whatever browsers sign in with has to come from a page of ours. */
function loginRequestOf(request: RouteRequest): LoginRequest {
  return { caller: adminCallerOf(request, { auth: 'viewer', isAct: true }), requestId: request.id };
}

function proofOf({ secret, claim, oidc: answer }: z.infer<typeof loginFields>): LoginProof {
  const given = [secret, claim, answer].filter((proof) => proof !== undefined);
  if (given.length !== 1)
    throw new PlantainError('invalid_value', 'Send one of `secret`, `claim` and `oidc`.', {
      param: 'secret',
    });
  if (secret !== undefined) return { secret };
  return claim === undefined ? { answer: answer ?? '' } : { claim };
}

function withCookie(document: unknown, cookie: string): ImageAnswer {
  const answer = unkept(writeJson(document));
  return { ...answer, headers: { ...answer.headers, 'set-cookie': cookie } };
}
