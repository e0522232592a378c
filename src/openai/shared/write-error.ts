import type { ImageAnswer } from '../../journey/image-answer.ts';
import type { PlantainError } from '../../kernel/plantain-error.ts';

/** OpenAI's error object, all four fields always there (docs/contracts/openai-images.md#error-object). */
export function errorBody(error: PlantainError): {
  error: { message: string; type: string; param: string | null; code: string | null };
} {
  const { type, code } = error.entry;
  return { error: { message: error.message, type, param: error.param ?? null, code } };
}

/** Beyond this many seconds SDKs ignore `retry-after` and come back at once (docs/contracts/clients.md#retries). */
const maxHonouredRetryAfterSeconds = 60;

/** Whether OpenAI's SDKs send the same again on their own after this status (docs/contracts/clients.md#retries). */
export function isRetriedBySdks(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

/** The headers that tell SDKs whether and when to try again. */
export function retryHeaders(error: PlantainError): Record<string, string> {
  const waitsTooLong = (error.retryAfterSeconds ?? 0) > maxHonouredRetryAfterSeconds;
  return {
    ...(error.retryAfterSeconds !== undefined && { 'retry-after': String(error.retryAfterSeconds) }),
    ...(isRetriedBySdks(error.entry.status) &&
      (!error.entry.retryable || waitsTooLong) && { 'x-should-retry': 'false' }),
  };
}

/** An error as the HTTP answer every OpenAI SDK understands. */
export function writeError(error: PlantainError): ImageAnswer {
  return {
    status: error.entry.status,
    reason: reasonPhrase(error.message),
    headers: { 'content-type': 'application/json; charset=utf-8', ...retryHeaders(error), ...error.headers },
    body: { kind: 'whole', pieces: [Buffer.from(JSON.stringify(errorBody(error)))] },
  };
}

const maxReasonCharacters = 240;
const ellipsis = '...';

/**
 * A message as an HTTP reason phrase: one line of printable ASCII (docs/contracts/runtime.md#the-http-server). One that
 * is too long ends with a sentence, or openly cut.
 */
function reasonPhrase(message: string): string {
  const line = message
    .replaceAll('…', ellipsis)
    .replaceAll(/[^\S ]+/g, ' ')
    .replaceAll(/[^\x20-\x7e]/gu, '?')
    .trim();
  if (line.length <= maxReasonCharacters) return line;
  const cut = line.slice(0, maxReasonCharacters);
  const sentences = /^.*[.!?](?= )/.exec(cut)?.[0] ?? '';
  // Little of a message is worth less than a sentence that is cut.
  if (sentences.length > maxReasonCharacters / 2) return sentences;
  return `${cut.slice(0, -ellipsis.length).trimEnd()}${ellipsis}`;
}
