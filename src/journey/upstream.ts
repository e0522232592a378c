import type { Base64Image } from '../bytes/base64-image.ts';
import type { Call, CallFault } from './call.ts';
import type { AspectRatio, CatalogueModel, DrawnQuality, ImageSize, PixelSize } from './catalogue-model.ts';
import type { Adaptation, OutputFormat, ReferenceImage } from './image-order.ts';
import type { PassedAnswer, PassWish } from './pass-wish.ts';
import type { GeneratedImage } from './image-result.ts';
import type { SafetySetting } from './safety-settings.ts';
import type { PlantainError } from '../kernel/plantain-error.ts';
import type { OrderScope } from './order-scope.ts';

/** One picture to ask an upstream for. */
export interface DrawWish {
  readonly model: CatalogueModel;
  readonly prompt: string;
  readonly aspectRatio: AspectRatio | 'auto';
  readonly imageSize: ImageSize;
  readonly references: readonly ReferenceImage[];
  /** The order's, of models that are not Gemini's. */
  readonly pixels?: PixelSize;
  readonly quality?: DrawnQuality;
  readonly moderation?: 'low';
  readonly background?: 'transparent' | 'opaque';
  /** What the picture is made into afterwards, if it is drawn in another: an upstream that can may draw it so. */
  readonly format?: OutputFormat;
  /** A masked edit as an upstream is asked that takes masks: without the picture and the words that explain it to others. */
  readonly masked?: MaskedWish;
  readonly safetySettings?: readonly SafetySetting[];
  /** Which of the order's pictures this is, from 0. */
  readonly index: number;
  /** Of an answer with several final pictures the earlier ones are wanted as well. */
  readonly allImages?: true;
  /** The order's `variation`. */
  readonly variation?: string;
  /** How long no answer may begin before the call is given up; absent: as long as the order lives. */
  readonly silenceMs?: number;
  /** Of the answer that this call goes on with. */
  readonly continuationToken?: string;
  /** Hears of drafts as they arrive; absent, nobody wants them. */
  readonly onDraft?: (draft: GeneratedImage) => void;
}

export interface MaskedWish {
  readonly prompt: string;
  readonly references: readonly ReferenceImage[];
  /** Where to edit the first reference: alpha 0. */
  readonly mask: ReferenceImage;
}

/** With the last one as many as an order may ask for. */
export const maxEarlierImages = 9;

/** Final pictures of an answer before its last one. A draft that is not marked as one is among them. */
export interface EarlierImages {
  readonly count: number;
  /** Those that are delivered: the latest, if `DrawWish.allImages` asks for them. */
  readonly images: readonly GeneratedImage[];
}

/** One call's evidence and goods. */
export interface UpstreamAnswer {
  readonly call: Call;
  /** With the verdict `picture`. */
  readonly image?: GeneratedImage;
  readonly earlier?: EarlierImages;
  /** What of the wish was not sent to the letter. */
  readonly adaptations?: readonly Adaptation[];
  /** With the verdict `continued`. */
  readonly continuationToken?: string;
  /** Calls that the upstream refused for credentials which could be renewed, before this one. They cost nothing and are no tries. */
  readonly refusedBefore?: readonly Call[];
}

/** The name of the upstream whose pictures nobody charges for, where no other upstream may have it. */
export const sandboxName = 'sandbox';

/** A service that draws. `upstreams/` implements it; `routing/` chooses among them. */
export interface Upstream {
  /** The name shown in `plantain-upstream` and the ledger. */
  readonly name: string;
  /** Makes one call. Never rejects: an upstream that fails is an ordinary day, and an order given up ends a call. */
  draw(wish: DrawWish, scope: OrderScope): Promise<UpstreamAnswer>;
  /**
   * Passes a request of Gemini's own protocol on, and its answer's bytes back. Never rejects. Absent: it speaks another.
   */
  pass?(wish: PassWish, scope: OrderScope): Promise<PassedAnswer>;
  /**
   * Why its service cannot draw what is wished, of the models that the operator gave it: for the caller, with the field at
   * fault. Undefined: it can. Absent: it can draw all of it.
   */
  unfitFor?(wish: DrawWish): PlantainError | undefined;
  /** Asks a question that costs nothing, to learn whether the key is good. Never rejects. Absent: there is no key. */
  checkKey?(signal: AbortSignal): Promise<KeyCheck>;
  /** How many connections are open to it, at work and idle. Absent: nobody counts them. */
  connections?(): { readonly busy: number; readonly idle: number } | undefined;
  /** Ends its connections. */
  close(): Promise<void>;
}

/** What an upstream answered to a free question. */
export interface KeyCheck {
  /** What was lacking, as with a call that failed; null: the key is accepted. */
  readonly fault: CallFault | null;
  /** Undefined when no answer came. */
  readonly httpStatus: number | undefined;
  /** In the upstream's words or the system's, for the operator alone; empty when there are none. */
  readonly reason: string;
  /** The upstream's own time, to hold the clock against. */
  readonly dateMs: number | undefined;
}

/**
 * Reads a picture's type and pixels from its bytes, whatever they are declared as. Of a type that is not known here the
 * declared one holds; undefined when they are no picture. `pixels/` implements it.
 */
export type InspectImage = (base64: Base64Image, declaredType?: string) => GeneratedImage | undefined;
