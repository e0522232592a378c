import { z } from 'zod';
import type { BookedAdjustment } from '../admission/allowance-store.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { Route } from '../server/routes.ts';
import { adjust } from './adjustment-acts.ts';
import { type AdminDesk, deskOf } from './admin-desk.ts';
import { adminOperation } from './admin-operation.ts';
import { adminRoute } from './admin-routes.ts';
import { allowanceOwner } from './allowance-address.ts';
import { newAdjustmentFields } from './book-schemas.ts';
import { addressFields, addressParameters, whoseJson } from './limit-routes.ts';
import { idWith } from './field-kinds.ts';
import { limitParameter, pageLimit, pageOf, textParameter } from './page-fields.ts';
import { readFields } from './read-fields.ts';

const adjustmentsQuery = z.strictObject({
  ...addressFields,
  before: idWith('adj').optional(),
  limit: pageLimit,
});
const headerParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'The same key with the same adjustment again makes none: the first is answered.',
  schema: { type: 'string', maxLength: 255 },
};

/** `/admin/v1/adjustments`: money given back or taken by hand. */
export function adjustmentRoutes(desk: AdminDesk): Route[] {
  return [
    adminRoute({
      method: 'POST',
      path: '/adjustments',
      status: 201,
      operation: adminOperation({
        operationId: 'createAdjustment',
        summary:
          'Give money back to the running day, month and total of an allowance, or take it, with a reason',
        tag: 'Limits',
        parameters: [headerParameter],
        body: 'NewAdjustment',
        status: 201,
        answer: ['The adjustment.', 'Adjustment'],
        errors: ['not_found', 'state_conflict', 'adjustment_key_reused'],
      }),
      handle: async (request, scope) => {
        const fields = readFields(newAdjustmentFields, await desk.readBody(request, scope));
        const { amount_micro_usd: amountMicroUsd, reason, ...address } = fields;
        const idempotencyKey = keyOf(request.raw.headers['idempotency-key']);
        const wish = { address, amountMicroUsd, reason, idempotencyKey };
        return describeAdjustment(await adjust(deskOf(desk, request), wish), address.user);
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/adjustments',
      query: adjustmentsQuery,
      operation: adminOperation({
        operationId: 'listAdjustments',
        summary: 'Adjustments, the newest first: all, or those of one allowance',
        tag: 'Limits',
        parameters: [
          ...addressParameters,
          textParameter('before', 'Adjustments older than this one: the `next` of the page before.'),
          limitParameter,
        ],
        answer: ['A page of them.', 'AdjustmentPage'],
        errors: ['invalid_value', 'unknown_parameter', 'not_found', 'state_conflict'],
      }),
      handle: async ({ query: { before, limit, ...address } }) => {
        const isOfAll = Object.values(address).every((part) => part === undefined);
        const owner = isOfAll ? undefined : await allowanceOwner(desk.book, address, desk.modelId);
        const found = await desk.book.allowances.adjustments({
          ...(owner && { owner }),
          ...(before !== undefined && { beforeId: before }),
          limit: limit + 1,
        });
        const { rows, next } = pageOf(found, limit);
        return { data: rows.map((row) => describeAdjustment(row, address.user)), next };
      },
    }),
  ];
}

function describeAdjustment(
  { id, allowanceId, amountMicroUsd, reason, actor, atMs }: BookedAdjustment,
  user: string | undefined,
) {
  return {
    id,
    at: new Date(atMs).toISOString(),
    of: whoseJson(allowanceId, user),
    amount_micro_usd: amountMicroUsd,
    reason,
    actor,
  };
}

/** Bare or quoted, without blanks in it. */
function keyOf(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = String(header)
    .trim()
    .replace(/^"(.*)"$/, '$1');
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new PlantainError('invalid_value', 'Idempotency-Key must be 1 to 255 printable ASCII characters.', {
    param: 'Idempotency-Key',
  });
}
