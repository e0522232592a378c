import type { IncomingHttpHeaders } from 'node:http';
import type { Call } from '../../journey/call.ts';
import { likelyAnswerBytes } from '../../journey/catalogue-model.ts';
import type { OrderScope } from '../../journey/order-scope.ts';
import type { PassedAnswer, PassWish } from '../../journey/pass-wish.ts';
import type { DrawWish, KeyCheck, UpstreamAnswer } from '../../journey/upstream.ts';
import type { CredentialHeaders, Credentials } from '../credentials/credentials.ts';
import { AnswerDocuments } from '../http/answer-documents.ts';
import { exchange, type Progress } from '../http/exchange.ts';
import { cutOffEvidence, failureEvidence } from '../http/failures.ts';
import { openServiceAgent, type ServiceOptions } from '../http/service-options.ts';
import { loggedWithoutOwn, type OwnFacts, toldWithoutOwn, withoutOwn } from '../http/own-facts.ts';
import { readAnswer, type Reading, unreadable } from './answer.ts';
import { answerPaths } from './answer-paths.ts';
import { checkGoogleKey } from './check-key.ts';
import { CollectedAnswer } from './collected-answer.ts';
import { countedAnswer } from './counted-answer.ts';
import { parseErrorBody } from './error-body.ts';
import { errorEvidence } from './errors.ts';
import { passCall } from './pass-call.ts';
import type { Connections, UpstreamAgent, UpstreamRequest } from '../client/upstream-agent.ts';

export interface GoogleServiceOptions extends ServiceOptions {
  readonly credentials: Credentials;
  /** Where it is. */
  readonly baseUrl: string;
  /** Of Google Cloud, in whose name it is asked. */
  readonly project: string | undefined;
}

/** A request but for who asks, made anew for every call: its body can be read once. */
export type MakeRequest = () => UpstreamRequest & { readonly headers?: CredentialHeaders };

/** How far a call has come, and what it was asked with. */
interface GoogleProgress extends Progress {
  credentials: CredentialHeaders | undefined;
  /** Of an answer of the 200s. */
  headers: IncomingHttpHeaders;
}

/** Calls to a service that answers as Google's generateContent does, wherever it is and however it is authorised. */
export class GoogleService {
  readonly #options: GoogleServiceOptions;
  readonly #agent: UpstreamAgent;

  constructor(options: GoogleServiceOptions) {
    this.#options = options;
    this.#agent = openServiceAgent(options);
  }

  /** One call; and another where the first was refused for a token that can be renewed. Never rejects. */
  draw(wish: DrawWish, scope: OrderScope, makeRequest: MakeRequest): Promise<UpstreamAnswer> {
    return this.#renewing(scope, (progress) => this.#drawOnce(wish, scope, makeRequest, progress));
  }

