import { decodeBase64InTurns } from '../bytes/decode-base64.ts';
import { encodeBase64InTurns } from '../bytes/encode-base64.ts';
import { pixelsOf, type PixelSize } from '../journey/catalogue-model.ts';
import { type Guidance, type MaskPlan, maskPromptNote } from '../journey/guidance.ts';
import type { ImageOrder, ReferenceImage } from '../journey/image-order.ts';
import { type GeneratedImage, isMeasured, type MeasuredImage } from '../journey/image-result.ts';
import type { OrderMemory } from '../journey/order-memory.ts';
import { madePng } from '../journey/reference-types.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { conversionOf, convertImage } from './convert-image.ts';
import { compositeFormatOf, compositeMask } from './mask/composite-mask.ts';
import { guidanceImage } from './mask/guidance-image.ts';
import { planMask } from './mask/plan-mask.ts';
import { referenceToPng } from './reference-to-png.ts';
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
  /** Hears of every work that has ended, and how long it took without its wait. */
  readonly onWorked?: ((work: PixelWork, durationMs: number) => void) | undefined;
}

/** One piece of work on a picture. */
export interface PixelWork {
  /** Before the picture is drawn, or after. */
  readonly kind: 'prepare' | 'finish';
  /**
   * - `decode`: a reference made readable for the model.
   * - `guide`: a mask checked, and drawn for the model.
   * - `blend`: a picture laid into the original.
   * - `convert`: another format, or another size.
   */
  readonly name: 'decode' | 'guide' | 'blend' | 'convert';
  /** Of the largest picture in it. */
  readonly size: PixelSize;
  /** What is made. */
  readonly format?: string;
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
  readonly #onWorked: PixelWorksOptions['onWorked'];

  constructor({ maxParallel, maxQueued, maxPixels, onWorked }: PixelWorksOptions) {
    this.#gate = new WorkGate(maxParallel, maxQueued);
    this.#maxPixels = maxPixels;
    this.#onWorked = onWorked;
  }

  /** Pictures that wait for their turn. */
  get waiting(): number {
    return this.#gate.waiting;
  }

  /**
   * What the model is to see, made before money is spent: PNG of references that it does not read, and with a mask, which
   * is decoded and checked, the picture that explains it. Undefined when the order's own references do. Throws
   * `invalid_image_file`.
   */
  async prepare(order: PixelOrder, scope: PixelScope): Promise<Guidance | undefined> {
    const isReadable = order.references.every(({ mimeType }) => !madePng.has(mimeType));
    const references = isReadable ? order.references : await this.#toReadable(order, scope);
    const masked = await this.#prepareMask({ ...order, references }, scope);
    return masked ?? (isReadable ? undefined : { references });
  }

  /** One after the other: an order takes one turn at a time. */
  async #toReadable(order: PixelOrder, scope: PixelScope): Promise<readonly ReferenceImage[]> {
    const readable: ReferenceImage[] = [];
    for (const reference of order.references) {
      const png = madePng.has(reference.mimeType)
        ? await this.#work(
            order,
            scope,
            { kind: 'prepare', name: 'decode', size: reference.size, format: 'png' },
            () => referenceToPng(reference, this.#maxPixels),
          )
        : reference;
      if (png !== reference) scope.memory.count(png.base64.length);
      readable.push(png);
    }
    return readable;
  }

  async #prepareMask(order: PixelOrder, scope: PixelScope): Promise<Guidance | undefined> {
    const { mask, references, masksTransparency } = order;
    const [original] = references;
    if (original === undefined || (mask === undefined && !masksTransparency)) return undefined;
    return this.#work(order, scope, { kind: 'prepare', name: 'guide', size: original.size }, async () => {
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
        mask: { promptNote: maskPromptNote(references.length + 1), plan },
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
    const plan = guidance?.mask?.plan;
    if (!isMeasured(drawn)) {
      if (plan === undefined) return drawn;
      const message = `The model drew a picture of type ${drawn.mimeType}, which cannot be laid into the original. Ask again without a mask.`;
      throw new PlantainError('conversion_failed', message);
    }
    const masked = plan === undefined ? drawn : await this.#layIntoOriginal(order, plan, drawn, scope);
    const conversion = conversionOf(masked, order.output);
    if (conversion === undefined) return masked;
    const size = larger(masked.size, conversion.size ?? masked.size);
    const { format: to } = order.output;
    const convert = () =>
      this.#work(order, scope, { kind: 'finish', name: 'convert', size, ...(to && { format: to }) }, () =>
        convertImage(masked, conversion, this.#maxPixels),
      );
    const isWished = order.output.isFormatExpected !== true || conversion.size !== undefined;
    const finished = isWished ? await convert() : await convertedIfPossible(convert, masked, order.output);
    return finished === masked ? masked : counted(finished, scope);
  }

  #layIntoOriginal(
    order: PixelOrder,
    plan: MaskPlan,
    drawn: MeasuredImage,
    scope: PixelScope,
  ): Promise<MeasuredImage> {
    const format = compositeFormatOf(order.output);
    const size = larger(plan.size, drawn.size);
    return this.#work(order, scope, { kind: 'finish', name: 'blend', size, format }, async () => {
      const [original] = order.references;
      if (original === undefined) throw new TypeError('a masked order has a picture to edit');
      const parts = {
        original: await decodeBase64InTurns(original.base64),
        generated: await decodeBase64InTurns(drawn.base64),
        plan,
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
    told: PixelWork,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const isDrawn = told.kind === 'finish';
    return this.#gate.run({ key: order.caller.keyId, isDrawn, signal }, async () => {
      const giveBack = await memory.reserve(pixelsOf(told.size) * bytesPerPixel, signal);
      const beganAtMs = performance.now();
      try {
        return await work();
      } finally {
        giveBack();
        this.#onWorked?.(told, performance.now() - beganAtMs);
      }
    });
  }
}

/** The picture as it is, if nobody asked for the conversion and it fails or does not fit the answer: it is paid for. */
async function convertedIfPossible(
  convert: () => Promise<MeasuredImage>,
  image: MeasuredImage,
  { maxBase64Bytes = Number.POSITIVE_INFINITY }: PixelOrder['output'],
): Promise<MeasuredImage> {
  try {
    const converted = await convert();
    return converted.base64.length > maxBase64Bytes ? image : converted;
  } catch (thrown) {
    if (thrown instanceof PlantainError && thrown.code === 'conversion_failed') return image;
    throw thrown;
  }
}

/** What was made is held as well, until it is with the client. */
function counted(image: MeasuredImage, { memory }: PixelScope): MeasuredImage {
  memory.count(image.base64.length);
  return image;
}

function larger(left: PixelSize, right: PixelSize): PixelSize {
  return pixelsOf(left) >= pixelsOf(right) ? left : right;
}
