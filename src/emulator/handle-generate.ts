import { randomBytes } from 'node:crypto';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { withoutMaskNote } from '../journey/guidance.ts';
import type { PictureToDraw } from './answer.ts';
import { type AnswerFacts, answerChunks, answerDocument } from './answer-json.ts';
import { checkConstraints, checkRoles } from './check-constraints.ts';
import { type AnswerHead, type Exchange, jsonType } from './exchange.ts';
import type { GenerateRequest } from './generate-request.ts';
import { badRequest, GoogleError, unreadableImage } from './google-error.ts';
import { findModel } from './find-model.ts';
import { Base64Text, type JsonObject } from './json-value.ts';
import { hashNumber } from './deterministic-bytes.ts';
import { padPicture } from './pad-picture.ts';
import { parseJsonBody } from './parse-json.ts';
import { plainAnswer, streamedAnswer } from './plain-answer.ts';
import { readProto } from './read-proto.ts';
import { readWish, type Wish } from './read-wish.ts';
import { type PictureRenderer, PoolBusy } from '../../painter/picture-renderer.ts';
import { scenarioAnswers } from './scenario-answers.ts';
import { type ChosenScenario, scenarioFromText } from './scenario-choice.ts';
import type { VertexScope } from './route.ts';
import { scenarioFailures } from './scenario-failures.ts';
import type { ScenarioMemory } from './scenario-memory.ts';
import { spellingOf, writeDocument } from './spelling.ts';
import { arrayFrames, type Delivery, sseFrames } from './stream-frames.ts';
import { playFault, wait } from './wire-fault.ts';

/** What every generating call shares. */
export interface GeneratorParts {
  readonly models: ReadonlyMap<string, CatalogueModel>;
  readonly renderer: Pick<PictureRenderer, 'render'>;
  readonly memory: ScenarioMemory;
  readonly latencyMs: number;
}

export interface GenerateCall {
  readonly exchange: Exchange;
  readonly version: string;
  readonly vertex: VertexScope | undefined;
  readonly modelId: string;
  /** `generateContent` or `streamGenerateContent`. */
  readonly method: string;
  readonly delivery: Delivery;
  readonly body: Buffer;
  /** The scenario of the header; it wins over the prompt's, which wins over the emulator's own. */
  readonly headerScenario: ChosenScenario | undefined;
  readonly defaultScenario: ChosenScenario | undefined;
}

/** Google has no such header; Plantain uses it for orders of several pictures, and for a seed or an end user. */
const variationHeader = 'x-emulator-variation';

/**
 * Answers generateContent and streamGenerateContent: parse, proto constraints, the model, its own checks, then the
 * scenario or a picture. Throws GoogleError for whatever is answered with an error status.
 */
export async function handleGenerate(parts: GeneratorParts, call: GenerateCall): Promise<void> {
  const { vertex, version } = call;
  const type = vertex === undefined ? 'GenerateContentRequest' : 'VertexGenerateContentRequest';
  const { message, violations } = readProto(type, parseJsonBody(call.body), version);
  if (violations.length > 0) throw badRequest(violations);
  const request = message as GenerateRequest;
  checkConstraints(request);
  if (vertex !== undefined) checkRoles(request.contents ?? []);
  const model = findModel(parts.models, call);
  const wish = varied(await readWish(model, request), call.exchange.request.headers[variationHeader]);

  const wanted = call.headerScenario ?? scenarioFromText(wish.prompt.userText) ?? call.defaultScenario;
  const scenario = parts.memory.resolve(wanted, wish.prompt.wording);
  const breaksStream = scenario?.name === 'error-chunk' && call.delivery !== 'unary';
  if (!breaksStream && (await playFault(call.exchange, scenario, call))) return;

  await wait(parts.latencyMs, call.exchange.signal);
  const facts: AnswerFacts = {
    wish,
    answer:
      (scenario && scenarioAnswers[scenario.name]?.(wish, scenario.argument)) ??
      (call.delivery === 'unary' ? plainAnswer(wish) : streamedAnswer(wish)),
    responseId: randomBytes(16).toString('base64url'),
    draw: (picture) => drawPicture(parts, wish, picture, call.exchange.signal),
    vertexTime: vertex && new Date().toISOString(),
  };
  await sendAnswer(call, facts, scenario);
}

