import type { CatalogueModel } from '../../journey/catalogue-model.ts';

/** An entry of `GET /v1/models`. */
export interface ListedModel {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
  readonly shutdown_date?: string;
  /** Cherry Studio and others offer a model for pictures only with this (docs/contracts/clients.md#model-lists). */
  readonly supported_endpoint_types: readonly string[];
  /** What the model draws, so that a client can offer just that. */
  readonly aspect_ratios: readonly string[];
  readonly image_sizes: readonly string[];
  readonly max_reference_images: number;
  /** More references than this are accepted but seldom help. */
  readonly advised_reference_images: number;
}

/** Every model and every name it answers to; patterns such as `gpt-image-*` are not names. */
export function listModels(
  models: readonly CatalogueModel[],
  aliases: ReadonlyMap<string, string>,
): ListedModel[] {
  const byId = new Map(models.map((model) => [model.id, model]));
  const listed = models.map((model) => describeModel(model.id, model));
  for (const [alias, id] of aliases) {
    const model = byId.get(id);
    if (model !== undefined && !alias.endsWith('*')) listed.push(describeModel(alias, model));
  }
  return listed;
}

/** One model under the name it was asked for. */
export function describeModel(name: string, model: CatalogueModel): ListedModel {
  return {
    id: name,
    object: 'model',
    created: Math.floor(Date.parse(model.releasedOn) / 1000),
    owned_by: model.foreign?.owner ?? 'google',
    ...(model.shutdownOn !== null && { shutdown_date: model.shutdownOn }),
    supported_endpoint_types: ['image-generation', 'openai'],
    aspect_ratios: model.aspectRatios,
    image_sizes: model.imageSizes,
    max_reference_images: model.maxReferenceImages,
    advised_reference_images: model.advisedReferenceImages,
  };
}
