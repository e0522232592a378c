import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { likelyAnswerBytes } from '../../journey/catalogue-model.ts';
import type { OrderScope } from '../../journey/order-scope.ts';
import type { DrawWish, InspectImage, Outcome, Upstream } from '../../journey/upstream.ts';
import type { Clock } from '../../kernel/clock.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { answerPaths } from './answer-paths.ts';
import { parseErrorBody } from './error-body.ts';
import { errorToOutcome } from './errors.ts';
import { CollectedAnswer } from './collected-answer.ts';
import { failureToOutcome } from '../http/failures.ts';
import { orderToGeminiRequest, type RequestBody } from './request.ts';
import { type Continuation, readAnswer } from './answer.ts';
import { postUpstream, type ResponseHead, TransportError } from '../http/post-upstream.ts';
import { AnswerReceiver } from '../http/answer-receiver.ts';
import { Agent } from '../http/undici-core.ts';
import { AnswerDocuments } from '../http/answer-documents.ts';
import { ErrorBody } from '../http/error-body.ts';

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
  readonly clock: Clock;
  /** Header that tells the sandbox which of an order's pictures it draws, so that they differ. Google gets none. */
  readonly variationHeader?: string;
}

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
    const documents = new AnswerDocuments(answerPaths, (document) => answer.add(document));
    let receiver: AnswerReceiver | undefined;
    let refusal: { body: ErrorBody; head: ResponseHead } | undefined;
    try {
      await postUpstream(this.#agent, this.#request(wish, body, isStreamed), scope.signal, {
        onHead: (head) => {
          if (head.statusCode !== 200) {
            refusal = { body: new ErrorBody(head), head };
            return refusal.body;
          }
          const limits = {
            maxBytes: this.#options.maxAnswerBytes,
            expectedBytes: likelyAnswerBytes(wish),
            scope,
          };
          receiver = new AnswerReceiver(head, limits, (chunk) => documents.push(chunk));
          return receiver;
        },
      });
      await receiver?.end();
      documents.end();
    } catch (error) {
      if (scope.signal.aborted) throw scope.signal.reason;
      const isOurFault = !isOfTheWire(error);
      if (!isOurFault) documents.end();
      if (refusal === undefined && (isOurFault || answer.image === undefined)) {
        receiver?.giveUp();
        return failureToOutcome(error);
      }
    }
    if (refusal !== undefined) return this.#readRefusal(refusal, scope.signal);
    return readAnswer(answer, documents, wish, this.#options.clock.nowMs());
  }

  async #readRefusal(
    { body, head }: { body: ErrorBody; head: ResponseHead },
    signal: AbortSignal,
  ): Promise<Outcome> {
    const error = parseErrorBody(await body.read(signal));
    const retryAfter = head.headers['retry-after'];
    return errorToOutcome({ status: head.statusCode, error, retryAfter, nowMs: this.#options.clock.nowMs() });
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

/** Whether an error came of what was sent to us, or of how: not a fault of our own. */
function isOfTheWire(error: unknown): boolean {
  return error instanceof TransportError || error instanceof PlantainError;
}
