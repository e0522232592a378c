import { type ErrorCode, type ErrorEntry, errorCatalogue } from './error-catalogue.ts';

export interface ErrorDetails {
  /** The request field at fault, as the caller spelled it. */
  readonly param?: string;
  /** Seconds after which trying again makes sense; becomes `retry-after`. */
  readonly retryAfterSeconds?: number;
  /** Extra response headers, such as `allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What happened underneath. Logged, never sent to the caller. */
  readonly cause?: unknown;
}

/**
 * The one error that crosses rooms. `code` points into the catalogue; `message` is written for the caller
 * and must tell the fix, without naming upstream keys, addresses or paths.
 */
export class PlantainError extends Error {
  readonly code: ErrorCode;
  readonly param: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    // Half a character, as a cut may leave it, is nothing that every JSON parser takes.
    super(message.toWellFormed(), { cause: details.cause });
    this.name = 'PlantainError';
    this.code = code;
    this.param = details.param?.toWellFormed();
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.headers = details.headers;
  }

  /** The same error with more response headers. */
  withHeaders(headers: Readonly<Record<string, string>>): PlantainError {
    if (Object.keys(headers).length === 0) return this;
    const { param, retryAfterSeconds, cause } = this;
    return new PlantainError(this.code, this.message, {
      cause,
      headers: { ...this.headers, ...headers },
      ...(param !== undefined && { param }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    });
  }

  get entry(): ErrorEntry {
    return errorCatalogue[this.code];
  }
}

/** Turns whatever was thrown into a catalogue error; an unknown fault becomes `internal_error`. */
export function toPlantainError(thrown: unknown): PlantainError {
  if (thrown instanceof PlantainError) return thrown;
  return new PlantainError(
    'internal_error',
    'Something went wrong inside Plantain. The request id finds the reason in the server log.',
    {
      cause: thrown,
    },
  );
}
