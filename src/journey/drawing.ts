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

/** What headers tell of an order's calls, with an error too: how many there were, and which upstream answered last. */
export function callsHeaders(calls: readonly Call[]): Record<string, string> {
  const upstream = calls.at(-1)?.upstream;
  return {
    'plantain-attempts': String(calls.length),
    ...(upstream !== undefined && { 'plantain-upstream': upstream }),
  };
}
