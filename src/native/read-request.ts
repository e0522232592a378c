import { writeCaptured } from '../bytes/write-captured.ts';
import type { Caller, ImageOrder } from '../journey/image-order.ts';
import { aspectRatios, type CatalogueModel } from '../journey/catalogue-model.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { askedSize, boundOf, wantsPicture } from './bound-of.ts';
import { checkFields } from './check-fields.ts';
import { findModel } from './find-model.ts';
import { inlineFiles } from './files/inline-files.ts';
import { invalid } from './invalid.ts';
import { dropNulls, field, isMembers, type Members, membersOf, spelled } from './members.ts';
import type { NativeParts } from './native-parts.ts';
import type { NativeRequest } from './native-request.ts';
import { readContents, type RequestContents } from './request-contents.ts';

/** A request, understood and ready to be passed on. */
export interface ReadRequest {
  readonly model: CatalogueModel;
  readonly contents: RequestContents;
  /** What the upstream is sent; written anew for each call, since signatures may be replaced in between. */
  readonly write: () => { readonly pieces: readonly Buffer[]; readonly byteLength: number };
  /** What it asks for as an order; of what costs nothing it is not admitted. */
  readonly order: ImageOrder;
}

/** What a request waits for, where neither model nor caller says. */
const defaultDeadlineMs = 180_000;
/** The shortest that `x-server-timeout` may make it. */
const minDeadlineMs = 1000;

/** Reads a request's body into what is passed on. Throws catalogue errors, as Google words them where it has words. */
export async function readRequest(
  parts: NativeParts,
  request: NativeRequest,
  caller: Caller,
  scope: OrderScope,
): Promise<ReadRequest> {
  const model = findModel(parts, request);
  refuseCodingAgents(request);
  const document = await request.readBody();
  if (!isMembers(document))
    throw new PlantainError('invalid_json', 'Invalid JSON payload received. The body must be a JSON object.');
  dropNulls(document);
  const inner = request.method === 'countTokens' ? spelled(document, 'generateContentRequest') : undefined;
  const body = inner === undefined ? document : countedBody(document, inner);
  checkFields(body, parts.rules);
  const sent = readContents(body);
  const isChanged = await inlineFiles(parts, sent.files, caller, scope);
  const contents = isChanged ? readContents(body) : sent;
  // Google wants it there, and it is the one of the path, whatever the caller called it.
  if (inner !== undefined) body['model'] = `models/${model.id}`;
  const write = () => {
    const pieces = writeCaptured(document);
    return { pieces, byteLength: pieces.reduce((sum, piece) => sum + piece.length, 0) };
  };
  return { model, contents, write, order: orderOf(request, caller, body, { model, contents }) };
}

/** What is counted: the request inside, or the contents alone. */
function countedBody(document: Members, name: string): Members {
  delete document['model'];
  const extra = Object.keys(document).find((other) => other !== name);
  if (extra !== undefined)
    throw invalid(extra.slice(0, 60), 'Send either `contents` or `generateContentRequest`, not both.');
  const body = document[name];
  if (!isMembers(body)) throw invalid('generateContentRequest', 'It must be an object.');
  return body;
}

function orderOf(
  request: NativeRequest,
  caller: Caller,
  body: Members,
  { model, contents }: Pick<ReadRequest, 'model' | 'contents'>,
): ImageOrder {
  const imageSize = askedSize(body, model) ?? model.imageSizes.at(-1) ?? model.defaultImageSize;
  const config = membersOf(field(membersOf(field(body, 'generationConfig')), 'imageConfig'));
  const ratio = field(config, 'aspectRatio');
  const deadlineMs = model.deadlineMs[imageSize] ?? defaultDeadlineMs;
  const withoutMedia = writeCaptured(body).reduce((sum, piece) => sum + piece.length, 0);
  const mediaBytes = contents.pictures.reduce((sum, { data }) => sum + (data.characters?.length ?? 0), 0);
  return {
    id: request.id,
    operation: 'native_generate',
    caller,
    model,
    requestedModel: request.model,
    prompt: contents.prompt,
    count: wantsPicture(body) ? 1 : 0,
    aspectRatio: aspectRatios.find((known) => known === ratio) ?? 'auto',
    imageSize,
    references: contents.pictures.flatMap(({ data: { characters }, mimeType }) =>
      characters === undefined
        ? []
        : [{ base64: characters, mimeType, size: { widthPx: 0, heightPx: 0 }, hasAlpha: false }],
    ),
    masksTransparency: false,
    output: { delivery: 'b64_json' },
    stream: request.isEventStream,
    partialImages: 0,
    bound: boundOf(body, model, contents, withoutMedia - mediaBytes),
    adaptations: [],
    acceptedAtMs: request.acceptedAtMs,
    deadlineMs: Math.max(minDeadlineMs, Math.min(deadlineMs, request.maxWaitMs ?? deadlineMs)),
  };
}

/** It cannot show pictures, takes an answer of nothing else for an empty one, and asks four times, each charged. */
function refuseCodingAgents({ userAgent, method }: NativeRequest): void {
  if (method === 'countTokens' || !/^GeminiCLI\b/i.test(userAgent)) return;
  const message =
    'Gemini CLI cannot show pictures: it takes each for an empty answer and asks for it again, and every one is charged. This server has image models only. Use another client.';
  throw new PlantainError('invalid_value', message, { param: 'model' });
}
