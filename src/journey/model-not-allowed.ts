import { PlantainError } from '../kernel/plantain-error.ts';

/** What a caller is told of a model that its key may not ask for: the same as of one that does not exist. */
export function modelNotAllowed(name: string): PlantainError {
  const message = `The model '${name.slice(0, 100)}' does not exist or is not served here. GET /v1/models lists the models served here.`;
  return new PlantainError('model_not_found', message, { param: 'model' });
}
