import { knownCodings } from '../../bytes/content-coding.ts';
import type { Operation } from '../../journey/image-order.ts';
import {
  editErrors,
  errorResponses,
  generationErrors,
  headerRefs,
  jsonResponse,
  keyErrors,
} from './openapi-responses.ts';
import { type JsonObject, schemaRef } from './openapi-schemas.ts';

const imageHeaders = [
  'plantain-upstream',
  'plantain-attempts',
  'plantain-adapted',
  'plantain-cost-micro-usd',
  'plantain-idempotent-replay',
  'plantain-original-request-id',
  'openai-processing-ms',
  'openai-version',
] as const;
/** One to 255 characters, with or without a pair of quotes around them. */
const idempotencyKeyPattern = '^(?:[ -~]{1,255}|"[ -~]{1,255}")$';
const needsNoKey: readonly JsonObject[] = [];

/** What whoever acts as an admin may be told before anything else: at the admin API, and who orders as a key. */
export const gateErrors = [
  'invalid_admin_secret',
  'admin_secret_required',
  'admin_api_closed',
  'role_required',
  'session_ended',
  'origin_refused',
] as const;

/** `POST /v1/images/generations` and `/v1/images/edits`; Azure's spelling of them names the model in the path. */
export function drawingOperation(operation: Operation, isAzure: boolean): JsonObject {
  const isEdit = operation === 'edit';
  const name = isEdit ? 'editImages' : 'generateImages';
  const stream = isEdit ? 'ImageEditStreamEvent' : 'ImageGenerationStreamEvent';
  const done = jsonResponse(
    'The pictures, or with `dry_run` the order as it was understood, or with `stream` server-sent events.',
    ['ImagesResponse', 'DryRun'],
    ...imageHeaders,
  );
  return {
    operationId: isAzure ? `${name}OfDeployment` : name,
    summary: isEdit ? 'Edit pictures' : 'Draw pictures',
    tags: ['Images'],
    parameters: [
      ...(isAzure
        ? [
            pathParameter(
              'deployment',
              'The model, or one of its aliases. It decides; another `model` in the body is reported as ignored.',
            ),
            queryParameter('api-version', 'Read by nobody; Azure clients send it.'),
          ]
        : []),
      queryParameter(
        'dry_run',
        'Understand and price the order without drawing it. Every value but `false`, `0`, `no` and `off` asks for that.',
      ),
      {
        ...headerParameter(
          'Idempotency-Key',
          'Your name for this request, such as a UUID, bare or in quotes. Sent again with it and the same body, it is answered with the order that was made at first, and costs nothing more.',
        ),
        schema: { type: 'string', pattern: idempotencyKeyPattern },
      },
      headerParameter(
        'x-stainless-retry-count',
        'How often the client has sent this request before; OpenAI SDKs set it. A retry takes the order that its first time made, and a client that leaves does not cancel it.',
      ),
      headerParameter(
        'plantain-act-as',
        'The id of a key to order as, in place of its secret: for an admin alone, by the admin secret or a session of the console. Limits, budgets and the ledger take the order for that key.',
      ),
      {
        ...headerParameter('content-encoding', 'How the body is compressed, where it is.'),
        // An empty header says the same as none.
        schema: { enum: [...knownCodings, 'identity', ''] },
      },
    ],
    requestBody: { required: true, content: isEdit ? editBodies : generationBody },
    responses: {
      200: {
        ...done,
        content: {
          ...(done['content'] as JsonObject),
          'text/event-stream': { schema: schemaRef(stream) },
        },
      },
      ...errorResponses([...(isEdit ? editErrors : generationErrors), ...gateErrors]),
    },
  };
}

const generationBody = { 'application/json': { schema: schemaRef('GenerationRequest') } };
const editBodies = {
  'multipart/form-data': {
    schema: schemaRef('EditForm'),
    encoding: Object.fromEntries(
      ['image', 'image[]', 'mask'].map((name) => [
        name,
        { contentType: 'image/png, image/jpeg, image/webp, image/heic, application/octet-stream' },
      ]),
    ),
  },
  'application/json': { schema: schemaRef('EditRequest') },
};

