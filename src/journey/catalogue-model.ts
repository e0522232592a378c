import type { PriceEntry } from './price-list.ts';

/** The fourteen ratios any Gemini image model draws (docs/contracts/gemini.md#models-and-ratios). */
export const aspectRatios = [
  '1:1',
  '2:3',
  '3:2',
  '3:4',
  '4:3',
  '4:5',
  '5:4',
  '9:16',
  '16:9',
  '21:9',
  '1:4',
  '4:1',
  '1:8',
  '8:1',
] as const;
export type AspectRatio = (typeof aspectRatios)[number];

/** The model of requests that name none, unless the operator names another. */
export const defaultModelId = 'gemini-nano-banana-2.1';

/** The four size tiers, smallest first. */
export const imageSizes = ['512', '1K', '2K', '4K'] as const;
export type ImageSize = (typeof imageSizes)[number];

export interface PixelSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** As the API writes it: `1024x768`. */
export function formatSize({ widthPx, heightPx }: PixelSize): string {
  return `${widthPx}x${heightPx}`;
}

/** How many pixels that is. */
export function pixelsOf({ widthPx, heightPx }: PixelSize): number {
  return widthPx * heightPx;
}

/** What OpenAI's `quality` may be, the best last. */
export type DrawnQuality = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** Which pixels a model draws that draws any: OpenAI's rule, and that of programs which run diffusion models. */
export interface SizeRule {
  /** Both edges are multiples of it. */
  readonly edgeMultiple: number;
  readonly maxEdgePx: number;
  /** The longer edge over the shorter one. */
  readonly maxRatio: number;
  readonly minPixels: number;
  readonly maxPixels: number;
}

/**
 * What makes a model another than Gemini's. Such a model is there only where an upstream names it, and is asked of those
 * upstreams alone.
 */
export interface ForeignTraits {
  /** As the models list tells it. */
  readonly owner: string;
  /** Qualities it knows; with none, `quality` chooses the size, as with Gemini's models. */
  readonly qualities: readonly DrawnQuality[];
  /** The one where nobody says: left to the model, a picture could cost forty times as much. */
  readonly defaultQuality?: DrawnQuality | undefined;
  /**
   * The most output tokens of one picture, by quality and tier; `imageTokens` are those of the default
   * (docs/contracts/openai-upstreams.md#tokens-and-prices).
   */
  readonly qualityTokens?: Readonly<
    Partial<Record<DrawnQuality, Readonly<Partial<Record<ImageSize, number>>>>>
  >;
  /** Absent: it draws the pixels of its table alone. */
  readonly sizeRule?: SizeRule | undefined;
  /** Whether it can leave the background out. */
  readonly transparency: boolean;
  /** Whether `moderation` means something to it. */
  readonly moderation: boolean;
}

/** What Plantain knows of one model. Data, not code: `routing/models.json` and the operator's file. */
export interface CatalogueModel {
  /** Google's id without `models/`. */
  readonly id: string;
  /** Google's own listing fields, repeated by the emulator. */
  readonly version: string;
  readonly displayName: string;
  readonly description: string;
  /** ISO dates. */
  readonly releasedOn: string;
  readonly shutdownOn: string | null;
  readonly state: 'current' | 'deprecated';
  /** The model to use once this one is gone. */
  readonly successor: string | null;
  readonly aspectRatios: readonly AspectRatio[];
  /** Tiers the model really draws, smallest first. */
  readonly imageSizes: readonly ImageSize[];
  readonly defaultImageSize: ImageSize;
  /** False where the upstream ignores `imageSize`, so it is not sent. */
  readonly sendsImageSize: boolean;
  /** The pixels documented for a tier and ratio. The answer's real size is always read from its bytes. */
  readonly pixels: Readonly<Partial<Record<ImageSize, Readonly<Partial<Record<AspectRatio, PixelSize>>>>>>;
  readonly outputMimeType: 'image/png' | 'image/jpeg';
  /** Output tokens of one picture, by tier. */
  readonly imageTokens: Readonly<Partial<Record<ImageSize, number>>>;
  /** Its price list, oldest entry first; never empty. */
  readonly prices: readonly PriceEntry[];
  /** Prompt tokens of one reference picture. */
  readonly inputImageTokens: number;
  /** More references than this are refused. */
  readonly maxReferenceImages: number;
  /** More than this are accepted but seldom help. */
  readonly advisedReferenceImages: number;
  /** Whether the model may answer with drafts before the final picture. */
  readonly drafts: boolean;
  /** How many pictures of one answer may be charged, drafts included. */
  readonly maxPicturesPerCall: number;
  readonly thinking: boolean;
  /** Upper bound of thinking tokens seen, for the reservation. */
  readonly maxThinkingTokens: number;
  readonly inputTokenLimit: number;
  readonly outputTokenLimit: number;
  /** Whole-order deadline, by tier. */
  readonly deadlineMs: Readonly<Partial<Record<ImageSize, number>>>;
  /** Of a model that is not Gemini's. */
  readonly foreign?: ForeignTraits | undefined;
}

/** Base64 of a drawn picture takes about this many bytes a pixel: two to three at 1K, less for larger ones. */
const answerBytesPerPixel = 2;

/** How long an upstream's answer with one picture is likely to be, in bytes. */
export function likelyAnswerBytes({
  model,
  imageSize,
  aspectRatio,
}: {
  readonly model: CatalogueModel;
  readonly imageSize: ImageSize;
  readonly aspectRatio: AspectRatio | 'auto';
}): number {
  const { widthPx = 1024, heightPx = 1024 } =
    model.pixels[imageSize]?.[aspectRatio === 'auto' ? '1:1' : aspectRatio] ?? {};
  return widthPx * heightPx * answerBytesPerPixel;
}
