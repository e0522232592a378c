import type { IncomingHttpHeaders } from 'node:http';
import type { KeyCheck } from '../../journey/upstream.ts';
import { cleanText } from '../../kernel/foreign-text.ts';
import { CredentialsError } from '../credentials/credentials-error.ts';
import { ErrorBody } from './error-body.ts';
import { TransportError } from '../client/transport-error.ts';
import type { ResponseHead, UpstreamAgent, UpstreamRequest } from '../client/upstream-agent.ts';

/** A question's answer with another status than 200. */
export interface QuestionRefusal {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Asks something that costs nothing, and is refused as a drawing would be when the key is wrong. Never rejects. */
export async function askFreeQuestion(
  agent: UpstreamAgent,
  request: () => Promise<UpstreamRequest>,
  signal: AbortSignal,
  judge: (refusal: QuestionRefusal) => Pick<KeyCheck, 'fault' | 'reason'>,
): Promise<KeyCheck> {
  let head: ResponseHead | undefined;
  let body: ErrorBody | undefined;
  try {
    await agent.exchange(await request(), signal, {
      onHead: (began) => {
        head = began;
        if (began.statusCode !== 200) body = new ErrorBody(began);
        // What it says is of no interest.
        return body ?? { push: () => (began.end(), true) };
      },
    });
    const answer = { dateMs: dateOf(head), httpStatus: head?.statusCode };
    if (head === undefined || body === undefined) return { fault: null, reason: '', ...answer };
    const { statusCode: status, headers } = head;
    return { ...judge({ status, headers, body: await body.read(signal) }), ...answer };
  } catch (error) {
    if (head !== undefined)
      return { fault: 'upstream', reason: '', dateMs: dateOf(head), httpStatus: head.statusCode };
    const fault = error instanceof CredentialsError ? 'credential' : 'upstream';
    return { fault, reason: unreachable(error), dateMs: undefined, httpStatus: undefined };
  }
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
