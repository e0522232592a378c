import type { Dispatcher } from 'undici';
import type { KeyCheck } from '../../journey/upstream.ts';
import { cleanText } from '../../kernel/foreign-text.ts';
import { CredentialsError } from '../credentials/credentials-error.ts';
import { ErrorBody } from '../http/error-body.ts';
import { postUpstream, type ResponseHead, TransportError } from '../http/post-upstream.ts';
import { parseErrorBody } from './error-body.ts';
import { errorEvidence } from './errors.ts';

/** Asks what is free, and refused as a drawing would be when the key is wrong. Never rejects. */
export async function checkGoogleKey(
  agent: Dispatcher,
  request: () => Promise<Dispatcher.DispatchOptions>,
  signal: AbortSignal,
): Promise<KeyCheck> {
  let head: ResponseHead | undefined;
  let body: ErrorBody | undefined;
  try {
    await postUpstream(agent, await request(), signal, {
      onHead: (began) => {
        head = began;
        if (began.statusCode !== 200) body = new ErrorBody(began);
        // The answer itself is of no interest.
        return body ?? { push: () => (began.end(), true) };
      },
    });
    const refusal = body === undefined ? undefined : await body.read(signal);
    return { ...judged(head?.statusCode ?? 0, refusal), dateMs: dateOf(head), httpStatus: head?.statusCode };
  } catch (error) {
    if (head !== undefined)
      return { fault: 'upstream', reason: '', dateMs: dateOf(head), httpStatus: head.statusCode };
    const fault = error instanceof CredentialsError ? 'credential' : 'upstream';
    return { fault, reason: unreachable(error), dateMs: undefined, httpStatus: undefined };
  }
}

function judged(status: number, refusal: Buffer | undefined): Pick<KeyCheck, 'fault' | 'reason'> {
  if (refusal === undefined) return { fault: null, reason: '' };
  const {
    fault = 'upstream',
    reach,
    error,
  } = errorEvidence({
    status,
    error: parseErrorBody(refusal),
    nowMs: Date.now(),
  });
  // The question may be about a model that is not there: whoever is told so has been let in.
  if (fault === 'caller' && reach === 'model') return { fault: null, reason: '' };
  return { fault, reason: typeof error?.cause === 'string' ? error.cause : '' };
}

function unreachable(error: unknown): string {
  if (error instanceof CredentialsError) return cleanText(String(error.cause));
  if (error instanceof TransportError) return cleanText(error.message === '' ? error.code : error.message);
  return error instanceof DOMException ? 'no answer in time' : cleanText(String(error));
}

function dateOf(head: ResponseHead | undefined): number | undefined {
  const dateMs = Date.parse(head?.headers.date ?? '');
  return Number.isNaN(dateMs) ? undefined : dateMs;
}
