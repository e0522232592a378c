import { PlantainError, toPlantainError } from '../kernel/plantain-error.ts';

/** What the framework itself refuses, as catalogue errors. */
export function fastifyErrorToPlantainError(error: unknown): PlantainError {
  const { code, statusCode = 500 } = error as { code?: string; statusCode?: number };
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new PlantainError('body_too_large', 'The body is larger than this endpoint accepts.', {
        cause: error,
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new PlantainError('unsupported_media_type', 'The Content-Type header cannot be read.', {
        cause: error,
      });
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new PlantainError('malformed_request', 'The request line or its length cannot be read.', {
        cause: error,
      });
    case 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE':
      return new PlantainError('unsupported_media_type', 'A QUERY request must name its Content-Type.', {
        cause: error,
      });
    default:
      // Whatever else the framework blames on the client is no fault of ours.
      return statusCode >= 400 && statusCode < 500
        ? new PlantainError('malformed_request', 'The request cannot be read.', { cause: error })
        : toPlantainError(error);
  }
}
