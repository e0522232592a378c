import type { Call } from './call.ts';
import type { CatalogueModel } from './catalogue-model.ts';
import type { GeneratedImage } from './image-result.ts';

/** Methods of Gemini's protocol that are passed on. */
export type PassMethod = 'generateContent' | 'streamGenerateContent' | 'countTokens';

/** A request of Gemini's own protocol that is passed on as it is. */
export interface PassWish {
  readonly model: CatalogueModel;
  readonly method: PassMethod;
  /** Whether the answer is wanted as server-sent events. */
  readonly isEventStream: boolean;
  readonly body: { readonly pieces: readonly Buffer[]; readonly byteLength: number };
  /** Whether pictures are in it. */
  readonly hasReferences: boolean;
  /** How long its answer is likely to be. */
  readonly expectedBytes: number;
  /** Drafts are taken out of the answer. */
  readonly stripDrafts: boolean;
  /** Hears of the answer's bytes, decompressed, as they arrive. Only of an answer with a status of the 200s. */
  readonly onChunk: (chunk: Buffer) => void;
}

/** What came of it. */
export interface PassedAnswer {
  readonly call: Call;
  /** Calls before it, refused for credentials that were renewed since. */
  readonly refusedBefore?: readonly Call[];
  /** The picture in it, for the log. */
  readonly image?: GeneratedImage | undefined;
  /** Of an answer's head. */
  readonly contentType?: string | undefined;
  /** The service tier that was served, where it is told. */
  readonly serviceTier?: string | undefined;
  /** What a refusal says of the caller's request, cleaned of all that is the operator's. */
  readonly words?: string | undefined;
  /** Tells the answer's first thought signature from all others. */
  readonly signature?: string | undefined;
}
