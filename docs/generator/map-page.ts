import { generatedNote } from './generated-note.ts';
import { errorsOf, type JourneyStop, journeyStops } from './journey-steps.ts';
import { markdownTable } from './markdown-table.ts';
import { roomGraph } from './room-graph.ts';

const roomWidth = 19;
const verbWidth = 14;

/** docs/map.md: the journey of a request, drawn, and where each error is raised. */
export function mapPage(): string {
  return `# The map

${generatedNote('docs/generator/map-page.ts', 'the steps in src/kernel/error-catalogue.ts')}

A request for pictures passes the rooms of \`src/\` from top to bottom. [\`src/journey/make-images.ts\`](../src/journey/make-images.ts)
is this list as code, and the file to read first.

\`\`\`
 client
   │   POST /v1/images/generations · POST /v1/images/edits
   ▼
${journeyStops.map(drawStop).join('\n')}
   ▼
 client
\`\`\`

The numbers are the HTTP statuses that a request can end with there (the 404 of *keep* is what an expired link answers). However an admitted order ends, it passes *settle*
exactly once: one order, one ledger row. A dry run turns back after *read*.

## The errors of each step

${markdownTable(
  ['step', 'errors'],
  [
    ...journeyStops.flatMap(({ verb, step }) => (step === undefined ? [] : [[verb, errorLinks(step)]])),
    ['the admin API', errorLinks('administer')],
    ['anywhere', errorLinks('any')],
  ],
)}

[errors.md](errors.md) says what each means and how to cure it.

## The rooms

| room | what it is | may import |
|---|---|---|
| \`kernel/\` | error catalogue, errors, ids, money, clock | nothing of ours |
| \`bytes/\` | JSON and multipart scanners, captured text, base64, sinks, memory given back | \`kernel\` |
| \`journey/\` | the journey, and the types that travel along it: order, drawing, result, receipt | \`kernel\`, \`bytes\` |
| \`access/\` | API keys and callers | the three above, as every stage |
| \`idempotency/\` | requests that are sent twice: claims, digests, kept answers | as every stage |
| \`admission/\` | what this server can hold at once | as every stage |
| \`routing/\` | the model catalogue, upstreams and their health, tries | as every stage |
| \`upstreams/\` | the APIs we call: \`http/\` what all share, \`credentials/\` what they ask with, \`gemini/\` its request, answer, errors, usage, \`vertex/\` the same at Vertex AI, \`openai-compatible/\` the four of servers like OpenAI's | as every stage |
| \`pixels/\` | inspect, convert, fit, mask | as every stage |
| \`gallery/\` | stored pictures and signed links | as every stage |
| \`usage/\` | prices and the ledger | as every stage |
| \`openai/\` | the API we serve: fields → order, result → JSON or events, the OpenAPI document | as every stage |
| \`store/\` | SQL and disk adapters for the ports that the rooms declare | the rooms whose ports it implements |
| \`remote/\` | the guarded fetcher of links, and the identity provider | as every stage, and \`access\`, whose port it implements |
| \`webhooks/\` | telling others what happened: events, signatures, tries | as every stage |
| \`server/\` | the only room that knows Fastify: routes, bodies, answers | as every stage, \`openai\` |
| \`admin/\` | what operators do, by the API and by commands: keys, projects, limits, credits, upstreams, reload; who did it | as every stage, \`openai\`, \`server\`, \`usage\`, \`access\`, \`admission\` |
| \`observe/\` | the log, the metrics and the traces | as every stage |
| \`config/\` | the only room that reads the environment | \`kernel\`, \`journey\` |
| \`emulator/\` | a look-alike of Google's API | as every stage, \`painter\` |
| \`cli/\` | the \`plantain\` command | most rooms |
| \`app/\` | the composition root: builds everything and joins it | everything |

The sandbox's painter lives in \`painter/\` at the root and knows nothing of the product.

A stage never imports another stage. A room that needs the outside declares a small interface beside the code that uses
it; \`store/\` and \`remote/\` implement it and \`app/\` joins the two. [\`test/structure/\`](../test/structure/house-rules.test.ts) keeps these rules.

What really imports what, apart from \`kernel\`, \`bytes\` and \`journey\`, on which all of it stands:

${roomGraph()}

## The byte path

Pictures are large and travel as base64 inside JSON, on both sides. Plantain never makes a string of them:

1. \`upstreams/\` walks the upstream's bytes once with a scanner that knows the JSON path it is on. Small values become a
   skeleton document; the picture stays as slices of the received buffers.
2. Every byte of the picture is looked at on the way: what leaves is base64 of the standard alphabet, and nothing else. The answer
   is judged when it is whole, so a broken upstream can still be retried and a refusal keeps its status; a picture that is
   whole is kept, however its answer ends.
3. \`openai/\` writes a head and a tail around the same slices, and \`server/\` sends all of it as one corked write with its
   length.

The bytes held for all orders together are counted and capped (\`limits.max_held_bytes\`): uploads, references, answers until
their last byte is with the client, pixels while they are worked on. Past the cap everything waits in one line, the oldest
order first, and at most one order goes past it, when nobody else could go on. [decisions/2026-11-24-bytes-never-strings.md](decisions/2026-11-24-bytes-never-strings.md) has the reasons.
`;
}

function drawStop({ room, verb, does, step }: JourneyStop): string {
  const statuses =
    step === undefined ? [] : [...new Set(errorsOf(step).map(([, { status }]) => String(status)))];
  const head = `   │   ${room.padEnd(roomWidth)}${verb.padEnd(verbWidth)}`;
  const exits =
    statuses.length === 0 ? '' : `\n   │   ${' '.repeat(roomWidth + verbWidth)}✗ ${statuses.join(' ')}`;
  return `${head}${does}${exits}`;
}

function errorLinks(step: Parameters<typeof errorsOf>[0]): string {
  return errorsOf(step)
    .map(([code, { status }]) => `[${String(status)} \`${code}\`](errors.md#${code})`)
    .join(', ');
}
