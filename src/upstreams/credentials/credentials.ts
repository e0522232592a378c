export type CredentialHeaders = Readonly<Record<string, string>>;

/** What an upstream is asked with, so that it knows who asks. */
export interface Credentials {
  /** The headers of the next call. Rejects with `CredentialsError` when there are none, and with the signal's reason. */
  headers(signal: AbortSignal): Promise<CredentialHeaders>;
  /** The upstream refused a call with these headers. True: the next ones are others, and asking again makes sense. */
  refused(headers: CredentialHeaders): boolean;
  /** Gives up what is being fetched, and ends the connections. */
  close(): Promise<void>;
}

/** A key that never changes, in the header Google reads it from: never in the URL, which ends in every log on the way. */
export function apiKeyCredentials(apiKey: string): Credentials {
  const headers = Promise.resolve({ 'x-goog-api-key': apiKey });
  return { headers: () => headers, refused: () => false, close: () => Promise.resolve() };
}
