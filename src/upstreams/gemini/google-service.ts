import type { Dispatcher } from 'undici';
import type { Call, CallPhase } from '../../journey/call.ts';
import { likelyAnswerBytes } from '../../journey/catalogue-model.ts';
import type { OrderScope } from '../../journey/order-scope.ts';
import type { DrawWish, InspectImage, KeyCheck, UpstreamAnswer } from '../../journey/upstream.ts';
import type { Clock } from '../../kernel/clock.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { CredentialHeaders, Credentials } from '../credentials/credentials.ts';
import { AnswerDocuments } from '../http/answer-documents.ts';
import { AnswerReceiver } from '../http/answer-receiver.ts';
import { ErrorBody } from '../http/error-body.ts';
import type { Evidence } from '../http/evidence.ts';
import { cutOffEvidence, failureEvidence } from '../http/failures.ts';
import { type AgentOptions, openAgent } from '../http/open-agent.ts';
import { postUpstream, type ResponseHead, TransportError } from '../http/post-upstream.ts';
import { readAnswer, type Reading, unreadable } from './answer.ts';
import { answerPaths } from './answer-paths.ts';
import { checkGoogleKey } from './check-key.ts';
import { CollectedAnswer } from './collected-answer.ts';
import { parseErrorBody } from './error-body.ts';
import { errorEvidence } from './errors.ts';
import { mapUsage } from './usage.ts';

export interface GoogleServiceOptions {
  /** Shown in `plantain-upstream`. */
  readonly name: string;
  readonly credentials: Credentials;
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
}

/** A request but for who asks, made anew for every call: its body can be read once. */
export type MakeRequest = () => Dispatcher.DispatchOptions & { readonly headers?: CredentialHeaders };

/** How far a call has come. */
interface Progress {
  phase: CallPhase;
  httpStatus: number | undefined;
  /** What it was asked with. */
  credentials: CredentialHeaders | undefined;
}

/** Calls to a service that answers as Google's generateContent does, wherever it is and however it is authorised. */
export class GoogleService {
  readonly #options: GoogleServiceOptions;
  readonly #agent: Dispatcher;

  constructor(options: GoogleServiceOptions) {
    this.#options = options;
    const agent: AgentOptions = {
      connections: options.maxConnections,
      headersTimeout: options.headersTimeoutMs,
      bodyTimeout: options.bodyTimeoutMs,
      connectTimeoutMs: options.connectTimeoutMs,
      keepAliveTimeout: 30_000,
    };
    this.#agent = openAgent(agent, options.proxy);
  }

  /** One call; and another where the first was refused for a token that can be renewed. Never rejects. */
  async draw(wish: DrawWish, scope: OrderScope, makeRequest: MakeRequest): Promise<UpstreamAnswer> {
    const first = await this.#callOnce(wish, scope, makeRequest);
    if (scope.signal.aborted || !this.#mayRenew(first.progress)) return first.answer;
    const second = await this.#callOnce(wish, scope, makeRequest);
    return { ...second.answer, refusedBefore: [first.answer.call] };
  }

  /** Asks a question that costs nothing. Never rejects. */
  async checkKey(makeRequest: MakeRequest, signal: AbortSignal): Promise<KeyCheck> {
    const progress = newProgress();
    const ask = (): Promise<KeyCheck> =>
      checkGoogleKey(this.#agent, () => this.#authorised(makeRequest, progress, signal), signal);
    const check = await ask();
    progress.httpStatus = check.httpStatus;
    return !signal.aborted && this.#mayRenew(progress) ? await ask() : check;
  }

  async close(): Promise<void> {
    await Promise.all([this.#agent.destroy(), this.#options.credentials.close()]);
  }

  /** A token that is refused may have ended early: another one is worth a call, which the refused one cost nothing. */
  #mayRenew({ httpStatus, credentials }: Progress): boolean {
    return httpStatus === 401 && credentials !== undefined && this.#options.credentials.refused(credentials);
  }

  async #callOnce(wish: DrawWish, scope: OrderScope, makeRequest: MakeRequest) {
    const { name, clock, inspect } = this.#options;
    const startedAtMs = clock.nowMs();
    const progress = newProgress();
    const collected = new CollectedAnswer(inspect, wish.onDraft, wish.allImages);
    const { evidence, ...goods } = await this.#ask(wish, scope, makeRequest, collected, progress).catch(
      (thrown: unknown): Reading => ({
        evidence: scope.signal.aborted
          ? cutOffEvidence(scope.signal.reason, progress.phase)
          : failureEvidence(thrown, progress.phase),
      }),
    );
    const told = mapUsage(collected.usage, {
      model: wish.model,
      hasReferences: wish.references.length > 0,
      hasImage: collected.imagePartsFound > 0,
    });
    const call: Call = {
      upstream: name,
      model: wish.model,
      startedAtMs,
      endedAtMs: clock.nowMs(),
      httpStatus: progress.httpStatus,
      picturesSeen: collected.imagePartsFound,
      usage: told.usage ?? 'not counted',
      oddCount: told.oddity,
      ...evidence,
    };
    return { progress, answer: { call, ...goods } };
  }

  async #authorised(
    makeRequest: MakeRequest,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<Dispatcher.DispatchOptions> {
    const credentials = await this.#options.credentials.headers(signal);
    progress.credentials = credentials;
    const request = makeRequest();
    return {
      ...request,
      headers: { ...this.#options.headers, ...request.headers, ...credentials, 'user-agent': 'plantain' },
    };
  }

  /** Rejects with the signal's reason, with `CredentialsError`, and with a fault of our own. */
  async #ask(
    wish: DrawWish,
    scope: OrderScope,
    makeRequest: MakeRequest,
    answer: CollectedAnswer,
    progress: Progress,
  ): Promise<Reading> {
    const { clock, maxAnswerBytes: maxBytes } = this.#options;
    const request = await this.#authorised(makeRequest, progress, scope.signal);
    const documents = new AnswerDocuments(answerPaths, (document) => answer.add(document));
    let receiver: AnswerReceiver | undefined;
    let refusal: { readonly body: ErrorBody; readonly head: ResponseHead } | undefined;
    let failure: unknown;
    try {
      await postUpstream(this.#agent, request, scope.signal, {
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
}

const newProgress = (): Progress => ({ phase: 'unsent', httpStatus: undefined, credentials: undefined });

/** Whether an error came of what was sent to us, or of how: not a fault of our own. */
function isOfTheWire(error: unknown): boolean {
  return error instanceof TransportError || error instanceof PlantainError;
}
