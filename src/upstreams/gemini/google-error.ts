import { cleanText, cutText } from '../../kernel/foreign-text.ts';

/** What an error says of itself. Texts are bounded, so that any pattern may run on them. */
export interface GoogleError {
  readonly code: number | undefined;
  /** A google.rpc status, or the word that a relay has in its place; empty when none was told. */
  readonly status: string;
  readonly message: string;
  readonly details: readonly Readonly<Record<string, unknown>>[];
  /** It came as a page for people: whoever answered is not the API. */
  readonly isPage?: true;
}

export const noError: GoogleError = { code: undefined, status: '', message: '', details: [] };

/** The headers of an answer that may ask for a pause. */
export interface PauseHeaders {
  readonly 'retry-after'?: string | readonly string[] | undefined;
  /** OpenAI's, and that of relays which speak like it. */
  readonly 'retry-after-ms'?: string | readonly string[] | undefined;
}

/** An error as it came. */
export interface ToldError {
  /** The HTTP status; undefined for an error inside a 200. */
  readonly status: number | undefined;
  readonly error: GoogleError;
  readonly headers?: PauseHeaders;
  readonly nowMs: number;
}

/** For the log: status and text, bounded. */
export function causeOf(error: GoogleError): string | undefined {
  const text = cleanText(`${error.status} ${error.message}`);
  return text === '' ? undefined : cutText(text, 1000);
}
