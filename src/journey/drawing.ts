import type { PlantainError } from '../kernel/plantain-error.ts';
import type { Call } from './call.ts';
import type { Adaptation } from './image-order.ts';
import type { GeneratedImage } from './image-result.ts';
import type { EarlierImages } from './upstream.ts';

/** What became of one picture of an order: its upstream calls, in order, and what came of them. */
export interface Drawing {
  readonly result:
    | { readonly image: GeneratedImage; readonly earlier?: EarlierImages }
    | { readonly error: PlantainError };
  readonly calls: readonly Call[];
  readonly adaptations: readonly Adaptation[];
}

/** All calls of an order, picture by picture. */
export function callsOf(drawings: readonly Drawing[]): Call[] {
  return drawings.flatMap(({ calls }) => calls);
}

/** The upstream that answered last; undefined when none was asked. */
export function lastUpstream(drawings: readonly Drawing[]): string | undefined {
  return callsOf(drawings).at(-1)?.upstream;
}
