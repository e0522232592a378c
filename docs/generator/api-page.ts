import { meaninglessFields, requestFields } from '../../src/openai/images/request-schema.ts';
import { generatedNote } from './generated-note.ts';
import { markdownTable } from './markdown-table.ts';

/** docs/api.md: the endpoints, fields and headers of the API served. */
export function apiPage(): string {
  return `# The API

${generatedNote('docs/generator/api-page.ts', 'the fields of src/openai/images/request-schema.ts')}

OpenAI's Images API, with the fields Gemini adds. The machine-readable form is at \`/openapi.json\` of a running server.

## Endpoints

| | |
|---|---|
| \`POST /v1/images/generations\` | pictures from a prompt; JSON |
| \`POST /v1/images/edits\` | pictures from pictures and a prompt; \`multipart/form-data\` or JSON |
| \`GET /v1/models\`, \`GET /v1/models/{id}\` | what is served, every alias included |
| \`GET /images/{name}?expires=…&signature=…\` | a stored picture behind its link; no key; ranges |
| \`GET /openapi.json\` | the OpenAPI 3.1 document |
| \`GET /healthz\` | the process is alive |
| \`GET /readyz\` | it takes orders; 503 while it stops or cannot record any |
| \`POST /v1/images/variations\` | 404 \`endpoint_retired\`, as at OpenAI: the message says what to use |

These endpoints also answer at the paths that clients really use: without \`/v1\`, with \`/v1/v1\` or \`/v1v1\`, behind \`/openai\`,
\`/openai/v1\` or \`/v1beta/openai\`, with a trailing slash, and at Azure's \`/openai/deployments/{model}/images/…\` with an \`api-key\`
header and an ignored \`api-version\`. Before a model's name a vendor's may stand: \`openai/gpt-image-1\`, \`azure/…\`, \`vertex_ai/…\`.

A body may be compressed: \`content-encoding: gzip\`, \`deflate\`, \`br\` or \`zstd\`. With \`Expect: 100-continue\` it is asked for when it
is wanted; a request that will be refused is refused before.

The key goes into \`Authorization: Bearer sk-…\`, or into \`api-key\`.

## Fields

Every name is understood in camelCase and inside \`image_config{…}\`, \`extra_body{…}\`, \`google{…}\` too, numbers and booleans also
as text, and null or an empty string counts as not sent. \`resolution\` is \`image_size\`, \`num_images\` is \`n\`.

${markdownTable(
  ['field', 'meaning'],
  Object.entries(requestFields).map(([name, field]) => [`\`${name}\``, field.description ?? '']),
)}

**Edits** also take \`image\` (once, repeated, \`image[]\`, \`image[0]\`, …; the number decides the order), up to 16 files of 50 MB,
and one \`mask\` ([masks.md](masks.md)). \`reference_images\`, \`input_references\`, \`mask_url\`, \`mask_image\` and their like mean the
same; a picture under any other name is a 400. In JSON: \`"images": [{"image_url": "data:image/png;base64,…"}]\`, \`"image": "…"\`, or bare base64. A file's
type is read from its bytes: PNG, JPEG, WebP and HEIC go to the model as they are; of AVIF, GIF and TIFF, which it does not read, PNG is
made (of several pictures in a file the first), and that is reported; any other type is a 400 that names it. Links to pictures are refused unless the operator sets
\`remote_references\`, and even then private addresses stay out of reach.

Accepted from other image APIs and reported as ignored: ${[...meaninglessFields].map((name) => `\`${name}\``).join(', ')}.
Unknown fields are reported likewise. With \`strict\` on, by configuration or for one key (\`plantain keys create --strict\`), all
of these are 400 \`unknown_parameter\` instead.

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

## The answer

\`\`\`json
{"created": 1795559724, "data": [{"b64_json": "…"}], "background": "opaque", "output_format": "png", "quality": "medium",
 "size": "1024x1024", "usage": {"input_tokens": 5, "input_tokens_details": {"image_tokens": 0, "text_tokens": 5},
 "output_tokens": 1290, "output_tokens_details": {"image_tokens": 1290, "text_tokens": 0}, "total_tokens": 1295}}
\`\`\`

\`size\` and \`output_format\` are read from the picture. \`usage\` is what the upstream counted over all its calls; it is absent
when a call went uncounted. An item has \`b64_json\` or \`url\`, never both; \`data\` is never empty. Of several pictures asked for,
those that succeeded are delivered and the rest is reported in \`plantain-adapted\`; if none did, the most telling error is
the answer. Where a model answers one call with several pictures, the last is delivered and the others, which are charged too, are
reported; \`all_images: true\` delivers all of them.

## Headers of the answer

| header | |
|---|---|
| \`x-request-id\` | the order's id, the same as its ledger row's |
| \`plantain-upstream\` | who drew: \`sandbox\`, or the upstream's name |
| \`plantain-cost-micro-usd\` | the order's price in millionths of a dollar (Google's list price, also in the sandbox) |
| \`plantain-adapted\` | what was bent or ignored, as a structured field (RFC 9651): \`size;action=mapped;from="1792x1024";to="1376x768", style;action=ignored;reason=no-effect\`. Of more than twenty names that nobody knows, and of what does not fit into 4 KiB, the last item tells the number: \`*;action=ignored;from="7";reason=unknown\`, \`*;action=omitted;count=7\` |
| \`openai-processing-ms\`, \`openai-version\` | as at OpenAI |
| \`retry-after\`, \`x-should-retry\` | with errors: when, and whether, the same request may succeed |

In a stream, price and upstream are not known when the headers leave; the ledger has them under \`x-request-id\`.

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

## Errors

[errors.md](errors.md) has every one.
`;
}
