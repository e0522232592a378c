import type { Actor } from '../access/audit-log.ts';
import type { RouteRequest } from '../server/routes.ts';
import type { Administration } from './administration.ts';
import type { Now } from './describe-allowance.ts';
import type { ReadAdminBody } from './read-admin-body.ts';

/** What the routes of keys, projects, limits and their like work with. */
export interface AdminDesk extends Omit<Administration, 'actor'> {
  readonly readBody: ReadAdminBody;
}

type Sender = Pick<RouteRequest, 'operator' | 'clientAddress' | 'id'>;

/** Whoever sent this request. */
export function actorOf({ operator, clientAddress, id }: Sender): Actor {
  const from = { address: clientAddress, requestId: id };
  return operator?.session === undefined
    ? { name: 'admin secret', ...from }
    : { name: 'session', who: operator.name, ...from };
}

/** The desk for whoever sent this request. */
export function deskOf({ book, clock, modelId }: AdminDesk, request: Sender): Administration {
  return { book, clock, modelId, actor: actorOf(request) };
}

/** The moment of an answer, in the days and months of budgets. */
export async function nowAt({ book, clock }: Pick<AdminDesk, 'book' | 'clock'>): Promise<Now> {
  return { periods: await book.allowances.periods(), nowMs: clock.nowMs() };
}
