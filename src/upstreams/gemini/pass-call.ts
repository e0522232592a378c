import type { IncomingHttpHeaders } from 'node:http';
import type { Call } from '../../journey/call.ts';
import type { OrderScope } from '../../journey/order-scope.ts';
import type { PassedAnswer, PassWish } from '../../journey/pass-wish.ts';
import type { InspectImage } from '../../journey/upstream.ts';
import type { Clock } from '../../kernel/clock.ts';
import { cleanText } from '../../kernel/foreign-text.ts';
import { AnswerDocuments } from '../http/answer-documents.ts';
import type { Evidence } from '../http/evidence.ts';
import { cutOffEvidence, failureEvidence } from '../http/failures.ts';
import { exchange, type Progress } from '../http/exchange.ts';
import { WholeEvents } from '../http/whole-events.ts';
import { readAnswer, unreadable } from './answer.ts';
import { CollectedAnswer } from './collected-answer.ts';
import { countedAnswer } from './counted-answer.ts';
import { DraftStripper } from './draft-stripper.ts';
import { parseErrorBody, readError } from './error-body.ts';
import { errorEvidence } from './errors.ts';
import { passPaths } from './answer-paths.ts';
import { SignatureTap } from './signature-tap.ts';
import type { UpstreamAgent, UpstreamRequest } from '../client/upstream-agent.ts';

/** Where and how an upstream of Gemini's protocol is called. */
export interface PassParts {
  readonly name: string;
  readonly agent: UpstreamAgent;
  readonly clock: Clock;
  readonly inspect: InspectImage;
  readonly maxAnswerBytes: number;
}

interface Heard {
  headers: IncomingHttpHeaders;
  words: string | undefined;
}

/**
 * Passes a request of Gemini's protocol on, and its answer's bytes back, reading beside them what the call came to.
 * Never rejects: an answer of the 200s is the caller's whatever it says, and everything else is in the call's evidence.
 */
export async function passCall(
  parts: PassParts,
  request: () => Promise<UpstreamRequest>,
  wish: PassWish,
  scope: OrderScope,
  progress: Progress,
): Promise<PassedAnswer> {
  const { name: upstream, clock, inspect } = parts;
  const startedAtMs = clock.nowMs();
  const heard: Heard = { headers: {}, words: undefined };
  const answer = new CollectedAnswer(inspect, undefined);
  const tap = new SignatureTap();
  const evidence = await ask(parts, request, wish, scope, { progress, heard, answer, tap }).catch(
    (thrown: unknown): Evidence =>
      scope.signal.aborted
        ? cutOffEvidence(scope.signal.reason, progress.phase)
        : failureEvidence(thrown, progress.phase),
  );
  const { model } = wish;
  const header = heard.headers['x-gemini-service-tier'];
  const serviceTier = typeof header === 'string' ? header : answer.serviceTier;
  const call: Call = {
    upstream,
    model,
    startedAtMs,
    endedAtMs: clock.nowMs(),
    httpStatus: progress.httpStatus,
    ...countedAnswer(answer, heard.headers, { model, hasReferences: wish.hasReferences }),
    ...evidence,
  };
  const { signature } = tap;
  const { words } = heard;
  const image = call.verdict === 'picture' ? (answer.image ?? answer.thoughtImage) : undefined;
  return { call, image, contentType: heard.headers['content-type'], serviceTier, signature, words };
}

interface Tapped {
  readonly progress: Progress;
  readonly heard: Heard;
  readonly answer: CollectedAnswer;
  readonly tap: SignatureTap;
}

/** Rejects with the signal's reason, and with a fault of our own. */
async function ask(
  { agent, clock, maxAnswerBytes: maxBytes }: PassParts,
  request: () => Promise<UpstreamRequest>,
  wish: PassWish,
  scope: OrderScope,
  { progress, heard, answer, tap }: Tapped,
): Promise<Evidence> {
  let hasBegun = false;
  const events = wish.isEventStream
    ? new WholeEvents((chunk) => {
        // An error in place of the first event is a failure like any other: another upstream may still be asked.
        if (!hasBegun && isErrorAlone(answer)) return;
        hasBegun = true;
        wish.onChunk(chunk);
      })
    : undefined;
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
  const ended = await exchange(agent, await request(), {
    scope,
    maxBytes,
    expectedBytes: wish.expectedBytes,
    progress,
    open: ({ headers }) => {
      heard.headers = headers;
      return onChunk;
    },
    isWhole: () => answer.isWhole,
  });
  const nowMs = clock.nowMs();
  if (ended.kind === 'refused') {
    const { statusCode: status, headers } = ended.head;
    const error = parseErrorBody(ended.body);
    if (error.message !== '') heard.words = cleanText(error.message);
    return errorEvidence({ status, error, headers, nowMs });
  }
  documents.end();
  if (isErrorAlone(answer)) heard.words = cleanText(readError(answer.error).message) || undefined;
  const { failure } = ended;
  if (failure !== undefined) {
    // Of a stream, what came is with the caller already.
    ended.keep(wish.isEventStream);
    // A picture that went out in a whole event is a picture, however the stream ends.
    const isDelivered = wish.isEventStream && stripper === undefined && events?.isAtEnd === true;
    const reading = isDelivered ? readAnswer(answer, documents, 'broken_off', nowMs) : undefined;
    return reading?.image === undefined ? failureEvidence(failure, progress.phase) : reading.evidence;
  }
  stripper?.end();
  events?.flush();
  if (wish.method === 'countTokens') return { verdict: 'words', phase: 'answered', fault: undefined };
  return readAnswer(answer, documents, 'answered', nowMs)?.evidence ?? unreadable(answer, documents, nowMs);
}

function isErrorAlone({ error, lastCandidate, promptFeedback }: CollectedAnswer): boolean {
  return error !== undefined && error !== null && lastCandidate === undefined && promptFeedback === undefined;
}
