import { PlantainError } from '../kernel/plantain-error.ts';

/** The id of a model that an operator names in a field. Throws `invalid_value`: the request is wrong, not its address. */
export function knownModel(modelId: (name: string) => string, name: string, param: string): string {
  try {
    return modelId(name);
  } catch (error) {
    if (!(error instanceof PlantainError) || error.code !== 'model_not_found') throw error;
    throw new PlantainError('invalid_value', error.message, { param });
  }
}
