import { type ErrorCode, type ErrorEntry, errorCatalogue } from '../../kernel/error-catalogue.ts';
import { isRetriedBySdks } from '../shared/write-error.ts';
import { type JsonObject, schemaRef } from './openapi-schemas.ts';

export const responseHeaders = {
  'x-request-id': {
    description: 'Names this request; the log and the ledger know it by this.',
    required: true,
    schema: { type: 'string', pattern: '^req_' },
  },
  'plantain-upstream': {
    description: 'The upstream that drew; `sandbox` for the one inside. Absent where nothing was drawn.',
    schema: { type: 'string' },
  },
  'plantain-attempts': {
    description:
      'How many upstream calls the order took, those included that were turned away; each is in the ledger. Absent where none could be made.',
    schema: { type: 'string', pattern: '^[0-9]+$' },
  },
  'plantain-adapted': {
    description:
      'What was not done to the letter, as a list of items of RFC 9651; sizes in it are measured. Absent when all was.',
    schema: { type: 'string' },
    example: 'size;action=mapped;from="512x512";to="1024x1024", style;action=ignored;reason=no-effect',
  },
  'plantain-cost-micro-usd': {
    description: 'What the order cost, in millionths of a US dollar. Absent where nothing was drawn.',
    schema: { type: 'string', pattern: '^[0-9]+$' },
  },
  'openai-processing-ms': {
    description: 'Milliseconds from the acceptance of the order to its answer.',
    schema: { type: 'string', pattern: '^[0-9]+$' },
  },
  'openai-version': { description: 'Always `2020-10-01`.', schema: { type: 'string' } },
  'retry-after': {
    description: 'Seconds after which trying again makes sense.',
    schema: { type: 'string', pattern: '^[0-9]+$' },
  },
  'x-should-retry': {
    description: '`false` where sending the same again cannot help; OpenAI SDKs then do not.',
    schema: { type: 'string', enum: ['false'] },
  },
  'www-authenticate': {
    description: 'The scheme that would do.',
    required: true,
    schema: { type: 'string' },
  },
} as const satisfies Record<string, JsonObject>;
type HeaderName = keyof typeof responseHeaders;

export function headerRefs(...names: readonly HeaderName[]): Record<string, JsonObject> {
  return Object.fromEntries(
    (['x-request-id', ...names] as const).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
}

export function jsonResponse(
  description: string,
  schemas: readonly string[],
  ...headers: readonly HeaderName[]
): JsonObject {
  const [first = '', ...others] = schemas;
  const schema = others.length === 0 ? schemaRef(first) : { oneOf: schemas.map((name) => schemaRef(name)) };
  return { description, headers: headerRefs(...headers), content: { 'application/json': { schema } } };
}

/** What any request can be answered with. */
const always: readonly ErrorCode[] = [
  'malformed_request',
  'request_timeout',
  'headers_too_large',
  'storage_unavailable',
  'server_stopping',
  'internal_error',
];
const codesOf = (...steps: readonly ErrorEntry['step'][]): ErrorCode[] =>
  (Object.keys(errorCatalogue) as ErrorCode[]).filter((code) => steps.includes(errorCatalogue[code].step));

/** The catalogue's errors of a request that names a key. */
export const keyErrors = codesOf('authenticate');
/** Those of reading a generation's order; an edit adds its pictures. */
const readErrors: readonly ErrorCode[] = [
  'body_too_large',
  'unsupported_media_type',
  ...codesOf('read').filter((code) => code !== 'invalid_image_file' && code !== 'endpoint_retired'),
];
const drawErrors = codesOf('admit', 'route', 'ask', 'finish', 'keep').filter(
  (code) => code !== 'image_not_found',
);
export const generationErrors: readonly ErrorCode[] = [...keyErrors, ...readErrors, ...drawErrors];
export const editErrors: readonly ErrorCode[] = [...generationErrors, 'invalid_image_file'];

/**
 * One response a status, with every error that has it. What no described operation answers (unknown paths and
 * methods) and nobody receives (a client gone) is left out by whoever calls.
 */
export function errorResponses(codes: readonly ErrorCode[]): Record<string, JsonObject> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set([...codes, ...always])) {
    const { status } = errorCatalogue[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const statuses = [...byStatus].toSorted(([left], [right]) => left - right);
  return Object.fromEntries(
    statuses.map(([status, sameStatus]) => [status, errorResponse(status, sameStatus)]),
  );
}

function errorResponse(status: number, codes: readonly ErrorCode[]): JsonObject {
  const canDraw = codes.some((code) =>
    ['route', 'ask', 'finish', 'keep'].includes(errorCatalogue[code].step),
  );
  return {
    description: codes.map((code) => `\`${code}\`: ${errorCatalogue[code].help}`).join('\n\n'),
    headers: headerRefs(
      ...(status === 401 ? (['www-authenticate'] as const) : []),
      ...(isRetriedBySdks(status) ? (['retry-after', 'x-should-retry'] as const) : []),
      ...(canDraw ? (['plantain-upstream', 'plantain-attempts'] as const) : []),
    ),
    content: { 'application/json': { schema: schemaRef('Error') } },
  };
}
