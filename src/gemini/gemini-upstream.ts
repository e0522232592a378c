import { Readable } from 'node:stream';
import { Agent, type Dispatcher, request } from 'undici';
import { ByteSink } from '../kernel/byte-sink.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import type { DrawWish, InspectImage, Outcome, Upstream } from '../journey/upstream.ts';
import { JsonScanner } from '../kernel/json-scanner.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { parseSmallJson } from '../kernel/small-json.ts';
import { answerPaths } from './answer-paths.ts';
import type { HeldBytes } from './held-bytes.ts';
import { errorBodyToOutcome } from './map-error.ts';
import { failureToOutcome } from './map-failure.ts';
import { orderToGeminiRequest, type RequestBody } from './order-to-gemini-request.ts';
import { type Continuation, readAnswer } from './read-answer.ts';
import { receiveAnswer } from './receive-answer.ts';

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
}

const maxErrorBytes = 256 * 1024;
const maxContinuations = 3;

/** Google's generateContent as an upstream, authorised by an API key in `x-goog-api-key`, never in the URL. */
export class GeminiUpstream implements Upstream {
  readonly name: string;
  readonly #options: GeminiUpstreamOptions;
  readonly #agent: Agent;

  constructor(options: GeminiUpstreamOptions) {
    this.name = options.name;
    this.#options = options;
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
    try {
      const response = await this.#post(wish.model.id, body, scope.signal);
      if (response.statusCode !== 200)
        return errorBodyToOutcome(response.statusCode, await readSmallBody(response));
      const scanner = new JsonScanner(answerPaths);
      const contentEncoding = headerText(response.headers['content-encoding']);
      const { maxAnswerBytes: maxBytes, heldBytes } = this.#options;
      await receiveAnswer(response.body, { contentEncoding, maxBytes, heldBytes, scope }, (chunk) =>
        scanner.push(chunk),
      );
      return readAnswer(scanner.end(), {
        hasReferences: wish.references.length > 0,
        inspect: this.#options.inspect,
      });
    } catch (error) {
      if (scope.signal.aborted) throw scope.signal.reason;
      return failureToOutcome(error);
    }
  }

  #post(modelId: string, body: RequestBody, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { baseUrl, apiVersion, apiKey } = this.#options;
    return request(`${baseUrl}/${apiVersion}/models/${encodeURIComponent(modelId)}:generateContent`, {
      dispatcher: this.#agent,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': String(body.byteLength),
        'x-goog-api-key': apiKey,
        'user-agent': 'plantain',
      },
      body: body.pieces.length === 1 ? (body.pieces[0] ?? null) : Readable.from(body.pieces),
      signal,
    });
  }
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
