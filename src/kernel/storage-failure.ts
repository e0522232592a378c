import { PlantainError } from './plantain-error.ts';

/** Whether the store itself failed, and may work again later; false for everything else, such as a row it refused. */
export function isStorageFailure(error: unknown): error is PlantainError {
  return (
    error instanceof PlantainError && (error.code === 'storage_full' || error.code === 'storage_unavailable')
  );
}
