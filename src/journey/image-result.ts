import type { Base64Image } from './base64-image.ts';
import type { PixelSize } from './catalogue-model.ts';

export type ImageMimeType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/avif' | 'image/gif';

/** Tokens as the upstream counted them (reference: gemini-contract, section 14). */
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

/** One upstream call that ended well. `usage` is undefined when the upstream did not count completely. */
export interface DrawnImage {
  readonly image: GeneratedImage;
  readonly usage: TokenUsage | undefined;
  readonly attempts: number;
  readonly upstream: string;
}
