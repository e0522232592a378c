import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { NativeParts } from './native-parts.ts';

/** The model that a path names. Throws `model_not_found` in Google's own words, by which clients know it. */
export function findModel(
  { resolveModel }: Pick<NativeParts, 'resolveModel'>,
  {
    model: name,
    version,
    method,
  }: { readonly model: string; readonly version: string; readonly method?: string },
): CatalogueModel {
  try {
    const { model } = resolveModel(name);
    // Of another maker's, nobody speaks Gemini's protocol.
    if (model.foreign === undefined) return model;
  } catch (error) {
    if (!(error instanceof PlantainError) || error.code !== 'model_not_found') throw error;
  }
  throw modelNotFound(name, version, method ?? 'generateContent');
}

/** The model that a path of `:predict` means: for Imagen's names, which the catalogue does not have, the default one. */
export function predictedModel(
  parts: Pick<NativeParts, 'resolveModel'>,
  name: string,
  defaultModel: string,
): string {
  if (/^imagen-/i.test(name)) return defaultModel;
  return findModel(parts, { model: name, version: 'v1beta', method: 'predict' }).id;
}

/** What Google says of a model that it does not have (docs/contracts/gemini.md#errors). */
export function modelNotFound(name: string, version: string, method: string): PlantainError {
  const shown = name.replaceAll(/[^\w.@:/-]/g, '').slice(0, 100);
  return new PlantainError(
    'model_not_found',
    `models/${shown} is not found for API version ${version}, or is not supported for ${method}. Call ListModels to see the list of available models and their supported methods.`,
    { param: 'model' },
  );
}