/** Another drawing of the same wish, for a caller who wants several pictures of one prompt; 0 is the wish itself. */
function varied(wish: Wish, header: string | string[] | undefined): Wish {
  const variation = header?.toString() ?? '0';
  return variation === '0' ? wish : { ...wish, seed: hashNumber(`${wish.seed} ${variation}`) };
}

async function sendAnswer(
  call: GenerateCall,
  facts: AnswerFacts,
  scenario: ChosenScenario | undefined,
): Promise<void> {
  const head: AnswerHead = {
    status: 200,
    contentType: call.delivery === 'sse' ? 'text/event-stream' : jsonType,
    ...(call.vertex === undefined && { serviceTier: facts.wish.serviceTier }),
    attachment: call.delivery === 'sse',
  };
  const body = await bodyOf(call.delivery, facts, scenario);
  if (scenario?.name !== 'cut-body' && scenario?.name !== 'invalid-json')
    return await call.exchange.send(head, body);

  const whole: Buffer[] = [];
  for await (const piece of body) whole.push(piece);
  const bytes = Buffer.concat(whole);
  if (scenario.name === 'cut-body')
    return await call.exchange.sendCut(head, bytes.subarray(0, bytes.length >> 1));
  // Enough is missing that no lenient reader can close the document itself.
  await call.exchange.send(head, [bytes.subarray(0, Math.max(1, bytes.length - 40))]);
}

async function bodyOf(
  delivery: Delivery,
  facts: AnswerFacts,
  scenario: ChosenScenario | undefined,
): Promise<Iterable<Buffer> | AsyncIterable<Buffer>> {
  const spelling = spellingOf(scenario?.name);
  if (delivery === 'unary') return writeDocument(await answerDocument(facts), 'pretty', spelling);
  const chunks = scenario?.name === 'error-chunk' ? errorChunks(facts) : answerChunks(facts);
  return delivery === 'sse' ? sseFrames(chunks, spelling) : arrayFrames(chunks, spelling);
}

/** A stream that begins well and then reports an error in place of the picture. */
async function* errorChunks(facts: AnswerFacts): AsyncGenerator<JsonObject> {
  const text = { text: 'Here is ' };
  const { modelVersion, responseId } = { modelVersion: facts.wish.model.id, responseId: facts.responseId };
  yield { candidates: [{ content: { parts: [text], role: 'model' }, index: 0 }], modelVersion, responseId };
  const failure = scenarioFailures['error-chunk']?.({
    modelId: modelVersion,
    version: '',
    method: '',
    argument: undefined,
  });
  if (failure !== undefined) yield failure.toJson();
}

async function drawPicture(
  parts: GeneratorParts,
  wish: Wish,
  picture: PictureToDraw,
  signal: AbortSignal,
): Promise<Base64Text> {
  const mimeType = wish.model.outputMimeType;
  // A reference without known pixels, such as HEIC, is counted but cannot be drawn from here.
  const references = wish.prompt.media.flatMap((item) => (item.pixels && item.bytes ? [item.bytes] : []));
  const { pixels, seed, detail = 1 } = picture;
  const prompt = withoutMaskNote(wish.prompt.wording);
  const order = { prompt, ...pixels, mimeType, seed, references, detail };
  try {
    const drawn = await parts.renderer.render(order, signal);
    return Base64Text.encode(padPicture(drawn, mimeType, picture.padToBytes ?? 0));
  } catch (error) {
    throw signal.aborted ? error : renderError(error);
  }
}

function renderError(error: unknown): GoogleError {
  if (error instanceof PoolBusy) {
    return new GoogleError('UNAVAILABLE', 'The model is overloaded. Please try again later.');
  }
  const unreadable = error instanceof Error && error.message.startsWith('Unable to process input image');
  return unreadable ? unreadableImage() : new GoogleError('INTERNAL', 'Internal error encountered.');
}
