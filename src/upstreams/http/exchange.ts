import type { CallPhase } from '../../journey/call.ts';
import type { OrderScope } from '../../journey/order-scope.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { AnswerReceiver } from './answer-receiver.ts';
import { ErrorBody } from './error-body.ts';
import { TransportError } from '../client/transport-error.ts';
import type { ResponseHead, UpstreamAgent, UpstreamRequest } from '../client/upstream-agent.ts';

/** How far a call has come. */
export interface Progress {
  phase: CallPhase;
  httpStatus: number | undefined;
}

export interface ExchangeOptions {
  readonly scope: OrderScope;
  readonly maxBytes: number;
  /** A guess, for answers that do not tell their length. */
  readonly expectedBytes: number;
  readonly progress: Progress;
  /** Takes the bytes of an answer, decompressed, by its head. */
  readonly open: (head: ResponseHead) => (chunk: Buffer) => void;
  /** Whether what came is an answer with its picture, to which nothing can be added but the end of its connection. */
  readonly isWhole?: () => boolean;
}

/** How long an answer that is whole may take to end: some servers leave the connection open, and a picture would wait with it. */
const lingerMs = 2000;

/** How an exchange ended. */
export type Exchanged =
  /** With a status that is no success: what was said of it. */
  | { readonly kind: 'refused'; readonly head: ResponseHead; readonly body: Buffer }
  /** `failure`: what broke it off, of the wire's; `keep` says whether what came is of use. */
  | {
      readonly kind: 'answered';
      readonly failure: Error | undefined;
      readonly keep: (isOfUse: boolean) => void;
    };

/** One request and its answer, of any kind of upstream. Rejects with the signal's reason, and with a fault of our own. */
export async function exchange(
  agent: UpstreamAgent,
  request: UpstreamRequest,
  { scope, maxBytes, expectedBytes, progress, open, isWhole = () => false }: ExchangeOptions,
): Promise<Exchanged> {
  let lingering: NodeJS.Timeout | undefined;
  let receiver: AnswerReceiver | undefined;
  let refusal: { readonly body: ErrorBody; readonly head: ResponseHead } | undefined;
  let failure: Error | undefined;
  const giveBack = scope.lendBytes();
  try {
    await agent.exchange(request, scope.signal, {
      onSent: () => {
        giveBack();
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
        const take = open(head);
        receiver = new AnswerReceiver(head, { maxBytes, expectedBytes, scope }, (chunk) => {
          take(chunk);
          if (lingering === undefined && isWhole()) lingering = setTimeout(() => head.end(), lingerMs);
        });
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
  } finally {
    clearTimeout(lingering);
  }
  if (refusal !== undefined)
    return { kind: 'refused', head: refusal.head, body: await refusal.body.read(scope.signal) };
  if (failure === undefined) progress.phase = 'answered';
  return {
    kind: 'answered',
    failure,
    keep: (isOfUse) => {
      if (failure === undefined) return;
      if (isOfUse) receiver?.stop();
      else receiver?.giveUp();
    },
  };
}

/** Whether an error came of what was sent to us, or of how: not a fault of our own. */
function isOfTheWire(error: unknown): error is TransportError | PlantainError {
  return error instanceof TransportError || error instanceof PlantainError;
}
