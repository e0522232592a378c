import type { PlantainError } from '../kernel/plantain-error.ts';
import type { Base64Image } from '../bytes/base64-image.ts';
import type { CatalogueModel, PixelSize } from './catalogue-model.ts';
import type { Adaptation } from './image-order.ts';

export type ImageMimeType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/avif' | 'image/gif';

/** Tokens as the upstream counted them (docs/contracts/gemini.md#usage-counts). */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly inputTextTokens: number;
  readonly inputImageTokens: number;
  readonly outputTokens: number;
  readonly outputImageTokens: number;
  /** Text and thinking: what is left of the output. */
  readonly outputTextTokens: number;
  readonly totalTokens: number;
}

/** One picture, as base64 bytes, with what its own bytes say of it. */
export interface GeneratedImage {
  readonly base64: Base64Image;
  readonly mimeType: ImageMimeType;
  readonly size: PixelSize;
}

/** What became of one picture of an order, over all its upstream calls. */
export interface Drawing {
  readonly result: { readonly image: GeneratedImage } | { readonly error: PlantainError };
  /** The upstream that answered last. */
  readonly upstream: string;
  /** The model asked last, whose prices count: the order's, or its successor. */
  readonly model: CatalogueModel;
  /** Upstream calls made. */
  readonly attempts: number;
  /** What the upstream counted, one entry a call that counted. */
  readonly usages: readonly TokenUsage[];
  /** Calls that may have cost something but were not counted: an answer without usage, or one cut off by us. */
  readonly uncountedCalls: number;
  /** Those of them that may have brought a picture; a refusal brought none. */
  readonly uncountedPictures: number;
  readonly adaptations: readonly Adaptation[];
}
