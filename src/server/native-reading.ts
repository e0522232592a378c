import type { PathMap } from '../bytes/path-map.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import type { IdleWatch } from './idle-watch.ts';
import type { BodyReading } from './read-bytes.ts';
import type { RouteRequest } from './routes.ts';
import type { WaitingBodies } from './waiting-bodies.ts';

/** What all bodies of Gemini's own route are read with. */
export interface NativeReading {
  readonly idle: IdleWatch;
  readonly waiting: WaitingBodies;
  readonly maxWaitMs: number;
}

export const noPaths: PathMap = {
  keys: new Map(),
  elements: new Map(),
  captures: new Map(),
  drops: new Set(),
};

export function readingOf(
  reading: NativeReading,
  { inviteBody }: Pick<RouteRequest, 'inviteBody'>,
  { signal, memory }: OrderScope,
): BodyReading {
  return { ...reading, signal, memory, onWanted: inviteBody };
}
