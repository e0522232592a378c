import type { ErrorCode } from '../kernel/error-catalogue.ts';
import { errorResponses, jsonResponse } from '../openai/openapi/openapi-responses.ts';
import type { JsonObject } from '../openai/openapi/openapi-schemas.ts';
import type { adminSchemas } from './admin-schemas.ts';

export interface OperationFacts {
  readonly operationId: string;
  readonly summary: string;
  readonly tag: 'Orders' | 'Upstreams' | 'Server';
  readonly parameters?: readonly JsonObject[];
  /** Without a schema it is no document, but what `alsoAs` names. */
  readonly answer: readonly [description: string, schema?: keyof typeof adminSchemas];
  /** Other media types of the same. */
  readonly alsoAs?: readonly string[];
  /** What can go wrong beside what can at every endpoint of the admin API. */
  readonly errors?: readonly ErrorCode[];
}

const adminErrors: readonly ErrorCode[] = [
  'invalid_admin_secret',
  'admin_secret_required',
  'admin_api_closed',
];

/** What the admin API's OpenAPI document says of one endpoint. */
export function adminOperation(facts: OperationFacts): JsonObject {
  const { operationId, summary, tag, parameters = [], answer, alsoAs = [], errors = [] } = facts;
  const [description, schema] = answer;
  return {
    operationId,
    summary,
    tags: [tag],
    parameters,
    responses: {
      200: withTexts(
        jsonResponse(description, schema === undefined ? [] : [schema]),
        schema !== undefined,
        alsoAs,
      ),
      ...errorResponses([...adminErrors, ...errors]),
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
