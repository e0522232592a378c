/** OpenAI's type of most errors that a caller can cure. */
export const invalidRequest = 'invalid_request_error';

/** One error of the catalogue. */
export interface ErrorEntry {
  /** HTTP status of the answer. */
  readonly status: number;
  /** OpenAI's `error.type` (docs/contracts/openai-images.md#error-codes). */
  readonly type: string;
  /** OpenAI's `error.code`; null where OpenAI sends null. */
  readonly code: string | null;
  /** Whether the same request, sent again, may succeed. False adds `x-should-retry: false`. */
  readonly retryable: boolean;
  /** The step of the journey that raises it. */
  readonly step:
    | 'receive'
    | 'authenticate'
    | 'read'
    | 'admit'
    | 'route'
    | 'ask'
    | 'finish'
    | 'keep'
    | 'administer'
    | 'any';
  /** What it means and how to cure it, for the documentation. */
  readonly help: string;
}
