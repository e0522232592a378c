import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { Dispatcher } from 'undici';
import type { Call, CallPhase } from '../../journey/call.ts';
import { likelyAnswerBytes } from '../../journey/catalogue-model.ts';
import type { OrderScope } from '../../journey/order-scope.ts';
import type { DrawWish, InspectImage, KeyCheck, Upstream, UpstreamAnswer } from '../../journey/upstream.ts';
import type { Clock } from '../../kernel/clock.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { AnswerDocuments } from '../http/answer-documents.ts';
import { AnswerReceiver } from '../http/answer-receiver.ts';
import { ErrorBody } from '../http/error-body.ts';
import type { Evidence } from '../http/evidence.ts';
import { cutOffEvidence, failureEvidence } from '../http/failures.ts';
import { postUpstream, type ResponseHead, TransportError } from '../http/post-upstream.ts';
import { openAgent } from '../http/open-agent.ts';
import { answerPaths } from './answer-paths.ts';
import { type ApiRoot, apiRoot } from './api-root.ts';
import { readAnswer, type Reading, unreadable } from './answer.ts';
import { checkGeminiKey } from './check-key.ts';
import { CollectedAnswer } from './collected-answer.ts';
import { parseErrorBody } from './error-body.ts';
import { errorEvidence } from './errors.ts';
import { orderToGeminiRequest } from './request.ts';
import { mapUsage } from './usage.ts';

export interface GeminiUpstreamOptions {
  /** Shown in `plantain-upstream`. */
  readonly name: string;
  /** Origin and optional path; see `apiRoot` for what may stand in it. */
  readonly baseUrl: string;
  readonly apiVersion: string;
  readonly apiKey: string;
  /** What it calls the catalogue's models; those that are not named keep their id. */
  readonly modelNames?: ReadonlyMap<string, string> | undefined;
  /** Sent with every call, beside those of the contract. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Address of the proxy that leads there; absent, it is called directly. */
  readonly proxy?: string;
  readonly connectTimeoutMs: number;
  readonly maxConnections: number;
  /** The longest wait for response headers; a unary answer sends them only when the picture is ready. */
  readonly headersTimeoutMs: number;
  /** The longest silence inside a body. */
  readonly bodyTimeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly inspect: InspectImage;
  readonly clock: Clock;
  /** Header that tells the sandbox which of a prompt's pictures it draws, so that they differ. Google gets none. */
  readonly variationHeader?: string;
}

/** How far a call has come. */
interface Progress {
  phase: CallPhase;
  httpStatus: number | undefined;
}

/** Google's generateContent as an upstream, authorised by an API key in `x-goog-api-key`, never in the URL. */
export class GeminiUpstream implements Upstream {
  readonly name: string;
  readonly #options: GeminiUpstreamOptions;
  readonly #agent: Dispatcher;
  readonly #root: ApiRoot;

