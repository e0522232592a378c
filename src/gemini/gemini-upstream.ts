import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { ByteSink } from '../kernel/byte-sink.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import type { DrawWish, InspectImage, Outcome, Upstream } from '../journey/upstream.ts';
import { JsonScanner } from '../kernel/json-scanner.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { parseSmallJson } from '../kernel/small-json.ts';
import { answerPaths } from './answer-paths.ts';
import type { HeldBytes } from './held-bytes.ts';
import { errorBodyToOutcome } from './map-error.ts';
import { CollectedAnswer } from './collected-answer.ts';
import { failureToOutcome } from './map-failure.ts';
import { orderToGeminiRequest, type RequestBody } from './order-to-gemini-request.ts';
import { type Continuation, readAnswer } from './read-answer.ts';
import { receiveAnswer } from './receive-answer.ts';
import { Agent, requestOn } from './undici-core.ts';
import { SseDocuments } from './sse-documents.ts';

export interface GeminiUpstreamOptions {
  /** Shown in `plantain-upstream`. */
  readonly name: string;
  /** Origin and optional path before `/v1beta/…`, without a trailing slash. */
  readonly baseUrl: string;
  readonly apiVersion: string;
  readonly apiKey: string;
  readonly connectTimeoutMs: number;
  readonly maxConnections: number;
  /** The longest wait for response headers; a unary answer sends them only when the picture is ready. */
  readonly headersTimeoutMs: number;
  /** The longest silence inside a body. */
  readonly bodyTimeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly heldBytes: HeldBytes;
  readonly inspect: InspectImage;
  /** Header that tells the sandbox which of an order's pictures it draws, so that they differ. Google gets none. */
  readonly variationHeader?: string;
}

const maxErrorBytes = 256 * 1024;
const maxContinuations = 3;

/** Google's generateContent as an upstream, authorised by an API key in `x-goog-api-key`, never in the URL. */
export class GeminiUpstream implements Upstream {
  readonly name: string;
  readonly #options: GeminiUpstreamOptions;
  readonly #agent: Dispatcher;
  readonly #origin: string;
  readonly #basePath: string;

  constructor(options: GeminiUpstreamOptions) {
    this.name = options.name;
    this.#options = options;
    const { origin, pathname } = new URL(options.baseUrl);
    this.#origin = origin;
    this.#basePath = pathname.replace(/\/$/, '');
    // One long-lived agent: timeouts do not pass to agents made per request (reference: libraries, section 12).
    this.#agent = new Agent({
      connections: options.maxConnections,
      headersTimeout: options.headersTimeoutMs,
      bodyTimeout: options.bodyTimeoutMs,
      connect: { timeout: options.connectTimeoutMs },
      keepAliveTimeout: 30_000,
    });
  }

  async draw(wish: DrawWish, scope: OrderScope): Promise<Outcome> {
    let token: string | undefined;
    for (let round = 0; round <= maxContinuations; round++) {
      const outcome = await this.#call(wish, orderToGeminiRequest(wish, token), scope);
      if (outcome.kind !== 'continuation') return outcome;
      token = outcome.token;
    }
    const error = new PlantainError(
      'upstream_error',
      'The upstream kept asking to continue and never brought the picture.',
    );
    return { kind: 'failed', error, retry: false, health: 'healthy' };
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #call(wish: DrawWish, body: RequestBody, scope: OrderScope): Promise<Outcome | Continuation> {
    // Only a streamed answer brings drafts before it is whole.
    const isStreamed = wish.onDraft !== undefined && wish.model.drafts;
    try {
      const response = await this.#post(wish, body, isStreamed, scope.signal);
      if (response.statusCode !== 200) {
        return errorBodyToOutcome(response.statusCode, await readSmallBody(response));
      }
      const answer = new CollectedAnswer(this.#options.inspect, wish.onDraft);
      await (isStreamed
        ? this.#receiveStream(response, answer, scope)
        : this.#receiveWhole(response, answer, scope));
      return readAnswer(answer, wish.references.length > 0);
    } catch (error) {
      if (scope.signal.aborted) throw scope.signal.reason;
      return failureToOutcome(error);
    }
  }

  async #receiveWhole(
    response: Dispatcher.ResponseData,
    answer: CollectedAnswer,
    scope: OrderScope,
  ): Promise<void> {
    const scanner = new JsonScanner(answerPaths);
    await this.#receive(response, scope, (chunk) => scanner.push(chunk));
    answer.add(scanner.end());
  }

  async #receiveStream(
    response: Dispatcher.ResponseData,
    answer: CollectedAnswer,
    scope: OrderScope,
  ): Promise<void> {
    const documents = new SseDocuments(answerPaths, (document) => answer.add(document));
    await this.#receive(response, scope, (chunk) => documents.push(chunk));
    documents.end();
    const isWhole =
      answer.finishReason !== undefined || isPresent(answer.promptFeedback) || answer.error !== undefined;
    if (!isWhole) throw new SyntaxError('the stream ended without a finish reason');
  }

  #receive(
    response: Dispatcher.ResponseData,
    scope: OrderScope,
    onChunk: (chunk: Buffer) => void,
  ): Promise<void> {
    const { maxAnswerBytes: maxBytes, heldBytes } = this.#options;
    const contentEncoding = headerText(response.headers['content-encoding']);
    return receiveAnswer(response.body, { contentEncoding, maxBytes, heldBytes, scope }, onChunk);
  }

  #post(
    wish: DrawWish,
    body: RequestBody,
    isStreamed: boolean,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const { apiVersion, apiKey, variationHeader } = this.#options;
    const method = isStreamed ? 'streamGenerateContent?alt=sse' : 'generateContent';
    return requestOn.call(this.#agent, {
      origin: this.#origin,
      path: `${this.#basePath}/${apiVersion}/models/${encodeURIComponent(wish.model.id)}:${method}`,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': String(body.byteLength),
        'x-goog-api-key': apiKey,
        'user-agent': 'plantain',
        ...(variationHeader !== undefined && { [variationHeader]: String(wish.index) }),
      },
      body: body.pieces.length === 1 ? (body.pieces[0] ?? null) : Readable.from(body.pieces),
      signal,
    });
  }
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** An error body as JSON; undefined when it is not JSON (an HTML page of some proxy, say) or too large to be one. */
async function readSmallBody(response: Dispatcher.ResponseData): Promise<unknown> {
  const sink = new ByteSink(maxErrorBytes);
  try {
    for await (const chunk of response.body) sink.append(chunk as Buffer, 0, (chunk as Buffer).length);
    return parseSmallJson(sink.view());
  } catch {
    response.body.destroy();
    return undefined;
  }
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
