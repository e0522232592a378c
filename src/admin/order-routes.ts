import { z } from 'zod';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { Route } from '../server/routes.ts';
import { type Ledger, ledgerStatuses } from '../usage/ledger.ts';
import { type AdminDesk, deskOf } from './admin-desk.ts';
import { adminOperation, pathParameter } from './admin-operation.ts';
import { adminRoute } from './admin-routes.ts';
import { describeOrder, describeWithAttempts } from './describe-order.ts';
import { idsGiven, type KnownSubjects, namesOf } from './known-subjects.ts';
import { idWith, instant, someOf, word } from './field-kinds.ts';
import { settlementFields } from './book-schemas.ts';
import { limitParameter, pageLimit, pageOf, textParameter } from './page-fields.ts';
import { readFields } from './read-fields.ts';
import { settleOrder } from './settle-act.ts';

export interface OrderRoutesOptions {
  readonly ledger: Pick<Ledger, 'list' | 'find' | 'attempts'>;
  readonly known: () => Promise<KnownSubjects>;
  readonly desk: AdminDesk;
}

const orderId = idWith('req');

const orderQuery = z.strictObject({
  key: word.optional(),
  project: word.optional(),
  user: word.optional(),
  model: word.optional(),
  upstream: word.optional(),
  status: someOf(ledgerStatuses).optional(),
  from: instant.optional(),
  to: instant.optional(),
  before: orderId.optional(),
  after: orderId.optional(),
  limit: pageLimit,
});

const parameters = [
  textParameter('key', 'Orders of this key, by its id or name.'),
  textParameter('project', 'Orders of this project, by its id or name.'),
  textParameter('user', "Orders of this end user, as the request's `user` names it."),
  textParameter('model', "Orders of this model, by the catalogue's id or as callers spelled it."),
  textParameter('upstream', 'Orders of which a call went to this upstream.'),
  textParameter('status', `One or several, parted by commas: ${ledgerStatuses.join(', ')}.`),
  textParameter('from', 'Orders that arrived at or after this day or time.'),
  textParameter('to', 'Orders that arrived before it.'),
  textParameter('before', 'Orders older than this one: the `next` of the page before.'),
  textParameter('after', 'Orders younger than this one.'),
  limitParameter,
];

/** `/admin/v1/orders`: what was ordered, one order, and what is known of its end by hand. */
export function orderRoutes({ ledger, known: readKnown, desk }: OrderRoutesOptions): Route[] {
  return [
    adminRoute({
      method: 'GET',
      role: 'viewer',
      path: '/orders',
      query: orderQuery,
      operation: adminOperation({
        operationId: 'listOrders',
        summary: 'Orders, the youngest first',
        tag: 'Orders',
        parameters,
        answer: ['A page of them.', 'OrderPage'],
        errors: ['invalid_value'],
      }),
      handle: async ({ query }) => {
        const { key, project, user, model, upstream, status, from, to, before, after, limit } = query;
        const known = await readKnown();
        const keyIds = idsGiven('key', key, known.keys);
        const projectIds = idsGiven('project', project, known.projects);
        const found = await ledger.list({
          ...(keyIds !== undefined && { keyIds }),
          ...(projectIds !== undefined && { projectIds }),
          ...(user !== undefined && { endUser: user }),
          ...(model !== undefined && { model }),
          ...(upstream !== undefined && { upstream }),
          ...(status !== undefined && { statuses: status }),
          ...(from !== undefined && { fromMs: from }),
          ...(to !== undefined && { toMs: to }),
          ...(before !== undefined && { beforeId: before }),
          ...(after !== undefined && { afterId: after }),
          // One more tells whether this is the last page.
          limit: limit + 1,
        });
        const { rows, next } = pageOf(found, limit);
        const names = namesOf(known);
        return { data: rows.map((row) => describeOrder(row, names)), next };
      },
    }),
    adminRoute({
      method: 'GET',
      role: 'viewer',
      path: '/orders/:id',
      operation: adminOperation({
        operationId: 'getOrder',
        summary: 'One order with its upstream calls',
        tag: 'Orders',
        parameters: [pathParameter('id', 'The `x-request-id` of its answer.')],
        answer: ['The order.', 'OrderWithAttempts'],
        errors: ['not_found'],
      }),
      handle: async ({ params }) => {
        const row = await ledger.find(params['id'] ?? '');
        if (row === undefined)
          throw new PlantainError('not_found', 'There is no order of that id in the ledger.');
        return describeWithAttempts(row, namesOf(await readKnown()), await ledger.attempts(row.id));
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/orders/:id/settle',
      operation: adminOperation({
        operationId: 'settleOrder',
        summary: 'Say what an order cost that a server was killed under: one that is `unknown`',
        tag: 'Orders',
        parameters: [pathParameter('id', 'The `x-request-id` of its answer.')],
        body: 'Settlement',
        answer: ['The order as it is now.', 'OrderWithAttempts'],
        errors: ['not_found', 'state_conflict'],
      }),
      handle: async (request, scope) => {
        const fields = readFields(settlementFields, await desk.readBody(request, scope));
        const { cost_micro_usd: costMicroUsd, images_delivered: imagesDelivered, reason } = fields;
        const wish = { costMicroUsd, imagesDelivered, reason };
        const { after } = await settleOrder(deskOf(desk, request), request.params['id'] ?? '', wish);
        return describeWithAttempts(after, namesOf(await readKnown()), await ledger.attempts(after.id));
      },
    }),
  ];
}
