import { formatSize, type PixelSize } from '../../journey/catalogue-model.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { parseSize, type SizeWish } from './choose-size.ts';
import type { CheckedFields } from './read-fields.ts';
import { sentTwice } from './sent-twice.ts';

/** A size as it was sent. */
export interface SentSize {
  /** The field that is named in reports; `width` stands for the pair. */
  readonly name: 'size' | 'width';
  readonly text: string;
  readonly wish: SizeWish;
}

/**
 * `size`, or `width` and `height` together. Where all are there they must say the same; beside pixels a `size` of auto,
 * which clients send always, asks for nothing. Throws a 400 for two different sizes and for half a pair.
 */
export function sentSize(fields: CheckedFields): SentSize | undefined {
  const { values, pathOf } = fields;
  const pixels = sentPixels(fields);
  const wish = values.size === undefined ? undefined : parseSize(values.size);
  if (pixels !== undefined && (wish === undefined || wish.kind === 'auto'))
    return { name: 'width', text: formatSize(pixels), wish: { kind: 'pixels', size: pixels } };
  if (values.size === undefined || wish === undefined) return undefined;
  const isSame =
    pixels === undefined || (wish.kind === 'pixels' && formatSize(wish.size) === formatSize(pixels));
  if (isSame) return { name: 'size', text: values.size, wish };
  throw sentTwice(pathOf('width'), pathOf('size'));
}

/** `width` and `height`: one without the other says nothing that could be drawn. */
function sentPixels({ values, pathOf }: CheckedFields): PixelSize | undefined {
  const { width, height } = values;
  if (width !== undefined && height !== undefined) return { widthPx: width, heightPx: height };
  if (width === undefined && height === undefined) return undefined;
  const [missing, sent] =
    width === undefined ? (['width', 'height'] as const) : (['height', 'width'] as const);
  throw new PlantainError(
    'missing_parameter',
    `Missing required parameter: '${missing}', which goes with '${pathOf(sent)}'. Send both, or a size.`,
    { param: missing },
  );
}