  constructor(options: GeminiUpstreamOptions) {
    this.name = options.name;
    this.#options = options;
    this.#root = apiRoot(options.baseUrl, options.apiVersion);
    this.#agent = openAgent(
      {
        connections: options.maxConnections,
        headersTimeout: options.headersTimeoutMs,
        bodyTimeout: options.bodyTimeoutMs,
        connectTimeoutMs: options.connectTimeoutMs,
        keepAliveTimeout: 30_000,
      },
      options.proxy,
    );
  }

  async draw(wish: DrawWish, scope: OrderScope): Promise<UpstreamAnswer> {
    const { clock, inspect } = this.#options;
    const startedAtMs = clock.nowMs();
    const progress: Progress = { phase: 'unsent', httpStatus: undefined };
    const answer = new CollectedAnswer(inspect, wish.onDraft, wish.allImages);
    const { evidence, ...goods } = await this.#ask(wish, scope, answer, progress).catch(
      (thrown: unknown): Reading => ({
        evidence: scope.signal.aborted
          ? cutOffEvidence(scope.signal.reason, progress.phase)
          : failureEvidence(thrown, progress.phase),
      }),
    );
    const told = mapUsage(answer.usage, {
      model: wish.model,
      hasReferences: wish.references.length > 0,
      hasImage: answer.imagePartsFound > 0,
    });
    const call: Call = {
      upstream: this.name,
      model: wish.model,
      startedAtMs,
      endedAtMs: clock.nowMs(),
      httpStatus: progress.httpStatus,
      picturesSeen: answer.imagePartsFound,
      usage: told.usage ?? 'not counted',
      oddCount: told.oddity,
      ...evidence,
    };
    return { call, ...goods };
  }

  checkKey(signal: AbortSignal): Promise<KeyCheck> {
    const { origin, path } = this.#root;
    const headers = {
      ...this.#options.headers,
      'x-goog-api-key': this.#options.apiKey,
      'user-agent': 'plantain',
    };
    return checkGeminiKey(this.#agent, { origin, path: `${path}/models?pageSize=1`, headers }, signal);
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** Rejects with the signal's reason, and with a fault of our own. */
  async #ask(
    wish: DrawWish,
    scope: OrderScope,
    answer: CollectedAnswer,
    progress: Progress,
  ): Promise<Reading> {
    const { clock, maxAnswerBytes: maxBytes } = this.#options;
    const documents = new AnswerDocuments(answerPaths, (document) => answer.add(document));
    let receiver: AnswerReceiver | undefined;
    let refusal: { readonly body: ErrorBody; readonly head: ResponseHead } | undefined;
    let failure: unknown;
    try {
      await postUpstream(this.#agent, this.#request(wish), scope.signal, {
        onSent: () => {
          if (progress.phase === 'unsent') progress.phase = 'unanswered';
        },
        onHead: (head) => {
          progress.httpStatus = head.statusCode;
          if (head.statusCode >= 300) {
            progress.phase = head.statusCode >= 500 ? 'failed' : 'refused';
            refusal = { body: new ErrorBody(head), head };
            return refusal.body;
          }
          progress.phase = 'broken_off';
          const limits = { maxBytes, expectedBytes: likelyAnswerBytes(wish), scope };
          receiver = new AnswerReceiver(head, limits, (chunk) => documents.push(chunk));
          return receiver;
        },
      });
      await receiver?.end();
    } catch (error) {
      if (scope.signal.aborted || !isOfTheWire(error)) {
        receiver?.giveUp();
        throw error;
      }
      failure = error;
    }
    if (refusal !== undefined) return { evidence: await this.#readRefusal(refusal, scope.signal) };
    documents.end();
    if (failure === undefined)
      return (
        readAnswer(answer, documents, 'answered', clock.nowMs()) ?? {
          evidence: unreadable(answer, documents, clock.nowMs()),
        }
      );
    const reading = readAnswer(answer, documents, 'broken_off', clock.nowMs());
    if (reading?.image === undefined) receiver?.giveUp();
    else receiver?.stop();
    return reading ?? { evidence: failureEvidence(failure, progress.phase) };
  }

  async #readRefusal(
    { body, head }: { readonly body: ErrorBody; readonly head: ResponseHead },
    signal: AbortSignal,
  ): Promise<Evidence> {
    const { statusCode: status, headers } = head;
    const error = parseErrorBody(await body.read(signal));
    return errorEvidence({ status, error, headers, nowMs: this.#options.clock.nowMs() });
  }

  #request(wish: DrawWish): Dispatcher.DispatchOptions {
    const body = orderToGeminiRequest(wish);
    // Only a streamed answer brings drafts before it is whole.
    const isStreamed = wish.onDraft !== undefined && wish.model.drafts;
    const { apiKey, variationHeader, modelNames, headers } = this.#options;
    const { id } = wish.model;
    const { origin, path } = this.#root;
    const method = isStreamed ? 'streamGenerateContent?alt=sse' : 'generateContent';
    return {
      origin,
      path: `${path}/models/${encodeURIComponent(modelNames?.get(id) ?? id)}:${method}`,
      method: 'POST',
      ...(wish.silenceMs !== undefined && { headersTimeout: wish.silenceMs }),
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': String(body.byteLength),
        'x-goog-api-key': apiKey,
        'user-agent': 'plantain',
        ...(variationHeader !== undefined && { [variationHeader]: variationOf(wish) }),
      },
      body: body.pieces.length === 1 ? (body.pieces[0] ?? null) : Readable.from(body.pieces),
    };
  }
}

/** One word for what makes this picture another than the others of its prompt; what the caller wrote stays here. */
function variationOf({ index, variation }: DrawWish): string {
  return variation === undefined ? String(index) : `${index}-${crc32(variation)}`;
}

/** Whether an error came of what was sent to us, or of how: not a fault of our own. */
function isOfTheWire(error: unknown): boolean {
  return error instanceof TransportError || error instanceof PlantainError;
}
