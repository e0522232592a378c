import type { PlantainError } from '../kernel/plantain-error.ts';
import type { Base64Image } from '../bytes/base64-image.ts';
import type { AspectRatio, CatalogueModel, ImageSize } from './catalogue-model.ts';
import type { ReferenceImage } from './image-order.ts';
import type { GeneratedImage, TokenUsage } from './image-result.ts';
import type { OrderScope } from './order-scope.ts';

/** One picture to ask an upstream for. */
export interface DrawWish {
  readonly model: CatalogueModel;
  readonly prompt: string;
  readonly aspectRatio: AspectRatio | 'auto';
  readonly imageSize: ImageSize;
  readonly references: readonly ReferenceImage[];
  /** Which of the order's pictures this is, from 0. */
  readonly index: number;
  /** Hears of drafts as they arrive; absent, nobody wants them. */
  readonly onDraft?: (draft: GeneratedImage) => void;
}

/** Whether an upstream can be asked again: now, after `coolDownMs`, or only after an operator has acted. */
export type UpstreamHealth = 'healthy' | 'cooling' | 'out_of_service';

/** What one upstream call came to. Never thrown: an upstream that fails is an ordinary day. */
export type Outcome =
  | {
      readonly kind: 'image';
      readonly image: GeneratedImage;
      readonly usage: TokenUsage | undefined;
    }
  | { readonly kind: 'refused'; readonly error: PlantainError; readonly usage: TokenUsage | undefined }
  | { readonly kind: 'no_image'; readonly error: PlantainError; readonly usage: TokenUsage | undefined }
  | {
      readonly kind: 'failed';
      readonly error: PlantainError;
      /** Whether a second try may help: the first certainly brought no picture. */
      readonly retry: boolean;
      readonly health: UpstreamHealth;
      readonly coolDownMs?: number;
    };

/** A service that draws. `gemini/` implements it; `routing/` chooses among them. */
export interface Upstream {
  /** The name shown in `plantain-upstream` and the ledger. */
  readonly name: string;
  /** Rejects only when the scope's signal aborts, with its reason. */
  draw(wish: DrawWish, scope: OrderScope): Promise<Outcome>;
}

/** Reads a picture's type and pixels from its bytes; undefined when they are no picture. `pixels/` implements it. */
export type InspectImage = (base64: Base64Image) => GeneratedImage | undefined;
