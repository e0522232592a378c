import { z } from 'zod';
import { keyStates } from '../journey/key-state.ts';
import { anyKey, secretIdOf } from '../access/manage-keys.ts';
import { anyProject } from '../access/manage-projects.ts';
import type { Route } from '../server/routes.ts';
import { type AdminDesk, deskOf, nowAt } from './admin-desk.ts';
import { adminOperation, pathParameter } from './admin-operation.ts';
import { adminRoute } from './admin-routes.ts';
import { settingsOf } from './describe-allowance.ts';
import { describeKey, type KeyFacts } from './describe-key.ts';
import { keyPatchOf, newKeyOf, overlapMsOf } from './key-fields.ts';
import { changeKey, createKey, endKeySecret, keyFacts, revokeKey, rotateKey } from './key-acts.ts';
import { keyChangeFields, newKeyFields, rotationFields } from './key-schemas.ts';
import { idWith, someOf, word } from './field-kinds.ts';
import { limitParameter, pageLimit, pageOf, textParameter } from './page-fields.ts';
import { readFields } from './read-fields.ts';

const keysQuery = z.strictObject({
  project: word.optional(),
  name: word.optional(),
  state: someOf(keyStates).optional(),
  before: idWith('key').optional(),
  after: idWith('key').optional(),
  limit: pageLimit,
});
const parameters = [
  textParameter('project', 'Keys of this project, by its id or name.'),
  textParameter('name', 'Keys of this name.'),
  textParameter('state', `One or several, parted by commas: ${keyStates.join(', ')}.`),
  textParameter('before', 'Keys older than this one: the `next` of the page before.'),
  textParameter('after', 'Keys younger than this one.'),
  limitParameter,
];
const keyParameter = pathParameter('key', 'Its id, or its name where one live key alone has it.');
const stateErrors = ['not_found', 'state_conflict'] as const;

