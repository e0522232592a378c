import { PlantainError } from '../kernel/plantain-error.ts';

/** Why an order that has taken all its time is given up, by what its caller waited for. */
export function outOfTime(
  what: 'picture' | 'answer',
  { deadlineMs }: { readonly deadlineMs: number },
): PlantainError {
  const message = `The ${what} was not ready after ${Math.round(deadlineMs / 1000)} seconds.`;
  return new PlantainError('upstream_timeout', message);
}
