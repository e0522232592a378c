import { type OpenApiDocument, pathsOf, type RouteDescription } from '../openai/openapi/openapi-document.ts';
import { responseHeaders } from '../openai/openapi/openapi-responses.ts';
import { responseComponents } from '../openai/openapi/openapi-schemas.ts';
import { adminSchemas } from './admin-schemas.ts';

const headers = ['x-request-id', 'retry-after', 'x-should-retry', 'www-authenticate'] as const;

/** The admin API described for machines, made from its routes and the schemas of its answers. */
export function adminDocument(version: string, routes: readonly RouteDescription[]): OpenApiDocument {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Plantain admin API',
      version,
      summary: 'Keys, limits, orders, upstreams and the configuration of a running Plantain.',
      description:
        'For those who look after the server; it orders no pictures. Errors have the shape of OpenAI. Lists are pages: `next` is the `before` of the one that follows.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ adminSecret: [] }, { consoleSession: [] }],
    tags: [
      { name: 'Keys', description: 'Who may order, and what of.' },
      { name: 'Projects', description: 'Keys that share a budget.' },
      {
        name: 'Limits',
        description: 'What keys, projects, their models and end users may use, and adjustments by hand.',
      },
      { name: 'Orders', description: 'What was ordered, and what became of it.' },
      { name: 'Upstreams', description: 'The services that draw, and how they are.' },
      { name: 'Sessions', description: 'Browsers that are signed in at the console.' },
      { name: 'Audit', description: 'Who changed what.' },
      { name: 'Server', description: 'The server itself.' },
    ],
    paths: pathsOf(routes),
    components: {
      schemas: responseComponents(adminSchemas),
      headers: Object.fromEntries(headers.map((name) => [name, responseHeaders[name]])),
      securitySchemes: {
        adminSecret: {
          type: 'http',
          scheme: 'bearer',
          description:
            'The admin secret, which `plantain admin secret` prints, or the viewer secret where there is one.',
        },
        consoleSession: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-plantain_session',
          description:
            "A browser's session. It counts for pages of this server alone; whatever changes something needs `x-plantain-csrf` as well.",
        },
      },
    },
  };
}
