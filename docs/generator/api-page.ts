import { meaninglessFields } from '../../src/openai/images/request-schema.ts';
import { treatmentMeanings } from '../../src/openai/openapi/field-treatments.ts';
import type { OpenApiDocument } from '../../src/openai/openapi/openapi-document.ts';
import { apiRequests, curlCommand } from './api-requests.ts';
import { generatedNote } from './generated-note.ts';
import { markdownTable } from './markdown-table.ts';
import { type AnswerRecorder, startAnswerRecorder } from './recorded-answers.ts';
import { answerTable, requestTable } from './schema-tables.ts';

/** docs/api.md: the OpenAPI document for people, with a request and its real answer for every endpoint. */
export async function apiPage(): Promise<string> {
  const recorder = await startAnswerRecorder();
  try {
    return pageOf(recorder.document, await endpointSections(recorder));
  } finally {
    await recorder.close();
  }
}

interface Endpoint {
  readonly operationId: string;
  readonly title: string;
  readonly summary: string;
  readonly needsKey: boolean;
}

function endpointsOf({ paths }: OpenApiDocument): Endpoint[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      operationId: String(operation['operationId']),
      title: `${method.toUpperCase()} ${path}`,
      summary: String(operation['summary']),
      needsKey: operation['security'] === undefined,
    })),
  );
}

/** One after the other, because some requests use what the one before them brought. */
async function endpointSections({ document, record }: AnswerRecorder): Promise<string> {
  const sections: string[] = [];
  for (const { operationId, title, summary } of endpointsOf(document)) {
    sections.push(`### ${title}`, `${summary}.`);
    for (const request of apiRequests[operationId] ?? []) {
      if (request.note !== undefined) sections.push(request.note);
      const command = curlCommand(request);
      sections.push(fence('sh', command), fence('http', await record(request)));
    }
  }
  return sections.join('\n\n');
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function pageOf(document: OpenApiDocument, sections: string): string {
  return `# The API

${generatedNote('docs/generator/api-page.ts', 'the OpenAPI document that a server answers with at /openapi.json')}

OpenAI's Images API, with the fields Gemini adds. A running server has the same for machines at \`/openapi.json\` (OpenAPI 3.1).

[Endpoints](#endpoints) · [Fields of a request](#fields-of-a-request) · [Fields of an answer](#fields-of-an-answer) ·
[Headers of a request](#headers-of-a-request) · [Headers of an answer](#headers-of-an-answer) · [Every endpoint by example](#every-endpoint-by-example) · [Errors](errors.md)

## Endpoints

${markdownTable(
  ['endpoint', 'what it does', 'key'],
  endpointsOf(document).map(({ title, summary, needsKey }) => [
    `[\`${title}\`](#${anchorOf(title)})`,
    summary,
    needsKey ? 'needed' : 'not needed',
  ]),
)}

