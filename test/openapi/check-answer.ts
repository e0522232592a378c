import { expect } from 'vitest';
import type { OpenApiDocument } from '../../src/openai/openapi/openapi-document.ts';
import type { JsonObject } from '../../src/openai/openapi/openapi-schemas.ts';
import { closedAnswers, documentSchemas } from './document-schemas.ts';

interface DocumentedResponse {
  readonly headers: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content?: Readonly<Record<string, { readonly schema: JsonObject }>>;
}

/** Headers that HTTP itself or a picture's own rules bring. */
const httpHeaders = new Set([
  'content-type',
  'content-length',
  'content-range',
  'content-disposition',
  'content-security-policy',
  'cross-origin-resource-policy',
  'x-content-type-options',
  'accept-ranges',
  'cache-control',
  'x-accel-buffering',
  'transfer-encoding',
  'etag',
  'set-cookie',
  'date',
  'connection',
  'keep-alive',
]);

/** Holds real answers against the document. `visited` names the operations that were met, with their statuses. */
export function answerChecker(document: OpenApiDocument) {
  const compile = documentSchemas(closedAnswers(document));
  const visited = new Set<string>();

  const check = async (response: Response, method: string, path: string): Promise<string> => {
    const operation = document.paths[path]?.[method] as
      | { readonly responses: Readonly<Record<string, DocumentedResponse>> }
      | undefined;
    const documented = operation?.responses[response.status];
    const body = Buffer.from(await response.arrayBuffer());
    const text = body.toString('utf8');
    if (documented === undefined)
      throw new Error(`${method} ${path} answered ${response.status}, which is not documented: ${text}`);
    visited.add(`${method} ${path}`);
    checkHeaders(document, documented, response);
    const contentType = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
    if (documented.content === undefined) {
      expect(text).toBe('');
      return text;
    }
    const schema = documented.content[contentType]?.schema;
    if (schema === undefined)
      throw new Error(`${method} ${path} ${response.status} came as undocumented '${contentType}'`);
    if (contentType === 'application/json') expectValid(compile(schema), JSON.parse(text));
    if (contentType === 'text/event-stream') {
      for (const event of eventsOf(text)) {
        expectValid(compile(schema), event);
        // What the schema says of the text inside, JSON Schema validators leave alone.
        const kinds = (resolve(document, schema) as { oneOf: readonly EventSchema[] }).oneOf;
        const kind = kinds.find(({ properties }) => properties.event.const === event.event);
        expectValid(compile(kind?.properties.data.contentSchema ?? {}), JSON.parse(event.data));
      }
    }
    return text;
  };
  return { check, visited };
}

interface EventSchema {
  readonly properties: {
    readonly event: { readonly const: string };
    readonly data: { readonly contentSchema: JsonObject };
  };
}

/** Server-sent events as browsers read them; comments are no events. */
export function eventsOf(text: string): { event: string; data: string }[] {
  return text
    .split('\n\n')
    .map((block) => block.split('\n').filter((line) => line !== '' && !line.startsWith(':')))
    .filter((lines) => lines.length > 0)
    .map((lines) => ({
      event: lines.find((line) => line.startsWith('event: '))?.slice(7) ?? 'message',
      data: lines
        .filter((line) => line.startsWith('data: '))
        .map((line) => line.slice(6))
        .join('\n'),
    }));
}

function checkHeaders(document: OpenApiDocument, documented: DocumentedResponse, response: Response): void {
  const undocumented = [...response.headers.keys()].filter(
    (name) => !httpHeaders.has(name) && documented.headers[name] === undefined,
  );
  expect(undocumented).toEqual([]);
  for (const [name, reference] of Object.entries(documented.headers)) {
    const { required, schema } = resolve(document, reference) as {
      required?: boolean;
      schema: { pattern?: string; enum?: readonly string[] };
    };
    const value = response.headers.get(name);
    if (required === true) expect(value, name).not.toBeNull();
    if (value === null) continue;
    if (schema.pattern !== undefined) expect(value).toMatch(new RegExp(schema.pattern));
    if (schema.enum !== undefined) expect(schema.enum).toContain(value);
  }
}

function resolve(document: OpenApiDocument, reference: JsonObject): unknown {
  let value: unknown = document;
  for (const step of String(reference['$ref']).slice(2).split('/')) value = (value as JsonObject)[step];
  return value;
}

function expectValid(
  validate: { (value: unknown): boolean; errors?: readonly object[] | null },
  value: unknown,
): void {
  const isValid = validate(value);
  expect(isValid ? [] : validate.errors, JSON.stringify(value).slice(0, 300)).toEqual([]);
}
