import { type ErrorEntry, invalidRequest } from './error-entry.ts';

/** The part of the error catalogue that comes of requests that are sent twice. */
export const claimErrors = {
  idempotency_key_reused: {
    status: 422,
    type: invalidRequest,
    code: 'idempotency_key_reused',
    retryable: false,
    step: 'claim',
    help: 'The `Idempotency-Key` was sent with another request before. Use a new key for a new request.',
  },
  order_in_progress: {
    status: 409,
    type: invalidRequest,
    code: 'order_in_progress',
    retryable: true,
    step: 'claim',
    help: 'The same request is still being fulfilled, and did not end in the time that this one could wait. Send it again after `retry-after` to get its answer.',
  },
  order_unknown: {
    status: 409,
    type: invalidRequest,
    code: 'order_unknown',
    retryable: false,
    step: 'claim',
    help: 'The server was stopped in the middle of this request, so that its answer is lost; it may have been charged, and the message says what the ledger has of it. Send it as a new request to have it drawn again.',
  },
  answer_not_kept: {
    status: 409,
    type: invalidRequest,
    code: 'answer_not_kept',
    retryable: false,
    step: 'claim',
    help: 'This request was fulfilled and charged before, but its answer had to make room or could not be stored. Send it as a new request to have it drawn again; a larger `idempotency.max_kept_bytes` keeps more.',
  },
} as const satisfies Record<string, ErrorEntry>;
