import { PlantainError, toPlantainError } from '../kernel/plantain-error.ts';

/** What the framework itself refuses, as catalogue errors. */
export function fastifyErrorToPlantainError(error: unknown): PlantainError {
  const { code, statusCode = 500 } = error as { code?: string; statusCode?: number };
  if (code === 'FST_ERR_BAD_URL')
    return new PlantainError('malformed_request', 'The request line cannot be read.', { cause: error });
  // Whatever else the framework blames on the client is no fault of ours.
  return statusCode >= 400 && statusCode < 500
    ? new PlantainError('malformed_request', 'The request cannot be read.', { cause: error })
    : toPlantainError(error);
}
