import { z } from 'zod';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { Route } from '../server/routes.ts';
import { type Ledger, type LedgerStatus, ledgerStatuses } from '../usage/ledger.ts';
import { adminOperation, pathParameter, queryParameter } from './admin-operation.ts';
import { adminRoute } from './admin-routes.ts';
import { describeOrder, describeWithAttempts } from './describe-order.ts';
import { idsOfKey, type KnownKey } from './known-keys.ts';

export interface OrderRoutesOptions {
  readonly ledger: Pick<Ledger, 'list' | 'find' | 'attempts'>;
  /** Every key there ever was, those that need none included. */
  readonly keys: () => Promise<readonly KnownKey[]>;
}

const maxOrdersPerPage = 100;
const defaultOrdersPerPage = 50;

const name = z.string().min(1).max(200);
const orderId = z
  .string()
  .regex(/^req_[0-9A-Za-z]{1,64}$/, 'an order id is expected, req_ and letters or digits');
const instant = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z)?$/,
    'a day or a time in UTC is expected, such as 2026-11-01 or 2026-11-01T08:30:00Z',
  )
  .transform((text, context) => {
    const ms = Date.parse(text);
    // The 30th of February would quietly become the 2nd of March, or nothing at all.
    if (!Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 10))) return ms;
    context.addIssue({ code: 'custom', message: 'there is no such day or time' });
    return z.NEVER;
  });
const statuses = z.string().transform((text, context): LedgerStatus[] => {
  const words = text.split(',').map((word) => ledgerStatuses.find((status) => status === word.trim()));
  if (words.every((word) => word !== undefined)) return words;
  context.addIssue({
    code: 'custom',
    message: `one or several of ${ledgerStatuses.join(', ')} are expected, parted by commas`,
  });
  return z.NEVER;
});

const orderQuery = z.strictObject({
  key: name.optional(),
  model: name.optional(),
  upstream: name.optional(),
  status: statuses.optional(),
  from: instant.optional(),
  to: instant.optional(),
  before: orderId.optional(),
  after: orderId.optional(),
  limit: z.coerce
    .number(`1 to ${maxOrdersPerPage} are expected`)
    .int('a whole number is expected')
    .min(1, `1 to ${maxOrdersPerPage} are expected`)
    .max(maxOrdersPerPage, `1 to ${maxOrdersPerPage} are expected`)
    .default(defaultOrdersPerPage),
});

const text = { type: 'string' } as const;
const parameters = [
  queryParameter('key', 'Orders of this key, by its id or name.', text),
  queryParameter('model', "Orders of this model, by the catalogue's id or as callers spelled it.", text),
  queryParameter('upstream', 'Orders of which a call went to this upstream.', text),
  queryParameter('status', `One or several, parted by commas: ${ledgerStatuses.join(', ')}.`, text),
  queryParameter('from', 'Orders that arrived at or after this day or time in UTC.', text),
  queryParameter('to', 'Orders that arrived before it.', text),
  queryParameter('before', 'Orders older than this one: the `next` of the page before.', text),
  queryParameter('after', 'Orders younger than this one.', text),
  queryParameter('limit', 'The most on one page.', {
    type: 'integer',
    minimum: 1,
    maximum: maxOrdersPerPage,
    default: defaultOrdersPerPage,
  }),
];

/** `GET /admin/v1/orders` and `/admin/v1/orders/{id}`. */
export function orderRoutes({ ledger, keys }: OrderRoutesOptions): Route[] {
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
        const { key, model, upstream, status, from, to, before, after, limit } = query;
        const known = await keys();
        const keyIds = key === undefined ? undefined : idsOfKey(key, known);
        if (keyIds?.length === 0)
          throw new PlantainError('invalid_value', 'There is no key of that id or name.', { param: 'key' });
        const found = await ledger.list({
          ...(keyIds !== undefined && { keyIds }),
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
        const page = found.slice(0, limit);
        const names = new Map(known.map((one) => [one.id, one.name]));
        return {
          data: page.map((row) => describeOrder(row, names.get(row.keyId) ?? null)),
          next: found.length > limit ? (page.at(-1)?.id ?? null) : null,
        };
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
        const names = new Map((await keys()).map((one) => [one.id, one.name]));
        return describeWithAttempts(row, names.get(row.keyId) ?? null, await ledger.attempts(row.id));
      },
    }),
  ];
}
