import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Call, CallPhase } from '../../journey/call.ts';
import type { OrderScope } from '../../journey/order-scope.ts';
import type { PassedAnswer, PassWish } from '../../journey/pass-wish.ts';
import type { InspectImage } from '../../journey/upstream.ts';
import type { Clock } from '../../kernel/clock.ts';
import { cleanText } from '../../kernel/foreign-text.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { AnswerDocuments } from '../http/answer-documents.ts';
import { AnswerReceiver } from '../http/answer-receiver.ts';
import { ErrorBody } from '../http/error-body.ts';
import type { Evidence } from '../http/evidence.ts';
import { cutOffEvidence, failureEvidence } from '../http/failures.ts';
import { postUpstream, type ResponseHead, TransportError } from '../http/post-upstream.ts';
import { WholeEvents } from '../http/whole-events.ts';
import { readAnswer, unreadable } from './answer.ts';
import { CollectedAnswer } from './collected-answer.ts';
import { DraftStripper } from './draft-stripper.ts';
import { parseErrorBody } from './error-body.ts';
import { errorEvidence } from './errors.ts';
import { passPaths } from './pass-paths.ts';
import { PassTap } from './pass-tap.ts';
import { mapUsage } from './usage.ts';

/** Where and how an upstream of Gemini's protocol is called. */
export interface PassParts {
  readonly name: string;
  readonly agent: Dispatcher;
  readonly clock: Clock;
  readonly inspect: InspectImage;
  readonly maxAnswerBytes: number;
  readonly toErrorEvidence?: typeof errorEvidence;
}

interface Passing {
  phase: CallPhase;
  httpStatus: number | undefined;
  headers: IncomingHttpHeaders;
  words: string | undefined;
}

/**
 * Passes a request of Gemini's protocol on, and its answer's bytes back, reading beside them what the call came to.
 * Never rejects: an answer of the 200s is the caller's whatever it says, and everything else is in the call's evidence.
 */
export async function passCall(
  parts: PassParts,
  request: Dispatcher.DispatchOptions,
  wish: PassWish,
  scope: OrderScope,
): Promise<PassedAnswer> {
  const { name: upstream, clock, inspect } = parts;
  const startedAtMs = clock.nowMs();
  const passing: Passing = { phase: 'unsent', httpStatus: undefined, headers: {}, words: undefined };
  const answer = new CollectedAnswer(inspect, undefined);
  const tap = new PassTap();
  const evidence = await exchange(parts, request, wish, scope, { passing, answer, tap }).catch(
    (thrown: unknown): Evidence =>
      scope.signal.aborted
        ? cutOffEvidence(scope.signal.reason, passing.phase)
        : failureEvidence(thrown, passing.phase),
  );
  const { model } = wish;
  const told = mapUsage(tap.withToolTokens(answer.usage), {
    model,
    hasReferences: wish.hasReferences,
    hasImage: answer.imagePartsFound > 0,
  });
  const header = passing.headers['x-gemini-service-tier'];
  const serviceTier = typeof header === 'string' ? header : tap.tier;
  const call: Call = {
    upstream,
    model,
    startedAtMs,
    endedAtMs: clock.nowMs(),
    httpStatus: passing.httpStatus,
    picturesSeen: answer.imagePartsFound,
    usage: told.usage ?? 'not counted',
    oddCount: told.oddity,
    terms: tap.termsFor(model.id, serviceTier),
    ...evidence,
  };
  const { signature } = tap;
  const { words } = passing;
  const image = answer.image ?? answer.thoughtImage;
  return { call, image, contentType: passing.headers['content-type'], serviceTier, signature, words };
}

interface Tapped {
  readonly passing: Passing;
  readonly answer: CollectedAnswer;
  readonly tap: PassTap;
}

/** Rejects with the signal's reason, and with a fault of our own. */
async function exchange(
  parts: PassParts,
  request: Dispatcher.DispatchOptions,
  wish: PassWish,
  scope: OrderScope,
  { passing, answer, tap }: Tapped,
): Promise<Evidence> {
  const { clock, maxAnswerBytes: maxBytes, toErrorEvidence = errorEvidence } = parts;
  const events = wish.isEventStream ? new WholeEvents(wish.onChunk) : undefined;
  const passOn = (chunk: Buffer): void => (events === undefined ? wish.onChunk(chunk) : events.push(chunk));
  const stripper = wish.stripDrafts ? new DraftStripper(wish.isEventStream, passOn) : undefined;
  const documents = new AnswerDocuments(passPaths, (document) => {
    tap.add(document);
    answer.add(document);
  });
  const onChunk = (chunk: Buffer): void => {
    documents.push(chunk);
    if (stripper === undefined) passOn(chunk);
    else stripper.push(chunk);
  };
  let receiver: AnswerReceiver | undefined;
  let refusal: { readonly body: ErrorBody; readonly head: ResponseHead } | undefined;
  let failure: unknown;
  try {
    await postUpstream(parts.agent, request, scope.signal, {
      onSent: () => {
        if (passing.phase === 'unsent') passing.phase = 'unanswered';
      },
      onHead: (head) => {
        passing.httpStatus = head.statusCode;
        passing.headers = head.headers;
        if (head.statusCode >= 300) {
          passing.phase = head.statusCode >= 500 ? 'failed' : 'refused';
          refusal = { body: new ErrorBody(head), head };
          return refusal.body;
        }
        passing.phase = 'broken_off';
        receiver = new AnswerReceiver(head, { maxBytes, expectedBytes: wish.expectedBytes, scope }, onChunk);
        return receiver;
      },
    });
    await receiver?.end();
  } catch (error) {
    if (wish.isEventStream) receiver?.stop();
    else receiver?.giveUp();
    if (scope.signal.aborted || !(error instanceof TransportError || error instanceof PlantainError))
      throw error;
    failure = error;
  }
  if (refusal !== undefined) {
    const { statusCode: status, headers } = refusal.head;
    const error = parseErrorBody(await refusal.body.read(scope.signal));
    if (error.message !== '') passing.words = cleanText(error.message);
    return toErrorEvidence({ status, error, headers, nowMs: clock.nowMs() });
  }
  documents.end();
  if (failure !== undefined) {
    // A picture that went out in a whole event is a picture, however the stream ends.
    const isDelivered = wish.isEventStream && stripper === undefined && events?.isAtEnd === true;
    const reading = isDelivered ? readAnswer(answer, documents, 'broken_off', clock.nowMs()) : undefined;
    if (reading?.image !== undefined) return reading.evidence;
    return failureEvidence(failure, passing.phase);
  }
  stripper?.end();
  events?.flush();
  if (wish.method === 'countTokens') return { verdict: 'words', phase: 'answered', fault: undefined };
  const nowMs = clock.nowMs();
  return readAnswer(answer, documents, 'answered', nowMs)?.evidence ?? unreadable(answer, documents, nowMs);
}
