import { adminDocument } from '../../src/admin/admin-document.ts';
import { adjustmentRoutes } from '../../src/admin/adjustment-routes.ts';
import { auditRoutes } from '../../src/admin/audit-routes.ts';
import { configRoutes, modelsWithPrices } from '../../src/admin/catalogue-routes.ts';
import { keyRoutes } from '../../src/admin/key-routes.ts';
import { limitRoutes } from '../../src/admin/limit-routes.ts';
import { orderRoutes } from '../../src/admin/order-routes.ts';
import { OrderStream, orderStreamRoutes } from '../../src/admin/order-stream.ts';
import { projectRoutes } from '../../src/admin/project-routes.ts';
import { reloadRoutes } from '../../src/admin/reload-routes.ts';
import { sessionRoutes } from '../../src/admin/session-routes.ts';
import { studioRoutes } from '../../src/admin/studio-routes.ts';
import { upstreamRoutes } from '../../src/admin/upstream-routes.ts';
import type { JsonObject } from '../../src/openai/openapi/openapi-schemas.ts';
import { generatedNote } from './generated-note.ts';
import { markdownTable } from './markdown-table.ts';
import { answerTable } from './schema-tables.ts';

const unasked = (): never => {
  throw new Error('the page is written without asking anything');
};
/** Of everything that routes ask, nothing is asked. */
const nobody = new Proxy({}, { get: () => unasked }) as never;

/** docs/admin.md: the admin API. */
export function adminPage(): string {
  const desk = { book: nobody, clock: nobody, modelId: unasked, readBody: unasked };
  const routes = [
    ...keyRoutes(desk),
    ...projectRoutes(desk),
    ...limitRoutes(desk),
    ...adjustmentRoutes(desk),
    ...orderRoutes({ ledger: nobody, known: unasked }),
    ...orderStreamRoutes(new OrderStream({ subscribe: unasked }), new AbortController().signal),
    ...upstreamRoutes(nobody, desk),
    ...modelsWithPrices(unasked),
    ...studioRoutes(unasked),
    ...configRoutes(unasked),
    ...auditRoutes(nobody),
    ...reloadRoutes(unasked),
    ...sessionRoutes({ login: unasked, facts: unasked, list: unasked, end: unasked }, unasked),
  ];
  const document = adminDocument(
    '',
    routes.map(({ described }) => described),
  );
  const operations = routes.map(({ method, described: { path = '', operations: own } }) => ({
    name: `${method} ${path}`,
    operation: (own[method.toLowerCase()] ?? {}) as unknown as Operation,
  }));
  const sent = ['NewKey', 'KeyChanges', 'Rotation', 'NewProject', 'ProjectChanges', 'LimitChanges', 'NewAdjustment', 'Login'] as const;
  const schemas = [
    'Key',
    'Project',
    'Limits',
    'LimitUsage',
    'Allowance',
    'Adjustment',
    'AuditEntry',
    'Upstream',
    'UpstreamTest',
    'OrderWithAttempts',
    'OrderNews',
    'Model',
    'SettingList',
    'Reloaded',
    'Session',
    'SessionList',
    'SessionsEnded',
  ] as const;
  const linked = ['Limits', 'LimitUsage', 'LimitChanges'];
  return `# The admin API

${generatedNote('the routes of src/admin/', 'docs/generator/admin-page.ts')}

How a running server is looked at and acted on, under \`/admin/v1\` of its own address. The commands
[\`plantain upstreams\`](command-line.md#plantain-upstreams) and [\`plantain reload\`](command-line.md#plantain-reload) ask it;
[\`plantain orders\`](command-line.md#plantain-orders) shows the same without a server. The [console](console.md) is made of it: whatever
its pages do, a script can do here.

## The admin secret

It goes in the header \`Authorization: Bearer …\`, and is either set, in [\`admin.secret\`](configuration.md#adminsecret)
(\`PLANTAIN_ADMIN_SECRET\`, or \`PLANTAIN_ADMIN_SECRET_FILE\` for a file that holds it), or made at the first start and kept in the file
\`admin-secret\` of the data folder, for its owner alone. Either way a command prints it:

\`\`\`sh
curl -i http://127.0.0.1:4747/admin/v1/upstreams -H "Authorization: Bearer $(plantain admin secret)"
\`\`\`

- **A secret that was made opens this machine alone.** Requests from elsewhere, and those that a proxy on this machine hands on (it
  says so in \`X-Forwarded-For\`, \`Forwarded\`, \`X-Real-IP\` or \`Via\`), are answered 403 \`admin_api_closed\` until the operator sets a secret. So
  a server on \`0.0.0.0\`, in a container or behind nginx has no admin API for others unless somebody wanted it, while
  \`docker exec\` and a shell on the machine work. A proxy that adds none of these headers, or plain TCP forwarding, is taken
  for this machine: then do not hand \`/admin\` on.
- [\`admin.viewer_secret\`](configuration.md#adminviewer_secret), where it is set, lets viewers in the same way: they read orders, upstreams and
  models; whatever changes something, and the settings, answer them 403 \`role_required\`.
- Browsers that [signed in](console.md#signing-in) come with a session's cookie instead, and act only from the console's own pages.
- It orders no pictures, and an API key opens nothing here (403 \`admin_secret_required\`).
- A set secret has at least 24 characters. It is compared in constant time. Refusals are in the log, one line a minute at most, with
  how many there were and the last address.
- To change it, change the setting and reload. One that was made is revoked by deleting its file and restarting.
- Answers are for no cache (\`Cache-Control: no-store\`), and no web page of another origin can read them, whatever \`cors.origins\` says.

## Endpoints

${markdownTable(
  ['endpoint', 'what it does'],
  operations.map(({ name, operation }) => [`[\`${name}\`](#${anchorOf(name)})`, operation.summary]),
)}

