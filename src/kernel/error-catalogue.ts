import { adminErrors } from './admin-errors.ts';
import { claimErrors } from './claim-errors.ts';
import { type ErrorEntry, invalidRequest } from './error-entry.ts';
import { fileErrors } from './file-errors.ts';
import { upstreamErrors } from './upstream-errors.ts';

export type { ErrorEntry };

/**
 * Every error a caller or operator can meet: its HTTP status, OpenAI `type` and `code`, and whether trying
 * the same request again can help. `docs/errors.md` is generated from this list.
 *
 * Errors a caller can cure are 4xx on purpose: OpenAI SDKs retry 408, 409, 429 and 5xx, and each retry of
 * a picture may cost money (docs/contracts/clients.md#retries).
 */
const entries = {
  unknown_url: {
    status: 404,
    type: invalidRequest,
    code: null,
    retryable: false,
    step: 'receive',
    help: 'No such path. The Images API is at /v1/images/generations.',
  },
  method_not_allowed: {
    status: 405,
    type: invalidRequest,
    code: 'method_not_allowed',
    retryable: false,
    step: 'receive',
    help: 'The path exists but not for this method; `allow` lists the methods that do.',
  },
  request_timeout: {
    status: 408,
    type: invalidRequest,
    code: 'request_timeout',
    retryable: true,
    step: 'receive',
    help: 'The request did not arrive in time.',
  },
  malformed_request: {
    status: 400,
    type: invalidRequest,
    code: 'malformed_request',
    retryable: false,
    step: 'receive',
    help: 'The bytes are not an HTTP request this server can read.',
  },
  headers_too_large: {
    status: 431,
    type: invalidRequest,
    code: 'headers_too_large',
    retryable: false,
    step: 'receive',
    help: 'The request headers are larger than the server accepts.',
  },
  expectation_failed: {
    status: 417,
    type: invalidRequest,
    code: 'expectation_failed',
    retryable: false,
    step: 'receive',
    help: 'The `Expect` header may only say `100-continue`.',
  },
  body_too_large: {
    status: 413,
    type: invalidRequest,
    code: 'body_too_large',
    retryable: false,
    step: 'receive',
    help: 'The body is larger than the endpoint accepts.',
  },
  unsupported_media_type: {
    status: 415,
    type: invalidRequest,
    code: 'unsupported_media_type',
    retryable: false,
    step: 'receive',
    help: 'Send the content type that the endpoint names, as it is or with one `Content-Encoding` of gzip, deflate, br or zstd.',
  },
  invalid_api_key: {
    status: 401,
    type: invalidRequest,
    code: 'invalid_api_key',
    retryable: false,
    step: 'authenticate',
    help: 'No key was sent, or it is unknown, revoked or malformed. Send `Authorization: Bearer sk-…`; `plantain keys create` makes one.',
  },
  invalid_json: {
    status: 400,
    type: invalidRequest,
    code: null,
    retryable: false,
    step: 'read',
    help: 'The body is not a JSON object.',
  },
  missing_parameter: {
    status: 400,
    type: invalidRequest,
    code: 'missing_required_parameter',
    retryable: false,
    step: 'read',
    help: 'A required field is absent; `param` names it.',
  },
  invalid_value: {
    status: 400,
    type: invalidRequest,
    code: 'invalid_value',
    retryable: false,
    step: 'read',
    help: 'A field has a value that cannot be used; `param` names it and the message lists what is supported.',
  },
  unknown_parameter: {
    status: 400,
    type: invalidRequest,
    code: 'unknown_parameter',
    retryable: false,
    step: 'read',
    help: 'Strict mode is on and the field is not known or has no meaning for this model.',
  },
  invalid_image_file: {
    status: 400,
    type: 'image_generation_user_error',
    code: 'invalid_image_file',
    retryable: false,
    step: 'read',
    help: 'A reference or mask is not a picture that can be used; `param` names it.',
  },
  model_not_found: {
    status: 404,
    type: invalidRequest,
    code: 'model_not_found',
    retryable: false,
    step: 'read',
    help: 'No such model. `GET /v1/models` lists what is served.',
  },
  endpoint_retired: {
    status: 404,
    type: invalidRequest,
    code: 'endpoint_retired',
    retryable: false,
    step: 'read',
    help: 'OpenAI retired this endpoint; the message names what to use instead.',
  },
  ...claimErrors,
  rate_limit_exceeded: {
    status: 429,
    type: 'rate_limit_error',
    code: 'rate_limit_exceeded',
    retryable: true,
    step: 'route',
    help: 'The upstream is limiting this project; `retry-after` says when to try again.',
  },
  too_many_orders: {
    status: 429,
    type: 'rate_limit_error',
    code: 'rate_limit_exceeded',
    retryable: true,
    step: 'admit',
    help: 'This server already has as many orders in flight as it may hold.',
  },
  insufficient_quota: {
    status: 429,
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    retryable: false,
    step: 'route',
    help: "The upstream project's credits or quota are used up; the operator has to act, waiting does not help.",
  },
  ...fileErrors,
  ...upstreamErrors,
  conversion_failed: {
    status: 502,
    type: 'server_error',
    code: 'conversion_failed',
    retryable: false,
    step: 'finish',
    help: 'The picture arrived but could not be converted; ask again without output_format.',
  },
  answer_too_large: {
    status: 400,
    type: invalidRequest,
    code: 'answer_too_large',
    retryable: false,
    step: 'finish',
    help: 'The finished picture does not fit the way it was asked for; the message names one that fits.',
  },
  storage_full: {
    status: 507,
    type: 'server_error',
    code: 'storage_full',
    retryable: false,
    step: 'keep',
    help: "The server's disk is full. A picture that cannot be kept behind a link can still be had as b64_json; an order that cannot be recorded is refused before it is drawn. The operator has to make room.",
  },
  picture_store_unavailable: {
    status: 503,
    type: 'server_error',
    code: 'picture_store_unavailable',
    retryable: false,
    step: 'keep',
    help: "The store that links to pictures lead to, such as an S3 server, does not answer or refuses. A picture can be had as b64_json meanwhile; asking for a link again draws again. The operator's log has the reason.",
  },
  image_not_found: {
    status: 404,
    type: invalidRequest,
    code: 'image_not_found',
    retryable: false,
    step: 'keep',
    help: 'The link has expired, is not signed by this server, or the picture was removed.',
  },
  ...adminErrors,
  storage_unavailable: {
    status: 503,
    type: 'server_error',
    code: 'storage_unavailable',
    retryable: true,
    step: 'any',
    help: "The server's database is locked by another program or cannot be reached. Nothing was drawn; `retry-after` says when to try again.",
  },
  server_stopping: {
    status: 503,
    type: 'server_error',
    code: 'server_is_overloaded',
    retryable: true,
    step: 'any',
    help: 'The server is shutting down; try again in a moment.',
  },
  client_closed: {
    status: 499,
    type: invalidRequest,
    code: 'client_closed',
    retryable: false,
    step: 'any',
    help: 'The client left before the answer was ready. Nobody receives this answer; the ledger row keeps it.',
  },
  internal_error: {
    status: 500,
    type: 'server_error',
    code: 'internal_error',
    retryable: false,
    step: 'any',
    help: 'A fault in Plantain. The log has the reason under the same request id.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof entries;

export const errorCatalogue: Readonly<Record<ErrorCode, ErrorEntry>> = entries;
