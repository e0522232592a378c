import type { Dispatcher } from 'undici';
import type { KeyCheck } from '../../journey/upstream.ts';
import { cleanText } from '../../kernel/foreign-text.ts';
import { ErrorBody } from '../http/error-body.ts';
import { postUpstream, type ResponseHead, TransportError } from '../http/post-upstream.ts';
import { parseErrorBody } from './error-body.ts';
import { errorEvidence } from './errors.ts';

/** Asks for the list of models: free, and refused as a drawing would be when the key is wrong. Never rejects. */
export async function checkGeminiKey(
  agent: Dispatcher,
  request: Pick<Dispatcher.DispatchOptions, 'origin' | 'path' | 'headers'>,
  signal: AbortSignal,
): Promise<KeyCheck> {
  let head: ResponseHead | undefined;
  let body: ErrorBody | undefined;
  try {
    await postUpstream(agent, { ...request, method: 'GET' }, signal, {
      onHead: (began) => {
        head = began;
        if (began.statusCode !== 200) body = new ErrorBody(began);
        // The list itself is of no interest.
        return body ?? { push: () => (began.end(), true) };
      },
    });
    const refusal = body === undefined ? undefined : await body.read(signal);
    return { ...judged(head?.statusCode ?? 0, refusal), dateMs: dateOf(head), httpStatus: head?.statusCode };
  } catch (error) {
    if (head !== undefined)
      return { fault: 'upstream', reason: '', dateMs: dateOf(head), httpStatus: head.statusCode };
    return { fault: 'upstream', reason: unreachable(error), dateMs: undefined, httpStatus: undefined };
  }
}

function judged(status: number, refusal: Buffer | undefined): Pick<KeyCheck, 'fault' | 'reason'> {
  if (refusal === undefined) return { fault: null, reason: '' };
  const { fault = 'upstream', error } = errorEvidence({
    status,
    error: parseErrorBody(refusal),
    nowMs: Date.now(),
  });
  return { fault, reason: typeof error?.cause === 'string' ? error.cause : '' };
}

function unreachable(error: unknown): string {
  if (error instanceof TransportError) return cleanText(error.message === '' ? error.code : error.message);
  return error instanceof DOMException ? 'no answer in time' : cleanText(String(error));
}

function dateOf(head: ResponseHead | undefined): number | undefined {
  const dateMs = Date.parse(head?.headers.date ?? '');
  return Number.isNaN(dateMs) ? undefined : dateMs;
}
