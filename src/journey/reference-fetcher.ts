import type { Base64Image } from '../bytes/base64-image.ts';
import type { OrderMemory } from './order-memory.ts';

export interface FetchedReference {
  readonly base64: Base64Image;
  /** Bytes before base64. */
  readonly byteLength: number;
  /** The media type the other side claims, in lower case, without parameters. The bytes decide. */
  readonly contentType: string | undefined;
}

/** The part of an order's scope that reading its request needs. */
export interface ReadScope {
  readonly signal: AbortSignal;
  readonly memory: OrderMemory;
}

export interface FetchScope extends ReadScope {
  /** Takes bytes of what all links of an order may bring together. Throws `body_too_large` past it. */
  readonly spend: (bytes: number) => void;
}

/** Fetches a reference picture from an address that a caller names. Off unless the operator switches it on. */
export interface ReferenceFetcher {
  /**
   * Throws `invalid_value` for an address that may not be used by its text alone, and `invalid_image_file` when
   * no picture can be had from it. Blocked and unreachable addresses are told in the same words, so that no
   * caller can map the network behind this server. `param` names the field in these errors. An abort rejects
   * with the signal's reason.
   */
  fetch(url: string, scope: FetchScope, param?: string): Promise<FetchedReference>;
}
