import { PlantainError } from './plantain-error.ts';

/** The largest text that may be parsed as one string. Image bytes are kept apart long before this. */
export const maxSmallJsonBytes = 8 * 1024 * 1024;

/**
 * Parses a bounded piece of JSON. Throws SyntaxError for bad JSON, and an error of its own for a piece
 * that is not small: whoever calls this with image bytes has lost them on the wrong path.
 */
export function parseSmallJson(bytes: Buffer): unknown {
  if (bytes.length > maxSmallJsonBytes) {
    throw new PlantainError('upstream_answer_too_large', 'The text around the pictures in the upstream answer is too large.');
  }
  return JSON.parse(bytes.toString('utf8'));
}
