import type { Model } from '../api/types.ts';
import type { MaskDrawing } from './mask-drawing.ts';

/** A picture that is sent along. */
export interface Reference {
  readonly id: string;
  readonly name: string;
  readonly blob: Blob;
  readonly width: number;
  readonly height: number;
}

/** Where the first reference may change: what was painted, and the file made from it. */
export interface Mask {
  readonly drawing: MaskDrawing;
  /** How far its edge is soft, inwards. Absent in the history of earlier versions: not at all. */
  readonly featherPx?: number;
  readonly png: Blob;
  /** Of the reference that it was painted on. */
  readonly referenceId: string;
}

export const formats = ['png', 'jpeg', 'webp', 'avif'] as const;
export type Format = (typeof formats)[number];

/** What one picture is drawn from. */
export interface Wish {
  readonly model: string;
  readonly prompt: string;
  /** Empty: as the references are, else square. */
  readonly ratio: string;
  readonly size: string;
  /** Empty: the model's own bytes. */
  readonly format: Format | '';
  /** Of jpeg, webp and avif; 100 is the best. */
  readonly compression: number;
  readonly references: readonly Reference[];
  readonly mask: Mask | undefined;
}

/** The mask, as long as it belongs to the first picture. */
export function maskOf({ mask, references: [first] }: Pick<Wish, 'mask' | 'references'>): Mask | undefined {
  return mask !== undefined && mask.referenceId === first?.id ? mask : undefined;
}

export const hasCompression = (format: Format | ''): boolean => format !== '' && format !== 'png';

/** The plain fields of its request. A masked picture keeps its reference's own pixels: there ratio and size say nothing. */
export function fieldsOf(wish: Wish): Readonly<Record<string, string | number>> {
  const isMasked = maskOf(wish) !== undefined;
  return {
    model: wish.model,
    prompt: wish.prompt,
    ...(!isMasked && wish.ratio !== '' && { aspect_ratio: wish.ratio }),
    ...(!isMasked && { image_size: wish.size }),
    ...(wish.format !== '' && { output_format: wish.format }),
    ...(hasCompression(wish.format) && { output_compression: wish.compression }),
  };
}

/** The pixels that a wish leads to, `1344x768`; undefined where the model chooses. */
export function pixelsOf(wish: Omit<Wish, 'prompt'>, model: Model | undefined): string | undefined {
  const [first] = wish.references;
  if (maskOf(wish) !== undefined && first !== undefined) return `${first.width}x${first.height}`;
  const ratio = wish.ratio === '' && wish.references.length === 0 ? '1:1' : wish.ratio;
  return model?.sizes.find(({ size }) => size === wish.size)?.pixels[ratio];
}

/** What a picture of it costs when all goes well, by the catalogue; prompt and thinking, which add little, left out. */
export function usualCost(
  wish: Pick<Wish, 'size' | 'references' | 'mask'>,
  model: Model | undefined,
): number | undefined {
  const picture = model?.sizes.find(({ size }) => size === wish.size)?.picture_cost_micro_usd;
  if (model === undefined || picture === undefined) return undefined;
  // The model is shown where the mask is by one more picture.
  const sent = wish.references.length + (maskOf(wish) === undefined ? 0 : 1);
  return picture + sent * model.reference_cost_micro_usd;
}

/** The same wish as far as the model can: what it does not have becomes what it does by itself. */
export function fitToModel<Part extends Pick<Wish, 'ratio' | 'size' | 'model'>>(
  wish: Part,
  model: Model,
): Part {
  return {
    ...wish,
    model: model.id,
    ratio: model.aspect_ratios.includes(wish.ratio) ? wish.ratio : '',
    size: model.sizes.some(({ size }) => size === wish.size) ? wish.size : model.default_size,
  };
}
