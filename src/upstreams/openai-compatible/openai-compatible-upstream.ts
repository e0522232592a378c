import type { Call } from '../../journey/call.ts';
import { likelyAnswerBytes } from '../../journey/catalogue-model.ts';
import type { OrderScope } from '../../journey/order-scope.ts';
import type { DrawWish, KeyCheck, Upstream, UpstreamAnswer } from '../../journey/upstream.ts';
import type { PlantainError } from '../../kernel/plantain-error.ts';
import type { Evidence } from '../http/evidence.ts';
import { exchange, type Progress } from '../http/exchange.ts';
import { cutOffEvidence, failureEvidence } from '../http/failures.ts';
import { openServiceAgent, type ServiceOptions } from '../http/service-options.ts';
import { askFreeQuestion } from '../http/free-question.ts';
import { loggedWithoutOwn, type OwnFacts, withoutOwn } from '../http/own-facts.ts';
import { readAnswer, type Reading, unreadable } from './answer.ts';
import { type ApiAddress, apiAddress } from './api-address.ts';
import { CollectedAnswer } from './collected-answer.ts';
import { parseErrorBody } from './error-body.ts';
import { errorEvidence } from './errors.ts';
import { fetchLinked } from './linked-picture.ts';
import type { Profile } from './profile.ts';
import { type ProfileName, profiles } from './profiles.ts';
import { type ServerRequest, wishToRequest } from './request.ts';
import { unfitWish } from './unfit-wish.ts';
import { mapUsage } from './usage.ts';
import type { UpstreamAgent, UpstreamRequest } from '../client/upstream-agent.ts';

export interface OpenAiCompatibleOptions extends ServiceOptions {
  readonly profile: ProfileName;
  /** Origin and optional path; see `apiAddress` for what may stand in it. */
  readonly baseUrl: string;
  readonly apiVersion?: string | undefined;
  /** Absent: a server that asks for none. */
  readonly apiKey?: string | undefined;
}

/** A server that speaks like OpenAI's Images API, by what is known of its kind. */
export class OpenAiCompatibleUpstream implements Upstream {
  readonly name: string;
  /** Absent where there is no free question to ask. */
  readonly checkKey?: (signal: AbortSignal) => Promise<KeyCheck>;
  readonly #options: OpenAiCompatibleOptions;
  readonly #profile: Profile;
  readonly #agent: UpstreamAgent;
  readonly #address: ApiAddress;

