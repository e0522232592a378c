import type { Credentials } from '../journey/image-request.ts';
import type { PassMethod } from '../journey/pass-wish.ts';

/** One HTTP request in Gemini's own protocol, without anything of the HTTP server in it. */
export interface NativeRequest {
  /** `req_…`; becomes the order's id and the ledger row's. */
  readonly id: string;
  readonly method: PassMethod;
  /** The API's version in the path, which errors name. */
  readonly version: string;
  /** The model's name as the path spells it. */
  readonly model: string;
  readonly isEventStream: boolean;
  readonly credentials: Credentials;
  readonly clientAddress: string;
  readonly userAgent: string;
  /** The caller waits no longer than this, where he says so. */
  readonly maxWaitMs: number | undefined;
  readonly acceptedAtMs: number;
  /** Reads the body, pictures captured by `requestPaths`. */
  readonly readBody: () => Promise<unknown>;
}
