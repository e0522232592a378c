import { z } from 'zod';
import type { AllowanceOwner } from '../admission/allowance-store.ts';
import { type Allowance, ownOr, unused } from '../admission/allowance.ts';
import { allowanceParts } from '../admission/allowance-ids.ts';
import { noLimits } from '../journey/limits.ts';
import type { Route, RouteRequest } from '../server/routes.ts';
import { type AdminDesk, deskOf, nowAt } from './admin-desk.ts';
import { adminOperation, type OperationFacts, queryParameter } from './admin-operation.ts';
import { adminRoute } from './admin-routes.ts';
import { type AllowanceAddress, allowanceOwner, allowancesOf } from './allowance-address.ts';
import { limitsJson, type Now, usageJson } from './describe-allowance.ts';
import { setLimits } from './limit-acts.ts';
import { allowanceFields } from './limit-schemas.ts';
import { word } from './field-kinds.ts';
import { limitParameter, pageLimit, pageOf, textParameter } from './page-fields.ts';
import { readFields } from './read-fields.ts';

/** Whose allowance is meant, in a query. */
export const addressFields = {
  key: word.optional(),
  project: word.optional(),
  model: word.optional(),
  user: z.string().optional(),
};
const addressQuery = z.strictObject({
  ...addressFields,
  users: z
    .enum(['true', 'false'], 'true or false is expected')
    .transform((text) => text === 'true')
    .optional(),
});
const pageQuery = addressQuery.extend({ after: word.optional(), limit: pageLimit });

export const addressParameters = [
  textParameter('key', 'Of this key, by its id or name.'),
  textParameter('project', 'Of this project, by its id or name; with `key`, the project of the key.'),
  textParameter('model', 'Of this model alone, under the key or project.'),
  textParameter('user', "Of this end user of the project, as the request's `user` names it."),
];
const parameters = [
  ...addressParameters,
  queryParameter('users', 'Of every end user of the project that has no limit of its own, each by itself.', {
    type: 'boolean',
  }),
];

/** Whose an allowance is, as it is told. `user`: its name, where it is known. */
export function whoseJson(id: string, user: string | null = null) {
  const { subjectId, model = null, userDigest = null, isTemplate = false } = allowanceParts(id);
  const isKey = subjectId.startsWith('key_');
  return {
    key: isKey ? subjectId : null,
    project: isKey ? null : subjectId,
    model,
    user: userDigest === null ? null : user,
    user_digest: userDigest,
    users: isTemplate,
  };
}

/** `/admin/v1/limits`: any allowance, by whose it is. */
export function limitRoutes(desk: AdminDesk): Route[] {
  const change = (
    method: 'PUT' | 'PATCH' | 'DELETE',
    facts: Pick<OperationFacts, 'operationId' | 'summary'>,
  ): Route =>
    adminRoute({
      method,
      path: '/limits',
      query: addressQuery,
      operation: adminOperation({
        ...facts,
        tag: 'Limits',
        parameters,
        ...(method !== 'DELETE' && { body: 'AllowanceChanges' as const }),
        answer: ['The allowance as it is now.', 'Allowance'],
        errors: ['invalid_value', 'unknown_parameter', 'not_found', 'state_conflict'],
      }),
      handle: async (request: RouteRequest<AllowanceAddress>, scope) => {
        const { query } = request;
        const changes =
          method === 'DELETE' ? {} : readFields(allowanceFields, await desk.readBody(request, scope));
        const { owner, allowance } = await setLimits(deskOf(desk, request), query, changes, {
          replace: method !== 'PATCH',
          mustExist: method === 'DELETE',
        });
        return describeAllowance(allowance, owner, await templateOf(owner), await nowAt(desk));
      },
    });
  /** What holds for an end user where it has no limit of its own. */
  const templateOf = async (owner: AllowanceOwner) =>
    owner.kind === 'user'
      ? (await desk.book.allowances.find({ kind: 'users', projectId: owner.projectId }))?.limits
      : undefined;
  return [
    adminRoute({
      method: 'GET',
      path: '/limits',
      query: pageQuery,
      operation: adminOperation({
        operationId: 'listLimits',
        summary:
          'What a key or project may use and has used, with its models and end users, or one of these alone',
        tag: 'Limits',
        parameters: [
          ...parameters,
          textParameter('after', 'Where the page before ended: its `next`.'),
          limitParameter,
        ],
        answer: ['A page of allowances.', 'AllowancePage'],
        errors: ['invalid_value', 'unknown_parameter', 'not_found', 'state_conflict'],
      }),
      handle: async ({ query: { after, limit, ...address } }) => {
        const owner = await allowanceOwner(desk.book, address, desk.modelId);
        const found = await allowancesOf(desk.book, owner, { afterId: after, limit: limit + 1 });
        const { rows, next } = pageOf(found, limit);
        const now = await nowAt(desk);
        const template =
          'id' in owner ? owner : ({ kind: 'users', projectId: owner.projectId } as AllowanceOwner);
        const users =
          template.kind === 'project' && template.model === undefined
            ? await templateOf({ kind: 'user', projectId: template.id, endUser: '' })
            : await templateOf(owner);
        return { data: rows.map((row) => describeAllowance(row, owner, users, now)), next };
      },
    }),
    change('PUT', {
      operationId: 'replaceLimits',
      summary:
        'Set all limits of one allowance, and when something is told of them; what is not named is taken away',
    }),
    change('PATCH', {
      operationId: 'changeLimits',
      summary:
        'Set some limits of one allowance, or when something is told of them; null takes one away, the others stay',
    }),
    change('DELETE', {
      operationId: 'deleteLimits',
      summary: 'Take all limits of one allowance away; what it has used goes on being counted',
    }),
  ];
}

/** `template`: the limits of end users that have none of their own. */
function describeAllowance(
  { id, limits, alertAt, counters }: Allowance,
  owner: AllowanceOwner,
  template: Allowance['limits'] | undefined,
  now: Now,
) {
  const { userDigest, isTemplate } = allowanceParts(id);
  const inForce = userDigest === undefined ? limits : ownOr(limits, template ?? noLimits);
  return {
    id,
    of: whoseJson(id, owner.kind === 'user' ? owner.endUser : null),
    limits: limitsJson(limits),
    alert_at: alertAt ?? null,
    usage: usageJson({ limits: inForce, counters: isTemplate ? unused : counters }, now),
  };
}