\`GET /admin/v1/openapi.json\` describes them for machines. Times are ISO 8601 in UTC, money is in whole millionths of a dollar. Errors
have [OpenAI's shape](errors.md#the-admin-api).

${operations.map(({ name, operation }) => operationText(name, operation)).join('\n\n')}

## What is sent

${sent.map((name) => `### ${name}\n\n${answerTable(document, name, linked)}`).join('\n\n')}

## What is answered

${schemas.map((name) => `### ${name}\n\n${answerTable(document, name, linked)}`).join('\n\n')}
`;
}

interface Operation {
  readonly summary: string;
  readonly parameters: readonly (JsonObject & { readonly name: string; readonly description: string })[];
  readonly requestBody?: { readonly content: JsonObject };
  readonly responses: Readonly<Record<string, { readonly content: JsonObject }>>;
}

function operationText(name: string, { summary, parameters, requestBody, responses }: Operation): string {
  const table =
    parameters.length === 0
      ? ''
      : `\n\n${markdownTable(
          ['parameter', 'in', 'meaning'],
          parameters.map((one) => [`\`${one.name}\``, String(one['in']), one.description]),
        )}`;
  const [status, answer] = Object.entries(responses)[0] ?? ['', undefined];
  const body = requestBody === undefined ? '' : ` Takes ${linkTo(schemaOf(requestBody.content))}.`;
  const created = status === '200' ? '' : ` with ${status}`;
  return `### ${name}\n\n${summary}.${body} Answers${created} with ${answerOf(schemaOf(answer?.content))}${table}`;
}

const pages: Readonly<Record<string, string>> = {
  UpstreamList: '`{"data": […]}`, each an [Upstream](#upstream).',
  ModelList: '`{"data": […]}`, each a [Model](#model).',
  OrderNews: 'server-sent events `order`, each with an [OrderNews](#ordernews).',
  SecretList: '`{"data": […]}`, each as the `secrets` of a [Key](#key).',
  Secret: 'it, as the `secrets` of a [Key](#key) have it.',
  KeyWithSecret: 'the [Key](#key), and its `secret`: what callers send, told in this answer alone.',
  OrderPage:
    '`{"data": […], "next": …}`, each as an [order](#orderwithattempts) without `attempts`. `next` is the `before` of the page that follows, null after the last.',
  KeyPage: pageText('a [Key](#key)'),
  ProjectPage: pageText('a [Project](#project)'),
  AdjustmentPage: pageText('an [Adjustment](#adjustment)'),
  AuditPage: pageText('an [AuditEntry](#auditentry)'),
  AllowancePage:
    '`{"data": […], "next": …}`, each an [Allowance](#allowance). `next` is the `after` of the page that follows, null after the last.',
};

function pageText(what: string): string {
  return `\`{"data": […], "next": …}\`, each ${what}. \`next\` is the \`before\` of the page that follows, null after the last.`;
}

function schemaOf(content: unknown): string {
  return /schemas\/(\w+)/.exec(JSON.stringify(content))?.[1] ?? '';
}

function answerOf(schema: string): string {
  return pages[schema] ?? `${linkTo(schema)}.`;
}

function linkTo(schema: string): string {
  return `[${schema}](#${schema.toLowerCase()})`;
}

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');
