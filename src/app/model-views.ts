import type { ModelView } from '../admin/catalogue-routes.ts';
import { type CatalogueModel, formatSize } from '../journey/catalogue-model.ts';
import { pricesAt } from '../journey/price-list.ts';
import type { ModelCatalogue } from '../routing/model-catalogue.ts';
import { pictureCost, referenceCost } from '../usage/price.ts';

/** The catalogue as the admin API shows it, at the prices of this moment. */
export function modelViews(catalogue: ModelCatalogue, nowMs: number): ModelView[] {
  const standard = catalogue.resolve('').model.id;
  return catalogue.models.map((model) => ({
    id: model.id,
    display_name: model.displayName,
    description: model.description,
    is_default: model.id === standard,
    names: [...catalogue.aliases].filter(([, id]) => id === model.id).map(([name]) => name),
    state: model.state,
    released_on: model.releasedOn,
    shutdown_on: model.shutdownOn,
    successor: model.successor,
    aspect_ratios: [...model.aspectRatios],
    sizes: sizesOf(model, nowMs),
    default_size: model.defaultImageSize,
    output_mime_type: model.outputMimeType,
    max_references: model.maxReferenceImages,
    reference_cost_micro_usd: referenceCost(model, nowMs),
    ...pricesOf(model, nowMs),
  }));
}

function sizesOf(model: CatalogueModel, nowMs: number): ModelView['sizes'] {
  return model.imageSizes.map((size) => ({
    size,
    picture_cost_micro_usd: pictureCost(model, size, nowMs),
    pixels: Object.fromEntries(
      Object.entries(model.pixels[size] ?? {}).map(([ratio, pixels]) => [ratio, formatSize(pixels)]),
    ),
  }));
}

function pricesOf(model: CatalogueModel, nowMs: number): Pick<ModelView, 'prices' | 'priced_from'> {
  const { validFrom, tiers } = pricesAt(model.prices, nowMs);
  const { input, imageInput, textOutput, imageOutput, perPicture } = tiers.standard;
  return {
    prices: {
      input,
      image_input: imageInput ?? null,
      text_output: textOutput,
      image_output: imageOutput,
      per_picture: perPicture ?? null,
    },
    priced_from: validFrom,
  };
}
