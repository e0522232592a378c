import type { CatalogueModel, ImageSize } from '../../journey/catalogue-model.ts';
import { knowsQualities } from './drawn-quality.ts';
import type { ReadFields } from './request-schema.ts';

type Quality = NonNullable<ReadFields['quality']>;

/** The tier that each quality stands for, as the answer's `quality` tells it; `auto` leaves it to the model. */
const tiers: Readonly<Record<Exclude<Quality, 'auto'>, ImageSize>> = {
  low: '512',
  medium: '1K',
  standard: '1K',
  high: '2K',
  hd: '2K',
  xhigh: '4K',
  max: '4K',
};

/** What a quality means; undefined when it means nothing. */
export function wishOfQuality(quality: Quality | undefined): ImageSize | undefined {
  return quality === undefined || quality === 'auto' ? undefined : tiers[quality];
}

/** The tier that a quality chooses where it says nothing of its own: from high up, the model's best if it has none so large. Lower ones choose none. */
export function tierOfQuality(quality: Quality | undefined, model: CatalogueModel): ImageSize | undefined {
  if (knowsQualities(model)) return undefined;
  const wish = wishOfQuality(quality);
  if (wish !== '2K' && wish !== '4K') return undefined;
  return model.imageSizes.includes(wish) ? wish : model.imageSizes.at(-1);
}
