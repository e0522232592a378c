import type { CatalogueModel, DrawnQuality } from '../../journey/catalogue-model.ts';
import type { Adaptation } from '../../journey/image-order.ts';
import type { CheckedFields } from './read-fields.ts';

/** The old names of DALL-E's two. */
const oldNames: Readonly<Record<string, DrawnQuality>> = { standard: 'medium', hd: 'high' };

/** The quality that a model is asked for which knows qualities; of one beyond it, its best, and that is told. */
export function drawnQuality(
  { values, pathOf }: CheckedFields,
  { foreign }: CatalogueModel,
): { readonly quality?: DrawnQuality; readonly adaptations: readonly Adaptation[] } {
  const from = values.quality;
  const best = foreign?.qualities.at(-1);
  if (from === undefined || from === 'auto' || best === undefined) return { adaptations: [] };
  const wished = oldNames[from] ?? from;
  const quality = foreign?.qualities.find((known) => known === wished) ?? best;
  const told = { parameter: pathOf('quality'), action: 'mapped', from, to: quality } as const;
  return { quality, adaptations: quality === from ? [] : [told] };
}

/** Whether `quality` says how finely a model draws; with others it chooses the size. */
export function knowsQualities({ foreign }: CatalogueModel): boolean {
  return foreign !== undefined && foreign.qualities.length > 0;
}
