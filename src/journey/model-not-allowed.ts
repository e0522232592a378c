import { PlantainError } from '../kernel/plantain-error.ts';
import type { Caller, ImageOrder } from './image-order.ts';

/** What a caller is told of a model that its key may not ask for: the same as of one that does not exist. */
export function modelNotAllowed(name: string): PlantainError {
  const message = `The model '${name.slice(0, 100)}' does not exist or is not served here. GET /v1/models lists the models served here.`;
  return new PlantainError('model_not_found', message, { param: 'model' });
}

/** Whether a caller's key may ask for a model, by its id in the catalogue. */
export function mayAsk({ allowedModels }: Pick<Caller, 'allowedModels'>, modelId: string): boolean {
  return allowedModels?.includes(modelId) ?? true;
}

/** An order that is not admitted, such as a dry run: what admission would refuse for its model is refused here. */
export function allowedOrder(order: ImageOrder, caller: Caller): ImageOrder {
  if (!mayAsk(caller, order.model.id)) throw modelNotAllowed(order.requestedModel || order.model.id);
  return order;
}