/** `/admin/v1/keys` and what is below it. */
export function keyRoutes(desk: AdminDesk): Route[] {
  const told = async (facts: KeyFacts) => describeKey(facts, await nowAt(desk));
  return [
    adminRoute({
      method: 'GET',
      path: '/keys',
      query: keysQuery,
      operation: adminOperation({
        operationId: 'listKeys',
        summary: 'Keys, the youngest first, with what they may use and have used',
        tag: 'Keys',
        parameters,
        answer: ['A page of them.', 'KeyPage'],
        errors: ['invalid_value', 'unknown_parameter', 'not_found'],
      }),
      handle: async ({ query: { project, name, state, before, after, limit } }) => {
        const { book, clock } = desk;
        const projectId = project === undefined ? undefined : (await anyProject(book.projects, project)).id;
        const found = await book.keys.page({
          ...(projectId !== undefined && { projectId }),
          ...(name !== undefined && { name }),
          ...(state !== undefined && { states: state }),
          ...(before !== undefined && { beforeId: before }),
          ...(after !== undefined && { afterId: after }),
          nowMs: clock.nowMs(),
          limit: limit + 1,
        });
        const { rows, next } = pageOf(found, limit);
        const allowances = await book.allowances.ofSubjects(rows.map(({ id }) => id));
        const names = new Map<string, string | null>();
        for (const id of new Set(rows.map((key) => key.projectId)))
          names.set(id, (await book.projects.find(id))?.name ?? null);
        const now = await nowAt(desk);
        const data = rows.map((record) =>
          describeKey(
            {
              record,
              projectName: names.get(record.projectId) ?? null,
              settings: settingsOf(record.id, allowances),
            },
            now,
          ),
        );
        return { data, next };
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/keys',
      status: 201,
      operation: adminOperation({
        operationId: 'createKey',
        summary: 'Make a key; its secret is in this answer alone',
        tag: 'Keys',
        body: 'NewKey',
        status: 201,
        answer: ['The key, with its secret.', 'KeyWithSecret'],
        errors: ['name_taken', ...stateErrors],
      }),
      handle: async (request, scope) => {
        const wish = newKeyOf(readFields(newKeyFields, await desk.readBody(request, scope)));
        const { key, ...facts } = await createKey(deskOf(desk, request), wish);
        return { ...(await told(facts)), secret: key };
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/keys/:key',
      operation: adminOperation({
        operationId: 'getKey',
        summary: 'One key, with what it may use and has used',
        tag: 'Keys',
        parameters: [keyParameter],
        answer: ['The key.', 'Key'],
        errors: ['not_found'],
      }),
      handle: async ({ params }) => {
        const record = await anyKey(desk.book.keys, { idOrName: params['key'] ?? '' });
        return told(await keyFacts(desk.book, record));
      },
    }),
    adminRoute({
      method: 'PATCH',
      path: '/keys/:key',
      operation: adminOperation({
        operationId: 'changeKey',
        summary: 'Change a key, all of it or nothing, from the next order on',
        tag: 'Keys',
        parameters: [keyParameter],
        body: 'KeyChanges',
        answer: ['The key as it is now.', 'Key'],
        errors: ['name_taken', ...stateErrors],
      }),
      handle: async (request, scope) => {
        const patch = keyPatchOf(readFields(keyChangeFields, await desk.readBody(request, scope)));
        return told(await changeKey(deskOf(desk, request), { key: request.params['key'] ?? '' }, patch));
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/keys/:key/rotate',
      operation: adminOperation({
        operationId: 'rotateKey',
        summary: 'Give a key a new secret; its limits and what it has used stay',
        tag: 'Keys',
        parameters: [keyParameter],
        body: 'Rotation',
        answer: ['The key, with its new secret.', 'KeyWithSecret'],
        errors: stateErrors,
      }),
      handle: async (request, scope) => {
        const fields = readFields(rotationFields, await desk.readBody(request, scope));
        const address = { key: request.params['key'] ?? '' };
        const rotated = await rotateKey(deskOf(desk, request), address, overlapMsOf(fields));
        return { ...(await told(rotated)), secret: rotated.key };
      },
    }),
    ...(['POST', 'DELETE'] as const).map((method) =>
      adminRoute({
        method,
        path: method === 'POST' ? '/keys/:key/revoke' : '/keys/:key',
        operation: adminOperation({
          operationId: method === 'POST' ? 'revokeKey' : 'deleteKey',
          summary: `Revoke a key at once and for good; its orders and what it has used stay${method === 'POST' ? '' : ', as with `POST …/revoke`'}`,
          tag: 'Keys',
          parameters: [keyParameter],
          answer: ['The key as it is now.', 'Key'],
          errors: stateErrors,
        }),
        handle: async (request) =>
          told(await revokeKey(deskOf(desk, request), { key: request.params['key'] ?? '' })),
      }),
    ),
    adminRoute({
      method: 'GET',
      path: '/keys/:key/secrets',
      operation: adminOperation({
        operationId: 'listSecrets',
        summary: 'The secrets of a key, as far as they are kept',
        tag: 'Keys',
        parameters: [keyParameter],
        answer: ['All of them, the oldest first.', 'SecretList'],
        errors: ['not_found'],
      }),
      handle: async ({ params }) => {
        const record = await anyKey(desk.book.keys, { idOrName: params['key'] ?? '' });
        return { data: (await told(await keyFacts(desk.book, record))).secrets };
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/keys/:key/secrets/:secret',
      operation: adminOperation({
        operationId: 'endSecret',
        summary: 'End a secret that was rotated out before its time',
        tag: 'Keys',
        parameters: [keyParameter, pathParameter('secret', 'Its id, as the list of them has it.')],
        answer: ['The secret as it is now.', 'Secret'],
        errors: stateErrors,
      }),
      handle: async (request) => {
        const { key = '', secret = '' } = request.params;
        const { secrets } = await told(await endKeySecret(deskOf(desk, request), { key }, secret));
        return secrets.find(({ id }) => id === secretIdOf(secret));
      },
    }),
  ];
}