export const variationsOperation = (): JsonObject => ({
  operationId: 'varyImages',
  summary: 'Retired: send the picture to /v1/images/edits',
  tags: ['Images'],
  deprecated: true,
  security: needsNoKey,
  responses: errorResponses(['endpoint_retired']),
});

export const listModelsOperation = (): JsonObject => ({
  operationId: 'listModels',
  summary: 'Every model and every name it answers to',
  tags: ['Models'],
  responses: { 200: jsonResponse('The models.', ['ModelList']), ...errorResponses(keyErrors) },
});

export const getModelOperation = (): JsonObject => ({
  operationId: 'getModel',
  summary: 'One model',
  tags: ['Models'],
  parameters: [pathParameter('model', 'Its id or one of its aliases.')],
  responses: {
    200: jsonResponse('The model.', ['Model']),
    ...errorResponses([...keyErrors, 'model_not_found']),
  },
});

/** A stored picture; `head` asks for its headers alone. */
export function pictureOperation(method: 'get' | 'head'): JsonObject {
  const isHead = method === 'head';
  const bytes = Object.fromEntries(
    ['png', 'jpeg', 'webp', 'avif', 'gif'].map((type) => [
      `image/${type}`,
      { schema: { type: 'string', contentMediaType: `image/${type}` } },
    ]),
  );
  const errors = errorResponses(['image_not_found']);
  return {
    operationId: isHead ? 'headImage' : 'getImage',
    summary: isHead ? 'The headers of a stored picture' : 'A stored picture, by its signed link',
    tags: ['Images'],
    security: needsNoKey,
    parameters: [
      pathParameter('name', 'From the link.'),
      queryParameter('expires', 'From the link.', true),
      queryParameter('signature', 'From the link.', true),
      ...(isHead ? [] : [headerParameter('range', 'Bytes wanted, such as `bytes=0-1023`.')]),
      headerParameter('if-none-match', 'The `etag` of a copy already held.'),
    ],
    responses: {
      200: { description: 'The picture.', headers: headerRefs(), ...(!isHead && { content: bytes }) },
      ...(!isHead && {
        206: { description: 'The bytes asked for.', headers: headerRefs(), content: bytes },
        416: { description: 'No such bytes; `content-range` tells the length.', headers: headerRefs() },
      }),
      304: { description: 'The copy held is the picture.', headers: headerRefs() },
      ...(isHead ? withoutContent(errors) : errors),
    },
  };
}

/** A small document that needs no key. */
export function plainOperation(
  operationId: string,
  summary: string,
  answers: Readonly<Record<number, readonly [description: string, schema: JsonObject]>>,
): JsonObject {
  const own = Object.fromEntries(
    Object.entries(answers).map(([status, [description, schema]]) => [
      status,
      { description, headers: headerRefs(), content: { 'application/json': { schema } } },
    ]),
  );
  return {
    operationId,
    summary,
    tags: ['Server'],
    security: needsNoKey,
    responses: { ...errorResponses([]), ...own },
  };
}

function withoutContent(responses: Readonly<Record<string, JsonObject>>): Record<string, JsonObject> {
  return Object.fromEntries(
    Object.entries(responses).map(([status, { content: _none, ...response }]) => [status, response]),
  );
}

function pathParameter(name: string, description: string): JsonObject {
  return { name, in: 'path', required: true, description, schema: { type: 'string', minLength: 1 } };
}

function queryParameter(name: string, description: string, required = false): JsonObject {
  return { name, in: 'query', required, description, schema: { type: 'string' } };
}

function headerParameter(name: string, description: string): JsonObject {
  return { name, in: 'header', description, schema: { type: 'string' } };
}