  constructor(options: OpenAiCompatibleOptions) {
    this.name = options.name;
    this.#options = options;
    this.#profile = profiles[options.profile];
    this.#address = apiAddress(options, this.#profile);
    this.#agent = openServiceAgent(options);
    if (this.#profile.listsModels) this.checkKey = (signal) => this.#askForModels(signal);
  }

  unfitFor(wish: DrawWish): PlantainError | undefined {
    return unfitWish(wish, this.#profile);
  }

  async draw(wish: DrawWish, scope: OrderScope): Promise<UpstreamAnswer> {
    const { clock, inspect } = this.#options;
    const startedAtMs = clock.nowMs();
    const progress: Progress = { phase: 'unsent', httpStatus: undefined };
    const answer = new CollectedAnswer({
      inspect,
      onDraft: wish.onDraft,
      keepsEarlier: wish.allImages === true,
      blockedName: this.#profile.blockedInsideOk,
    });
    const { evidence, adaptations, ...goods } = await this.#ask(wish, scope, answer, progress).catch(
      (thrown: unknown): Reading & Pick<UpstreamAnswer, 'adaptations'> => ({
        evidence: scope.signal.aborted
          ? cutOffEvidence(scope.signal.reason, progress.phase)
          : failureEvidence(thrown, progress.phase),
      }),
    );
    const told = mapUsage(this.#profile.usage === 'tokens' ? answer.usage : undefined, {
      model: wish.model,
      hasReferences: wish.references.length > 0,
      hasImage: goods.image !== undefined,
    });
    const call: Call = {
      upstream: this.name,
      model: wish.model,
      startedAtMs,
      endedAtMs: clock.nowMs(),
      httpStatus: progress.httpStatus,
      picturesSeen: answer.picturesSeen,
      usage: told.usage ?? 'not counted',
      oddCount: told.oddity,
      ...evidence,
    };
    return { call: withoutOwn(call, this.#ownFacts()), ...goods, ...(adaptations && { adaptations }) };
  }

  connections() {
    return this.#agent.connections();
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
  ): Promise<Reading & Pick<UpstreamAnswer, 'adaptations'>> {
    const { clock, inspect, maxAnswerBytes: maxBytes } = this.#options;
    const model = this.#modelName(wish);
    const request = wishToRequest(wish, {
      profile: this.#profile,
      model: this.#address.namesModel ? undefined : model,
    });
    const expectedBytes = likelyAnswerBytes(wish);
    const ended = await exchange(this.#agent, this.#post(request, model), {
      scope,
      maxBytes,
      expectedBytes,
      progress,
      open: ({ headers }) => answer.open(headers['content-type']),
      isWhole: () => answer.isWhole,
    });
    const { adaptations } = request;
    if (ended.kind === 'refused') {
      const { statusCode: status, headers } = ended.head;
      const error = parseErrorBody(ended.body);
      return { adaptations, evidence: errorEvidence({ status, error, headers, nowMs: clock.nowMs() }) };
    }
    const { failure, keep } = ended;
    answer.end(failure === undefined);
    const { link } = answer;
    if (link !== undefined && answer.image === undefined && !answer.isBlocked) {
      const place = { agent: this.#agent, origin: this.#address.origin, headers: this.#headers() };
      const image = await fetchLinked(place, link, { scope, maxBytes, expectedBytes, inspect });
      const evidence: Evidence =
        image === undefined
          ? unreadable(answer, clock.nowMs())
          : { verdict: 'picture', phase: 'answered', fault: undefined };
      return { adaptations, evidence, ...(image && { image }) };
    }
    const phase = failure === undefined ? 'answered' : 'broken_off';
    const reading = readAnswer(answer, phase, clock.nowMs());
    keep(reading?.image !== undefined);
    const evidence =
      failure === undefined ? unreadable(answer, clock.nowMs()) : failureEvidence(failure, progress.phase);
    return { adaptations, ...(reading ?? { evidence }) };
  }

  #askForModels(signal: AbortSignal): Promise<KeyCheck> {
    const { origin, pathOf } = this.#address;
    const path = pathOf('models', '');
    const question = async () => ({ origin, path, method: 'GET' as const, headers: this.#headers() });
    return askFreeQuestion(this.#agent, question, signal, ({ status, headers, body }) => {
      const { fault = 'upstream', error } = errorEvidence({
        status,
        error: parseErrorBody(body),
        headers,
        nowMs: this.#options.clock.nowMs(),
      });
      const reason = typeof error?.cause === 'string' ? error.cause : '';
      return { fault, reason: loggedWithoutOwn(reason, this.#ownFacts()) };
    });
  }

  #ownFacts(): OwnFacts {
    const { headers = {}, apiKey, baseUrl } = this.#options;
    return { secrets: [...Object.values(headers), apiKey], address: baseUrl };
  }

  #modelName({ model: { id } }: DrawWish): string {
    return this.#options.modelNames?.get(id) ?? id;
  }

  #headers(): Record<string, string> {
    const { headers, apiKey } = this.#options;
    const { authHeader } = this.#profile;
    return {
      ...headers,
      ...(apiKey !== undefined &&
        (authHeader === 'bearer' ? { authorization: `Bearer ${apiKey}` } : { 'api-key': apiKey })),
      'user-agent': 'plantain',
    };
  }

  #post({ method, body, isStreamed }: ServerRequest, model: string): UpstreamRequest {
    return {
      origin: this.#address.origin,
      path: this.#address.pathOf(method, model),
      method: 'POST',
      headers: {
        ...this.#headers(),
        accept: isStreamed ? 'text/event-stream, application/json' : 'application/json',
        'content-type': body.contentType,
        'content-length': String(body.byteLength),
      },
      body: body.open(),
    };
  }
}
