import type { Base64Image } from '../bytes/base64-image.ts';
import type { PixelSize } from '../journey/catalogue-model.ts';
import type { ReferenceImage } from '../journey/image-order.ts';
import type { GeneratedImage } from '../journey/image-result.ts';
import { compositeMask, type LosslessFormat } from './mask/composite-mask.ts';
import { conversionOf, type ConversionWish, convertImage } from './convert-image.ts';
import { decodeAlpha } from './decode-pixels.ts';
import { decodeBase64InTurns } from '../bytes/decode-base64.ts';
import { encodeBase64InTurns } from '../bytes/encode-base64.ts';
import { guidanceImage } from './mask/guidance-image.ts';
import { checkMaskHasHole, checkMaskHeader, checkPictureHasHole, checkSameSize } from './mask/mask-rules.ts';
import { WorkGate } from './work-gate.ts';

export interface PixelWorksOptions {
  /** Pictures worked on at once. Each takes one of libuv's threads; 2 leaves two of the default four. */
  readonly maxParallel: number;
  /**
   * Pictures waiting for their turn. They are drawn and paid for, so make it as many as orders can be in
   * flight, times the pictures of an order: admission is the place to refuse.
   */
  readonly maxQueued: number;
  /** Pixels of the largest picture decoded. A mask edit holds up to about 10 bytes for each. */
  readonly maxInputPixels: number;
}

/** A first reference with the mask sent for it. Without `mask` its own transparent area is the mask. */
export interface MaskedReference {
  readonly original: Base64Image;
  readonly mask?: Base64Image;
}

/**
 * Everything done to pixels, bounded in pictures at work, pictures waiting and pixels each. The work runs off
 * the main thread: libvips on libuv's threads, the blend in a thread of its own. Nothing is decoded, and sharp
 * is not loaded, before the first picture needs it.
 *
 * Every method throws `conversion_failed` when the queue is full, and leaves as soon as its signal is aborted,
 * with the signal's reason if that is a PlantainError, else `client_closed`.
 */
export class PixelWorks {
  readonly #gate: WorkGate;
  readonly #maxInputPixels: number;

  constructor(options: PixelWorksOptions) {
    this.#gate = new WorkGate(options.maxParallel, options.maxQueued);
    this.#maxInputPixels = options.maxInputPixels;
  }

  /** Pictures being worked on, for the metrics. */
  get running(): number {
    return this.#gate.running;
  }

  /** Pictures waiting, for the metrics. */
  get queued(): number {
    return this.#gate.queued;
  }

  /** The picture as the caller wished it: the very same object when it already is. */
  async convert(image: GeneratedImage, wish: ConversionWish, signal: AbortSignal): Promise<GeneratedImage> {
    const conversion = conversionOf(image, wish);
    if (conversion === undefined) return image;
    return this.#gate.run(signal, () => convertImage(image, conversion, this.#maxInputPixels));
  }

  /**
   * Checks a mask before money is spent on it: type, alpha channel, the size of the first reference (upright),
   * and that there is something to edit. Throws `invalid_image_file`.
   */
  async checkMask(
    { original, mask }: MaskedReference,
    originalSize: PixelSize,
    signal: AbortSignal,
  ): Promise<void> {
    if (mask !== undefined) checkMaskHeader(mask, originalSize);
    await this.#gate.run(signal, async () => {
      const role = mask === undefined ? 'image' : 'mask';
      const alpha = await decodeAlpha(
        await decodeBase64InTurns(mask ?? original),
        role,
        this.#maxInputPixels,
      );
      if (mask === undefined) checkPictureHasHole(alpha.data);
      else checkMaskHasHole(alpha.data);
      checkSameSize(alpha.size, originalSize);
    });
  }

  /** The guidance picture to send upstream behind the references, with `maskPromptNote` in the prompt. */
  async guidance({ original, mask }: MaskedReference, signal: AbortSignal): Promise<ReferenceImage> {
    return this.#gate.run(signal, async () => {
      const maskBytes = mask === undefined ? undefined : await decodeBase64InTurns(mask);
      const { bytes, size } = await guidanceImage(
        await decodeBase64InTurns(original),
        maskBytes,
        this.#maxInputPixels,
      );
      return { base64: await encodeBase64InTurns(bytes), mimeType: 'image/png', size, hasAlpha: false };
    });
  }

  /**
   * The drawn picture laid into the original where the mask allows it, in the original's size, without loss.
   * Convert the result for jpeg, avif or another size; equality outside the mask ends there.
   */
  async compositeMask(
    { original, mask }: MaskedReference,
    generated: GeneratedImage,
    signal: AbortSignal,
    format: LosslessFormat = 'png',
  ): Promise<GeneratedImage> {
    return this.#gate.run(signal, async () => {
      const parts = {
        original: await decodeBase64InTurns(original),
        ...(mask === undefined ? {} : { mask: await decodeBase64InTurns(mask) }),
        generated: await decodeBase64InTurns(generated.base64),
        format,
      };
      const { bytes, mimeType, size } = await compositeMask(parts, this.#maxInputPixels, signal);
      return { base64: await encodeBase64InTurns(bytes), mimeType, size };
    });
  }
}
