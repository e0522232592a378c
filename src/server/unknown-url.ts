import { PlantainError } from '../kernel/plantain-error.ts';

/** What is told of a path that is nobody's, or that is not for whoever asks. */
export function unknownUrl(method: string, url: string): PlantainError {
  const path = url.split('?')[0]?.slice(0, 200) ?? '';
  const message = `Invalid URL (${method} ${path}). The Images API is at /v1/images/generations and /v1/images/edits.`;
  return new PlantainError('unknown_url', message);
}