  /** The same for a request of Gemini's protocol that is passed on. */
  pass(wish: PassWish, scope: OrderScope, makeRequest: MakeRequest): Promise<PassedAnswer> {
    const { name, clock, inspect, maxAnswerBytes } = this.#options;
    return this.#renewing(scope, async (progress) => {
      const request = (): Promise<UpstreamRequest> => this.#authorised(makeRequest, progress, scope.signal);
      const passed = await passCall(
        { name, agent: this.#agent, clock, inspect, maxAnswerBytes },
        request,
        wish,
        scope,
        progress,
      );
      const own = this.#ownFacts(progress);
      const words = passed.words === undefined ? undefined : toldWithoutOwn(passed.words, own);
      return { ...passed, call: withoutOwn(passed.call, own), words };
    });
  }

  /** Asks a question that costs nothing. Never rejects. */
  async checkKey(makeRequest: MakeRequest, signal: AbortSignal): Promise<KeyCheck> {
    const progress = newProgress();
    const ask = (): Promise<KeyCheck> =>
      checkGoogleKey(
        this.#agent,
        () => this.#authorised(makeRequest, progress, signal),
        signal,
        () => this.#options.clock.nowMs(),
      );
    const check = await ask();
    progress.httpStatus = check.httpStatus;
    const { reason, ...last } = !signal.aborted && this.#mayRenew(progress) ? await ask() : check;
    return { ...last, reason: loggedWithoutOwn(reason, this.#ownFacts(progress)) };
  }

  connections(): Connections | undefined {
    return this.#agent.connections();
  }

  async close(): Promise<void> {
    await Promise.all([this.#agent.destroy(), this.#options.credentials.close()]);
  }

  async #renewing<Answer extends { readonly call: Call }>(
    { signal }: OrderScope,
    ask: (progress: GoogleProgress) => Promise<Answer>,
  ): Promise<Answer & { readonly refusedBefore?: readonly Call[] }> {
    const progress = newProgress();
    const first = await ask(progress);
    if (signal.aborted || !this.#mayRenew(progress)) return first;
    return { ...(await ask(newProgress())), refusedBefore: [first.call] };
  }

  /** A token that is refused may have ended early: another one is worth a call, which the refused one cost nothing. */
  #mayRenew({ httpStatus, credentials }: GoogleProgress): boolean {
    return httpStatus === 401 && credentials !== undefined && this.#options.credentials.refused(credentials);
  }

  async #drawOnce(
    wish: DrawWish,
    scope: OrderScope,
    makeRequest: MakeRequest,
    progress: GoogleProgress,
  ): Promise<UpstreamAnswer> {
    const { name, clock, inspect } = this.#options;
    const startedAtMs = clock.nowMs();
    const collected = new CollectedAnswer(inspect, wish.onDraft, wish.allImages);
    const { evidence, ...goods } = await this.#ask(wish, scope, makeRequest, collected, progress).catch(
      (thrown: unknown): Reading => ({
        evidence: scope.signal.aborted
          ? cutOffEvidence(scope.signal.reason, progress.phase)
          : failureEvidence(thrown, progress.phase),
      }),
    );
    const call: Call = {
      upstream: name,
      model: wish.model,
      startedAtMs,
      endedAtMs: clock.nowMs(),
      httpStatus: progress.httpStatus,
      ...countedAnswer(collected, progress.headers, {
        model: wish.model,
        hasReferences: wish.references.length > 0,
      }),
      ...evidence,
    };
    return { call: call.error === undefined ? call : withoutOwn(call, this.#ownFacts(progress)), ...goods };
  }

  #ownFacts({ credentials = {} }: GoogleProgress): OwnFacts {
    const { headers = {}, project, baseUrl } = this.#options;
    return {
      secrets: [...Object.values(credentials), ...Object.values(headers), project],
      address: baseUrl,
    };
  }

  async #authorised(
    makeRequest: MakeRequest,
    progress: GoogleProgress,
    signal: AbortSignal,
  ): Promise<UpstreamRequest> {
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
    progress: GoogleProgress,
  ): Promise<Reading> {
    const { clock, maxAnswerBytes: maxBytes } = this.#options;
    const request = await this.#authorised(makeRequest, progress, scope.signal);
    const documents = new AnswerDocuments(answerPaths, (document) => answer.add(document));
    const ended = await exchange(
      this.#agent,
      wish.silenceMs === undefined ? request : { ...request, headersTimeoutMs: wish.silenceMs },
      {
        scope,
        maxBytes,
        expectedBytes: likelyAnswerBytes(wish),
        progress,
        open: ({ headers }) => {
          progress.headers = headers;
          return (chunk) => documents.push(chunk);
        },
        isWhole: () => answer.isWhole,
      },
    );
    const nowMs = clock.nowMs();
    if (ended.kind === 'refused') {
      const { statusCode: status, headers } = ended.head;
      return { evidence: errorEvidence({ status, headers, error: parseErrorBody(ended.body), nowMs }) };
    }
    documents.end();
    if (ended.failure === undefined)
      return (
        readAnswer(answer, documents, 'answered', nowMs) ?? { evidence: unreadable(answer, documents, nowMs) }
      );
    const reading = readAnswer(answer, documents, 'broken_off', nowMs);
    ended.keep(reading?.image !== undefined);
    return reading ?? { evidence: failureEvidence(ended.failure, progress.phase) };
  }
}

const newProgress = (): GoogleProgress => ({
  phase: 'unsent',
  httpStatus: undefined,
  credentials: undefined,
  headers: {},
});
