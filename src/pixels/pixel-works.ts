import { decodeBase64InTurns } from '../bytes/decode-base64.ts';
import { encodeBase64InTurns } from '../bytes/encode-base64.ts';
import type { PixelSize } from '../journey/catalogue-model.ts';
import type { Guidance } from '../journey/guidance.ts';
import type { ImageOrder, ReferenceImage } from '../journey/image-order.ts';
import { type GeneratedImage, isMeasured, type MeasuredImage } from '../journey/image-result.ts';
import type { OrderMemory } from '../journey/order-memory.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { conversionOf, convertImage } from './convert-image.ts';
import { compositeMask } from './mask/composite-mask.ts';
import { guidanceImage, maskPromptNote } from './mask/guidance-image.ts';
import { planMask } from './mask/plan-mask.ts';
import { toImage } from './to-image.ts';
import { WorkGate } from './work-gate.ts';

export interface PixelWorksOptions {
  /** Pictures worked on at once. Each takes one of libuv's threads; 2 leaves two of the default four. */
  readonly maxParallel: number;
  /**
   * Pictures waiting for their turn. They are drawn and paid for, so make it as many as orders can be in
   * flight, times the pictures of an order: admission is the place to refuse.
   */
  readonly maxQueued: number;
  /** Pixels of the largest picture that is decoded or made. */
  readonly maxPixels: number;
}

/** The part of an order that is about pixels. */
export type PixelOrder = Pick<ImageOrder, 'caller' | 'references' | 'mask' | 'masksTransparency' | 'output'>;

/** The part of an order's scope that pixel work needs. */
export interface PixelScope {
  readonly signal: AbortSignal;
  readonly memory: OrderMemory;
}

/** What a pixel takes at most while it is worked on: decoded, blended, encoded, with copies between. */
export const bytesPerPixel = 16;

/**
 * Everything done to pixels: bounded in pictures at work, pictures waiting, and bytes. Each work takes its bytes from
 * the order's memory before it begins. It runs off the main thread: libvips on libuv's threads, the blend in a thread
 * of its own. Nothing is decoded, and sharp is not loaded, before the first picture needs it.
 *
 * Every method throws `conversion_failed` when the queue is full, and leaves as soon as its signal is aborted,
 * with the signal's reason if that is a PlantainError, else `client_closed`.
 */
export class PixelWorks {
  readonly #gate: WorkGate;
  readonly #maxPixels: number;

  constructor({ maxParallel, maxQueued, maxPixels }: PixelWorksOptions) {
    this.#gate = new WorkGate(maxParallel, maxQueued);
    this.#maxPixels = maxPixels;
  }

  /**
   * Decodes and checks an order's mask before money is spent on it, and makes the picture that explains it to the
   * model. Undefined without a mask. Throws `invalid_image_file`.
   */
  async prepareMask(order: PixelOrder, scope: PixelScope): Promise<Guidance | undefined> {
    const { mask, references, masksTransparency } = order;
    const [original] = references;
    if (original === undefined || (mask === undefined && !masksTransparency)) return undefined;
    return this.#work(order, scope, { isDrawn: false, size: original.size }, async () => {
      const bytes = await decodeBase64InTurns(original.base64);
      const maskBytes = mask === undefined ? undefined : await decodeBase64InTurns(mask.base64);
      const plan = await planMask(bytes, maskBytes, original.size, this.#maxPixels);
      scope.memory.count(plan.alpha.length);
      const { bytes: png, size } = await guidanceImage(bytes, plan, this.#maxPixels);
      const guide: ReferenceImage = {
        base64: await encodeBase64InTurns(png),
        mimeType: 'image/png',
        size,
        hasAlpha: false,
      };
      scope.memory.count(guide.base64.length);
      return {
        references: [...references, guide],
        promptNote: maskPromptNote(references.length + 1),
        mask: plan,
      };
    });
  }

  /**
   * A drawn picture as the order wishes it: laid into the original where a mask allows it, converted, fitted. The very
   * same object when it already is, and when it is of a type that is not known here: it is paid for, and nothing can be
   * done to it. Equality outside the mask ends where a lossy format or another size was asked for.
   */
  async finish(
    order: PixelOrder,
    guidance: Guidance | undefined,
    drawn: GeneratedImage,
    scope: PixelScope,
  ): Promise<GeneratedImage> {
    if (!isMeasured(drawn)) {
      if (guidance === undefined) return drawn;
      const message = `The model drew a picture of type ${drawn.mimeType}, which cannot be laid into the original. Ask again without a mask.`;
      throw new PlantainError('conversion_failed', message);
    }
    const masked =
      guidance === undefined ? drawn : await this.#layIntoOriginal(order, guidance, drawn, scope);
    const conversion = conversionOf(masked, order.output);
    if (conversion === undefined) return masked;
    const size = larger(masked.size, conversion.size ?? masked.size);
    return this.#work(order, scope, { isDrawn: true, size }, async () =>
      counted(await convertImage(masked, conversion, this.#maxPixels), scope),
    );
  }

  #layIntoOriginal(
    order: PixelOrder,
    { mask }: Guidance,
    drawn: MeasuredImage,
    scope: PixelScope,
  ): Promise<MeasuredImage> {
    // Lossless, so that what lies outside the mask stays as it was; webp only where it need not be made again.
    const format = order.output.format === 'webp' && order.output.compression === undefined ? 'webp' : 'png';
    const size = larger(mask.size, drawn.size);
    return this.#work(order, scope, { isDrawn: true, size }, async () => {
      const [original] = order.references;
      if (original === undefined) throw new TypeError('a masked order has a picture to edit');
      const parts = {
        original: await decodeBase64InTurns(original.base64),
        generated: await decodeBase64InTurns(drawn.base64),
        plan: mask,
        format,
      } as const;
      const { bytes, ...facts } = await compositeMask(parts, this.#maxPixels, scope.signal);
      return counted(await toImage(bytes, facts), scope);
    });
  }

  /** One work in its turn, with the memory it needs. */
  #work<Result>(
    order: PixelOrder,
    { signal, memory }: PixelScope,
    { isDrawn, size }: { readonly isDrawn: boolean; readonly size: PixelSize },
    work: () => Promise<Result>,
  ): Promise<Result> {
    return this.#gate.run({ key: order.caller.keyId, isDrawn, signal }, async () => {
      const giveBack = await memory.reserve(size.widthPx * size.heightPx * bytesPerPixel, signal);
      try {
        return await work();
      } finally {
        giveBack();
      }
    });
  }
}

/** What was made is held as well, until it is with the client. */
function counted(image: MeasuredImage, { memory }: PixelScope): MeasuredImage {
  memory.count(image.base64.length);
  return image;
}

function larger(left: PixelSize, right: PixelSize): PixelSize {
  return left.widthPx * left.heightPx >= right.widthPx * right.heightPx ? left : right;
}
