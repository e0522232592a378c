import { requestComponents } from './openapi-requests.ts';
import { responseHeaders } from './openapi-responses.ts';
import { type JsonObject, responseComponents, schemaRef } from './openapi-schemas.ts';

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly info: JsonObject;
  readonly servers: readonly JsonObject[];
  readonly security: readonly JsonObject[];
  readonly tags: readonly JsonObject[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonObject>>;
    readonly headers: Readonly<Record<string, JsonObject>>;
    readonly securitySchemes: Readonly<Record<string, JsonObject>>;
  };
}

/** What the document says of one route. */
export interface RouteDescription {
  /** As OpenAPI spells it; undefined for a route that is not described. */
  readonly path: string | undefined;
  /** By method, in lower case. Made when somebody asks for the document: together they are larger than all else of a start. */
  readonly operations: Readonly<Record<string, () => JsonObject>>;
}

/** The operations of each path, which may stand in routes of their own. */
export function pathsOf(routes: readonly RouteDescription[]): OpenApiDocument['paths'] {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const { path, operations } of routes) {
    if (path === undefined) continue;
    const made = Object.entries(operations).map(([method, make]) => [method, make()] as const);
    paths[path] = { ...paths[path], ...Object.fromEntries(made) };
  }
  return paths;
}

/**
 * This server described for machines, made from what it really serves, reads and writes: its table of routes, the
 * request fields of request-schema.ts, the answers of response-schema.ts and the error catalogue.
 */
export function openApiDocument(version: string, routes: readonly RouteDescription[]): OpenApiDocument {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Plantain',
      version,
      summary: "OpenAI's Images API on Google's Gemini image models.",
      description:
        'Paths are also answered without `/v1`, with it doubled (`/v1/v1`, `/v1v1`), behind `/openai` or `/v1beta/openai`, and with a trailing slash. Errors have the shape of OpenAI; those a caller can cure are 4xx.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { apiKey: [] }],
    tags: [
      { name: 'Images', description: 'Drawing, editing and fetching pictures.' },
      { name: 'Models', description: 'What can be drawn with.' },
      { name: 'Server', description: 'The server itself.' },
    ],
    paths: pathsOf(routes),
    components: {
      schemas: { ...requestComponents(), ...responseComponents(), ...streamEvents() },
      headers: responseHeaders,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A key of this server, `sk-…`.' },
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'api-key',
          description: 'The same, as Azure sends it.',
        },
      },
    },
  };
}

/** One server-sent event, in the way OpenAPI 3.2 writes them: its name, and its data as JSON. */
function streamEvents(): Record<string, JsonObject> {
  const event = (name: string, component: string): JsonObject => ({
    type: 'object',
    required: ['event', 'data'],
    properties: {
      event: { const: name },
      data: { type: 'string', contentMediaType: 'application/json', contentSchema: schemaRef(component) },
    },
  });
  const streamOf = (operation: string, prefix: string): JsonObject => ({
    description: 'One event of the stream. Comment lines in between keep the connection open.',
    oneOf: [
      event(`${prefix}.partial_image`, `${operation}PartialImageEvent`),
      event(`${prefix}.completed`, `${operation}CompletedEvent`),
      event('error', 'ErrorEvent'),
    ],
  });
  return {
    ImageGenerationStreamEvent: streamOf('ImageGeneration', 'image_generation'),
    ImageEditStreamEvent: streamOf('ImageEdit', 'image_edit'),
  };
}
