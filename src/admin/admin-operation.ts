import type { ErrorCode } from '../kernel/error-catalogue.ts';
import { gateErrors } from '../openai/openapi/openapi-operations.ts';
import { errorResponses, jsonResponse } from '../openai/openapi/openapi-responses.ts';
import { type JsonObject, schemaRef } from '../openai/openapi/openapi-schemas.ts';
import type { adminSchemas } from './admin-schemas.ts';

export type AdminTag =
  | 'Keys'
  | 'Projects'
  | 'Limits'
  | 'Orders'
  | 'Upstreams'
  | 'Audit'
  | 'Sessions'
  | 'Server';

export interface OperationFacts {
  readonly operationId: string;
  readonly summary: string;
  readonly tag: AdminTag;
  readonly parameters?: readonly JsonObject[];
  /** The document that is sent. */
  readonly body?: keyof typeof adminSchemas;
  /** Where it is not 200. */
  readonly status?: 201;
  /** Without a schema it is no document, but what `alsoAs` names. */
  readonly answer: readonly [description: string, schema?: keyof typeof adminSchemas];
  /** Other media types of the same. */
  readonly alsoAs?: readonly string[];
  /** What can go wrong beside what can at every endpoint of the admin API. */
  readonly errors?: readonly ErrorCode[];
}

/** Of reading what was sent. */
const bodyErrors: readonly ErrorCode[] = [
  'invalid_json',
  'invalid_value',
  'missing_parameter',
  'unknown_parameter',
  'unsupported_media_type',
  'body_too_large',
  'too_many_orders',
];

/** What the admin API's OpenAPI document says of one endpoint, for when it is asked. */
export const adminOperation = (facts: OperationFacts) => (): JsonObject => operationOf(facts);

function operationOf(facts: OperationFacts): JsonObject {
  const {
    operationId,
    summary,
    tag,
    parameters = [],
    body,
    status = 200,
    answer,
    alsoAs = [],
    errors = [],
  } = facts;
  const [description, schema] = answer;
  return {
    operationId,
    summary,
    tags: [tag],
    parameters,
    ...(body && {
      requestBody: { content: { 'application/json': { schema: schemaRef(body) } } },
    }),
    responses: {
      [status]: withTexts(
        jsonResponse(description, schema === undefined ? [] : [schema]),
        schema !== undefined,
        alsoAs,
      ),
      ...errorResponses([...gateErrors, 'unknown_parameter', ...(body ? bodyErrors : []), ...errors]),
    },
  };
}

function withTexts(response: JsonObject, isDocument: boolean, mediaTypes: readonly string[]): JsonObject {
  const texts = Object.fromEntries(mediaTypes.map((type) => [type, { schema: { type: 'string' } }]));
  const content = isDocument ? response['content'] : undefined;
  return { ...response, content: { ...(typeof content === 'object' ? content : {}), ...texts } };
}

export function pathParameter(name: string, description: string): JsonObject {
  return { name, in: 'path', required: true, description, schema: { type: 'string', minLength: 1 } };
}

export function queryParameter(name: string, description: string, schema: JsonObject): JsonObject {
  return { name, in: 'query', description, schema };
}
