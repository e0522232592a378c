import type { Base64Image } from '../bytes/base64-image.ts';
import type { PixelSize } from './catalogue-model.ts';

/** The types that can be told by their bytes. */
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

/**
 * One picture, as base64 bytes, with what its own bytes say of it. One of a type that is not known here has the type that
 * its maker declared, and no size.
 */
export interface GeneratedImage {
  readonly base64: Base64Image;
  readonly mimeType: string;
  readonly size?: PixelSize;
}

/** One whose own bytes tell its type and pixels, so that it can be worked on. */
export interface MeasuredImage extends GeneratedImage {
  readonly mimeType: ImageMimeType;
  readonly size: PixelSize;
}

export function isMeasured(image: GeneratedImage): image is MeasuredImage {
  return image.size !== undefined;
}
