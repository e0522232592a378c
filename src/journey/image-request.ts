import type { Base64Image } from '../bytes/base64-image.ts';
import type { Operation } from './image-order.ts';

/** The credentials a request carries, as sent. */
export interface Credentials {
  readonly authorization: string | undefined;
  /** What came in a header or parameter for keys alone: Azure's `api-key`, Google's `x-goog-api-key` or `key`. */
  readonly apiKey: string | undefined;
  /** Where they came from; a key may be for some addresses only. */
  readonly clientAddress: string;
  /** The id of a key that an admin, already let in, orders as: nothing of the above is then looked at. */
  readonly actingAs?: string;
}

/** A multipart form, its files already on their way to base64. */
export interface MultipartForm {
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly files: readonly FormFile[];
}

export interface FormFile {
  readonly field: string;
  readonly filename: string | undefined;
  readonly contentType: string | undefined;
  readonly base64: Base64Image;
  readonly byteLength: number;
}

export type RequestBody =
  /** `document`: a `CapturedText` stands for every string that may be a picture. */
  | { readonly kind: 'json'; readonly document: unknown }
  | { readonly kind: 'multipart'; readonly form: MultipartForm };

/** One HTTP request for pictures, without anything of the HTTP server in it. */
export interface ImageRequest {
  /** `req_…`; becomes the order's id and the ledger row's. */
  readonly id: string;
  readonly operation: Operation;
  /** Where it came from; a trusted proxy's word counts. */
  readonly clientAddress: string;
  readonly credentials: Credentials;
  /** Reads the body; called once, after the caller is known. Rejects with a catalogue error. */
  readonly readBody: () => Promise<RequestBody>;
  /** A model named by the path (Azure's deployments); it decides, whatever the body says. */
  readonly pathModel: string | undefined;
  /** Scheme and host as the client used them, for links. */
  readonly origin: string;
  readonly isDryRun: boolean;
  /** The `Idempotency-Key` header as sent. */
  readonly idempotencyKey?: string | undefined;
  /** How often its client has sent it before, as it says. */
  readonly retryCount?: string | undefined;
  readonly acceptedAtMs: number;
}