These endpoints also answer at the paths that clients really use: without \`/v1\`, with \`/v1/v1\` or \`/v1v1\`, behind \`/openai\`,
\`/openai/v1\` or \`/v1beta/openai\`, with a trailing slash, and at Azure's \`/openai/deployments/{model}/images/…\` with an \`api-key\`
header and an ignored \`api-version\`; there the path's model decides, and another one in the body is reported as ignored, or
refused in strict mode. Before a model's name a vendor's may stand: \`openai/gpt-image-1\`, \`azure/…\`, \`vertex_ai/…\`.

A body may be compressed: \`content-encoding: gzip\`, \`deflate\`, \`br\` or \`zstd\`. With \`Expect: 100-continue\` it is asked for when it
is wanted; a request that will be refused is refused before.

The key goes into \`Authorization: Bearer sk-…\`, or into \`api-key\`.

## Fields of a request

Every name is understood in camelCase and inside \`image_config{…}\`, \`extra_body{…}\`, \`google{…}\` too, numbers and booleans also
as text, and null or an empty string counts as not sent. \`resolution\` is \`image_size\`, \`num_images\` is \`n\`. One parameter
twice with different values, under one name or two, is a 400.

What becomes of a value stands in the column *treatment*:

${markdownTable(
  ['treatment', 'meaning'],
  Object.entries(treatmentMeanings).map(([name, meaning]) => [name, meaning]),
)}

### Generations

${requestTable(document, 'GenerationRequest')}

### Edits

All of the above, and these in JSON:

${requestTable(document, 'EditRequest', { without: 'GenerationRequest' })}

In a form, pictures are files: \`image\` once or repeated, \`image[]\`, \`image[0]\`, … (the number decides the order), up to 16 of them, 50 MB each, and one
\`mask\` ([masks.md](masks.md)). \`reference_images\`, \`input_references\`, \`mask_url\`, \`mask_image\` and their like mean the same; a
picture under any other name is a 400. In JSON a picture is a \`data:\` URL or bare base64, as text or in an object such as
\`{"image_url": "data:image/png;base64,…"}\`. A file's type is read from its bytes: PNG, JPEG, WebP and HEIC go to the model
as they are; of AVIF, GIF and TIFF, which it does not read, PNG is made (of several pictures in a file the first), and that is
reported; any other type is a 400 that names it. Links to pictures are refused unless the operator sets \`remote_references\`, and even then private addresses stay out of reach.

### Fields without effect

Accepted from other image APIs and reported as ignored: ${[...meaninglessFields].map((name) => `\`${name}\``).join(', ')}.
Unknown fields are reported likewise, also those beside a picture in its object, as \`images[0].detail\`. With \`strict\` on, by
configuration or for one key (\`plantain keys create --strict\`), all of these are 400 \`unknown_parameter\` instead.

### Ratio, size and pixels

\`aspect_ratio\` and \`image_size\` are honoured exactly, or refused with the list of what the model supports.
\`size\` is mapped to the nearest ratio and tier, sizes that OpenAI publishes to what they stand for (3840x2160 is 16:9 at 4K), and
the answer names the real pixels. \`aspect_ratio\` and \`image_size\` win over a \`size\` that says otherwise, and the header says
so; \`quality\` chooses the tier when nothing else does, and is reported when it changes nothing. \`fit: "exact"\` delivers exactly
the \`WIDTHxHEIGHT\` of \`size\`, cut and scaled from the smallest tier that covers it. Without any wish a generation is square,
and an edit follows its first picture. What could be drawn but not be made as it was asked, such as a WebP longer than 16383
pixels, is a 400 before anything is drawn.

### Try it without drawing

\`?dry_run=true\` checks a request and answers with the order as understood: model, ratio, size, pixels, count, adaptations,
and the most it can cost. Nothing is drawn, charged or written to the ledger.

## Fields of an answer

${answerTable(document, 'ImagesResponse')}

\`size\` and \`output_format\` are read from the picture. \`usage\` is what the upstream counted over all its calls; it is absent
when a call went uncounted. An item has \`b64_json\` or \`url\`, never both; \`data\` is never empty. Of several pictures asked for,
those that succeeded are delivered and the rest is reported in \`plantain-adapted\`; if none did, the most telling error is
the answer. Where a model answers one call with several pictures, the last is delivered and the others, which are charged too, are
reported; \`all_images: true\` delivers all.

### A dry run

${answerTable(document, 'DryRun')}

### A model

${answerTable(document, 'Model')}

## Headers of a request

Besides the key: \`Idempotency-Key\` names an order, so that a second request for it takes the first one's answer; \`x-stainless-retry-count\` does
the same for OpenAI's SDKs, which send it by themselves. [Requests sent twice](retries.md) has the rules.

\`plantain-act-as: key_…\` names a key to order as, in place of its secret, at the endpoints for pictures. An admin alone may, by the
[admin secret](admin.md#the-admin-secret) or a session of the [console](console.md#studio): limits, budgets and the ledger take the order for that key.

## Headers of an answer

${markdownTable(
  ['header', 'meaning'],
  Object.entries(document.components.headers).map(([name, { description }]) => [
    `\`${name}\``,
    String(description),
  ]),
)}

\`plantain-adapted\` is a structured field (RFC 9651): \`size;action=mapped;from="1792x1024";to="1376x768",
style;action=ignored;reason=no-effect\`. Of more than twenty names that nobody knows, and of what does not fit into 4 KiB, the last item tells the
number: \`*;action=ignored;from="7";reason=unknown\`, \`*;action=omitted;count=7\`.

\`plantain-cost-micro-usd\` is Google's list price, also in the sandbox, where nothing is charged. In a stream, price and
upstream are not known when the headers leave; the ledger has them under \`x-request-id\`.

## Streaming

\`stream: true\` answers with server-sent events: a comment at once and every ten seconds, so that no proxy cuts the
connection, \`image_generation.partial_image\` for drafts when \`partial_images\` is above 0 and the model makes them, one
\`image_generation.completed\` a picture (\`image_edit.…\` for edits), or one \`error\` event that every SDK raises.

## Links

\`response_format: "url"\` stores the picture and answers with a signed link on the address the client used. It works for an
hour without a key (\`links.ttl_minutes\`), and the picture is removed after a day (\`links.retention_hours\`). For models whose
requested name starts with \`dall-e\`, links are the default, as clients of those models expect.

## Formats

Without \`output_format\` you get the model's own bytes, untouched, with their provenance marks. With it the picture is really
converted: \`png\`, \`jpeg\`, \`webp\`, \`avif\`, and \`output_compression\` counts.

Models asked for by OpenAI's names (\`gpt-image-…\`, \`chatgpt-image-…\`, \`dall-e-…\`) answer PNG without \`output_format\`, as OpenAI's
do: programs written for them save as \`.png\` without looking. It takes a conversion where the model draws JPEG, and the provenance
marks in the file go with it; \`openai_names: native\` in the configuration keeps the model's own bytes.

## Every endpoint by example

The answers were recorded from the sandbox; only base64 and long lists are cut. To paste the commands, start a server in a clone of
the repository with \`npm start\`, and make a key beside it:

${fence('sh', 'export KEY=$(npm run -s plantain -- keys create --name trying | head -n 1)')}

${sections}
`;
}

/** GitHub's name for the heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
}
