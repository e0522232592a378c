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
}

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
  { scope, maxBytes, expectedBytes, progress, open }: ExchangeOptions,
): Promise<Exchanged> {
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
        receiver = new AnswerReceiver(head, { maxBytes, expectedBytes, scope }, open(head));
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
