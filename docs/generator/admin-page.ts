import { adminDocument } from '../../src/admin/admin-document.ts';
import { adjustmentRoutes } from '../../src/admin/adjustment-routes.ts';
import { auditRoutes } from '../../src/admin/audit-routes.ts';
import { configRoutes, modelsWithPrices } from '../../src/admin/catalogue-routes.ts';
import { exportRoutes } from '../../src/admin/export-routes.ts';
import { keyRoutes } from '../../src/admin/key-routes.ts';
import { limitRoutes } from '../../src/admin/limit-routes.ts';
import { orderRoutes } from '../../src/admin/order-routes.ts';
import { OrderStream, orderStreamRoutes } from '../../src/admin/order-stream.ts';
import { projectRoutes } from '../../src/admin/project-routes.ts';
import { reloadRoutes } from '../../src/admin/reload-routes.ts';
import { sessionRoutes } from '../../src/admin/session-routes.ts';
import { studioRoutes } from '../../src/admin/studio-routes.ts';
import { upstreamRoutes } from '../../src/admin/upstream-routes.ts';
import { usageRoutes } from '../../src/admin/usage-routes.ts';
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
  const reporting = { reports: { open: unasked, close: unasked }, known: unasked, timeZone: 'UTC' };
  const routes = [
    ...keyRoutes(desk),
    ...projectRoutes(desk),
    ...limitRoutes(desk),
    ...adjustmentRoutes(desk),
    ...orderRoutes({ ...reporting, ledger: nobody, desk }),
    ...orderStreamRoutes(new OrderStream({ subscribe: unasked }), new AbortController().signal),
    ...usageRoutes(reporting),
    ...exportRoutes(reporting),
    ...upstreamRoutes(nobody, desk),
    ...modelsWithPrices(unasked),
    ...studioRoutes(unasked),
    ...configRoutes(unasked),
    ...auditRoutes(nobody, unasked),
    ...reloadRoutes(unasked),
    ...sessionRoutes(nobody, unasked),
  ];
  const document = adminDocument(
    '',
    routes.map(({ described }) => described),
  );
  const operations = routes.map(({ method, described: { path = '', operations: own } }) => ({
    name: `${method} ${path}`,
    operation: (own[method.toLowerCase()]?.() ?? {}) as unknown as Operation,
  }));
  const sent = ['NewKey', 'KeyChanges', 'Rotation', 'NewProject', 'ProjectChanges', 'LimitChanges', 'AllowanceChanges', 'NewAdjustment', 'Settlement', 'Login'] as const;
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
    'Usage',
    'Model',
    'Studio',
    'SettingList',
    'Reloaded',
    'Session',
    'SessionList',
    'SessionsEnded',
    'SignedOut',
    'BeginLogin',
    'BegunLogin',
  ] as const;
  const linked = ['Limits', 'LimitUsage', 'LimitChanges'];
  return `# The admin API

${generatedNote('the routes of src/admin/', 'docs/generator/admin-page.ts')}

How a running server is looked at and acted on, under \`/admin/v1\` of its own address: keys, projects, what they may use, orders,
usage, upstreams, the configuration, and who changed what. The commands [\`plantain upstreams\`](command-line.md#plantain-upstreams),
[\`plantain sessions\`](command-line.md#plantain-sessions) and [\`plantain reload\`](command-line.md#plantain-reload) ask it. [\`keys\`](command-line.md#plantain-keys),
[\`projects\`](command-line.md#plantain-projects), [\`limits\`](command-line.md#plantain-limits),
[\`credits\`](command-line.md#plantain-credits), [\`orders\`](command-line.md#plantain-orders),
[\`usage\`](command-line.md#plantain-usage) and [\`audit\`](command-line.md#plantain-audit) do the same without a server;
[usage.md](usage.md) says what sums are made of. The [console](console.md) is made of it: whatever its pages do, a script can do here.

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

## Keys and budgets

\`\`\`sh
ADMIN=$(plantain admin secret)
curl -i http://127.0.0.1:4747/admin/v1/keys -H "Authorization: Bearer $ADMIN" -H 'Content-Type: application/json' \\
  -d '{"name": "posters", "limits": {"month_micro_usd": 50000000, "images_per_minute": 20}, "models": ["nano-banana"]}'
\`\`\`

makes a key that cannot cost more than fifty dollars a month. \`secret\` in the answer is what callers send. It is told only there.

\`\`\`sh
curl -i -X PATCH http://127.0.0.1:4747/admin/v1/keys/posters -H "Authorization: Bearer $ADMIN" -H 'Content-Type: application/json' \\
  -d '{"limits": {"month_micro_usd": 80000000, "images_per_minute": null}, "models": null}'
\`\`\`

raises the budget, takes the rate away and allows every model, from the next order on. A \`PATCH\` is a merge patch (RFC 7396): what is
not named stays, \`null\` takes away. It is done as a whole or not at all; a member, or a parameter of a query, that is not known is a 400 that names it in \`param\`.

\`\`\`sh
curl -i http://127.0.0.1:4747/admin/v1/keys/posters/rotate -H "Authorization: Bearer $ADMIN" -H 'Content-Type: application/json' -d '{"overlap": "1h"}'
curl -i http://127.0.0.1:4747/admin/v1/keys/posters -H "Authorization: Bearer $ADMIN"
curl -i 'http://127.0.0.1:4747/admin/v1/limits?key=posters&model=nano-banana' -X PUT -H "Authorization: Bearer $ADMIN" -H 'Content-Type: application/json' \\
  -d '{"images_per_day": 100}'
curl -i http://127.0.0.1:4747/admin/v1/adjustments -H "Authorization: Bearer $ADMIN" -H 'Content-Type: application/json' -H 'Idempotency-Key: demo-friday' \\
  -d '{"key": "posters", "amount_micro_usd": 10000000, "reason": "the demo of Friday"}'
\`\`\`

- The limits, what they mean and whose they can be, are those of [Limits and budgets](budgets.md#what-can-be-limited). \`usage\` tells of each
  what is used, what remains and when it begins anew.
- \`/limits\` addresses any of them as the command line does: \`key\` or \`project\`, alone or with \`model\`; \`project\` with \`user\`, or with
  \`users=true\` for each end user that has none of its own.
- Names are given once among live keys of a project and among live projects, so a request to make one that is sent twice makes one: the
  second is answered 409 \`name_taken\`. An adjustment with an \`Idempotency-Key\` is made once.
- Changes come one after the other, whichever server they are sent to: none is lost between another's reading and writing.
- A list is a page: up to 100 with \`limit\`, and \`next\` says where the next one begins.

## Who changed what

Every change by the API, by a command, and every reload leaves a row: who it was (the holder of the admin secret, a session of the
console and \`who\` it belongs to, the command line, or the server itself, told to reload by a signal or its file), from which address, in which request, what was done,
and what was changed as it was and as it is; also who signed in at the console, and which of its sessions were ended by whom. Secrets are not in it. Of keys, projects, limits and
adjustments, row and change are written together or not at all. An upstream is drained once the row is written; where that of a reload
cannot be, the reload stands and the log says so.

\`\`\`sh
curl -i 'http://127.0.0.1:4747/admin/v1/audit?limit=5' -H "Authorization: Bearer $ADMIN"
plantain audit --key posters
\`\`\`

Rows stay for [\`admin.audit_days\`](configuration.md#adminaudit_days), two years unless set; those that are older go when others come.

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
  '': 'CSV or JSON lines.',
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
