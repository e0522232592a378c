import { PlantainError } from '../kernel/plantain-error.ts';

/** The refusal of one field's value. */
export function invalid(param: string, message: string): PlantainError {
  return new PlantainError('invalid_value', message, { param });
}
