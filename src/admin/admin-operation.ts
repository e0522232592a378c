import type { ErrorCode } from '../kernel/error-catalogue.ts';
import { errorResponses, jsonResponse } from '../openai/openapi/openapi-responses.ts';
import type { JsonObject } from '../openai/openapi/openapi-schemas.ts';
import type { adminSchemas } from './admin-schemas.ts';

export interface OperationFacts {
  readonly operationId: string;
  readonly summary: string;
  readonly tag: 'Orders' | 'Upstreams' | 'Server' | 'Sessions';
  readonly parameters?: readonly JsonObject[];
  readonly answer: readonly [description: string, schema: keyof typeof adminSchemas];
  /** What can go wrong beside what can at every endpoint of the admin API. */
  readonly errors?: readonly ErrorCode[];
}

const adminErrors: readonly ErrorCode[] = [
  'invalid_admin_secret',
  'admin_secret_required',
  'admin_api_closed',
  'role_required',
  'session_ended',
  'origin_refused',
];

/** What the admin API's OpenAPI document says of one endpoint. */
export function adminOperation(facts: OperationFacts): JsonObject {
  const { operationId, summary, tag, parameters = [], answer, errors = [] } = facts;
  const [description, schema] = answer;
  return {
    operationId,
    summary,
    tags: [tag],
    parameters,
    responses: { 200: jsonResponse(description, [schema]), ...errorResponses([...adminErrors, ...errors]) },
  };
}

export function pathParameter(name: string, description: string): JsonObject {
  return { name, in: 'path', required: true, description, schema: { type: 'string', minLength: 1 } };
}

export function queryParameter(name: string, description: string, schema: JsonObject): JsonObject {
  return { name, in: 'query', description, schema };
}
