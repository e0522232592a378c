import type { Base64Image } from '../bytes/base64-image.ts';
import type { CallBound } from './call-bound.ts';
import type { AspectRatio, CatalogueModel, DrawnQuality, ImageSize, PixelSize } from './catalogue-model.ts';
import type { SafetySetting } from './safety-settings.ts';

export const operations = ['generate', 'edit', 'native_generate'] as const;
export type Operation = (typeof operations)[number];
export type OutputFormat = 'png' | 'jpeg' | 'webp' | 'avif';
export type Delivery = 'b64_json' | 'url';

/** Who asks, as `access/` found out. */
export interface Caller {
  /** The API key's id (`key_…`), never the key. */
  readonly keyId: string;
  readonly keyName: string;
  /** The project whose budget it shares (`proj_…`). */
  readonly projectId: string;
  /** Whether unknown or unusable fields are refused instead of reported. */
  readonly strict: boolean;
  /** Ids of the models that it may ask for; absent: every one. */
  readonly allowedModels?: readonly string[];
}

/**
 * Something the caller asked for that is not done to the letter, told in the `plantain-adapted` header.
 * - `ignored`: the field has no meaning for this model.
 * - `mapped`: the nearest thing the model can do was used.
 * - `partial`: some of what was asked was delivered.
 */
export interface Adaptation {
  readonly parameter: string;
  readonly action: 'ignored' | 'mapped' | 'partial';
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
}

/** A picture the caller sent, already as the base64 that travels upstream. */
export interface ReferenceImage {
  readonly base64: Base64Image;
  readonly mimeType: string;
  /** Pixels as seen, read from the bytes. */
  readonly size: PixelSize;
  /** Whether it can carry transparency. */
  readonly hasAlpha: boolean;
  /** How errors name it; absent for what no caller sent. */
  readonly sentAs?: PictureTitle;
}

/** How errors name a picture that a caller sent. */
export interface PictureTitle {
  /** The caller's name for it, such as `image[1]`. */
  readonly param: string;
  /** The same for a sentence, with what tells it from others of that name: `'image[]' (file 2 of 3, 'b.png')`. */
  readonly title: string;
}

export interface OutputWish {
  readonly delivery: Delivery;
  /** Absent: the upstream's bytes untouched. */
  readonly format?: OutputFormat;
  /** Nobody asked for the format, it is what clients of the model's name expect: rather none of it than no picture. */
  readonly isFormatExpected?: true;
  /** The longest base64 that the answer carries, where that is bounded. */
  readonly maxBase64Bytes?: number;
  /** 0–100, for jpeg, webp and avif. */
  readonly compression?: number;
  /** Deliver exactly these pixels (`fit: "exact"`). */
  readonly exactSize?: PixelSize;
  readonly background?: 'transparent' | 'opaque';
}

/** One caller's wish, read once and never changed. Everything after `openai/` works on this. */
export interface ImageOrder {
  /** Also the request id and the ledger row's id. */
  readonly id: string;
  readonly operation: Operation;
  readonly caller: Caller;
  readonly model: CatalogueModel;
  /** The model name as the caller spelled it; empty when none was sent. */
  readonly requestedModel: string;
  readonly prompt: string;
  /** 1–10 pictures. */
  readonly count: number;
  /** Of an answer with several final pictures all are wanted, not the last alone; `count` is 1 then. */
  readonly allImages?: true;
  /** `auto`: the model chooses (on an edit, it follows the reference). */
  readonly aspectRatio: AspectRatio | 'auto';
  readonly imageSize: ImageSize;
  /** Pixels that were asked for by number, of a model that draws any such; they are of `imageSize`, and near `aspectRatio`. */
  readonly pixels?: PixelSize;
  /** Of models that know qualities. */
  readonly quality?: DrawnQuality;
  /** Of models that it means something to: the milder of OpenAI's two filters. */
  readonly moderation?: 'low';
  readonly references: readonly ReferenceImage[];
  /** Where to edit the first reference: alpha 0. */
  readonly mask?: ReferenceImage;
  /** Without a mask: the first reference's own transparent area is where to edit. */
  readonly masksTransparency: boolean;
  readonly output: OutputWish;
  /** For the upstream's own filter; what is not named is left to its defaults. */
  readonly safetySettings?: readonly SafetySetting[];
  readonly stream: boolean;
  /** Drafts wanted while streaming, 0–3. */
  readonly partialImages: number;
  /** The caller's own name for its end user; kept in the ledger only. */
  readonly endUser?: string;
  /** What the caller tells orders of one prompt apart by, a seed or an end user. The sandbox draws each differently. */
  readonly variation?: string;
  /** The most that each of its calls is charged for, where that does not follow from the fields above. */
  readonly bound?: CallBound;
  readonly adaptations: readonly Adaptation[];
  readonly acceptedAtMs: number;
  /** Milliseconds from acceptance until the order is given up. */
  readonly deadlineMs: number;
}
