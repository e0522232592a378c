import { foreignWord } from '../../kernel/foreign-text.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';

/** One parameter with two values: which was meant nobody can tell. `path` is the later of the two places. */
export function sentTwice(path: string, earlierPath: string): PlantainError {
  const param = foreignWord(path);
  const message = `'${param}' and '${foreignWord(earlierPath)}' are the same parameter with different values. Send it once.`;
  return new PlantainError('invalid_value', message, { param });
}
