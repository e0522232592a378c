import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { likelyAnswerBytes } from '../../journey/catalogue-model.ts';
import { ByteSink } from '../../bytes/byte-sink.ts';
import type { OrderScope } from '../../journey/order-scope.ts';
import type { DrawWish, InspectImage, Outcome, Upstream } from '../../journey/upstream.ts';
import { JsonScanner } from '../../bytes/json-scanner.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { parseSmallJson } from '../../bytes/small-json.ts';
import { answerPaths } from './answer-paths.ts';
import { errorBodyToOutcome } from './errors.ts';
import { CollectedAnswer } from './collected-answer.ts';
import { failureToOutcome } from '../http/failures.ts';
import { orderToGeminiRequest, type RequestBody } from './request.ts';
import { type Continuation, readAnswer } from './answer.ts';
import { type ChunkReceiver, postUpstream } from '../http/post-upstream.ts';
import { AnswerReceiver } from '../http/answer-receiver.ts';
import { Agent } from '../http/undici-core.ts';
import { SseDocuments } from '../http/sse-documents.ts';

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
    // One long-lived agent: timeouts do not pass to agents made per request (docs/contracts/runtime.md#calls-out).
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
    const answer = new CollectedAnswer(this.#options.inspect, wish.onDraft);
    let statusCode = 0;
    let scanner: Scanner | undefined;
    let receiver: AnswerReceiver | undefined;
    const errorBytes = new ByteSink(maxErrorBytes, 0);
    try {
      await postUpstream(this.#agent, this.#request(wish, body, isStreamed), scope.signal, (head) => {
        statusCode = head.statusCode;
        if (statusCode !== 200) return errorReceiver(errorBytes);
        const taken = isStreamed ? streamScanner(answer) : wholeScanner(answer);
        scanner = taken;
        const limits = {
          maxBytes: this.#options.maxAnswerBytes,
          expectedBytes: likelyAnswerBytes(wish),
          memory: scope.memory,
        };
        receiver = new AnswerReceiver(head, limits, (chunk) => taken.push(chunk));
        return receiver;
      });
      if (statusCode !== 200) return errorBodyToOutcome(statusCode, readErrorBody(errorBytes));
      await receiver?.end();
      scanner?.end();
      return readAnswer(answer, wish.references.length > 0);
    } catch (error) {
      receiver?.giveUp();
      if (scope.signal.aborted) throw scope.signal.reason;
      return failureToOutcome(error);
    }
  }

  #request(wish: DrawWish, body: RequestBody, isStreamed: boolean): Dispatcher.DispatchOptions {
    const { apiVersion, apiKey, variationHeader } = this.#options;
    const method = isStreamed ? 'streamGenerateContent?alt=sse' : 'generateContent';
    return {
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
    };
  }
}

/** Scans bytes as they come; `end` throws when what came is not whole. */
interface Scanner {
  push(chunk: Buffer): void;
  end(): void;
}

function wholeScanner(answer: CollectedAnswer): Scanner {
  const scanner = new JsonScanner(answerPaths);
  return { push: (chunk) => scanner.push(chunk), end: () => answer.add(scanner.end()) };
}

function streamScanner(answer: CollectedAnswer): Scanner {
  const documents = new SseDocuments(answerPaths, (document) => answer.add(document));
  return {
    push: (chunk) => documents.push(chunk),
    end: () => {
      documents.end();
      const isWhole =
        answer.finishReason !== undefined || isPresent(answer.promptFeedback) || answer.error !== undefined;
      if (!isWhole) throw new SyntaxError('the stream ended without a finish reason');
    },
  };
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Keeps an error's body, as far as it is of a size for one. */
function errorReceiver(bytes: ByteSink): ChunkReceiver {
  return {
    push(chunk) {
      if (bytes.length + chunk.length <= maxErrorBytes) bytes.append(chunk, 0, chunk.length);
      return true;
    },
  };
}

/** An error body as JSON; undefined when it is not JSON, an HTML page of some proxy, say. */
function readErrorBody(bytes: ByteSink): unknown {
  try {
    return parseSmallJson(bytes.view());
  } catch {
    return undefined;
  }
}
