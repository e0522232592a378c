import { pictures } from './pictures.ts';
import { type Mask, maskOf } from './wish.ts';

/** References whose mask was taken away, by their id: what was ordered with it keeps it, and it is not wanted again. */
const declined = new Set<string>();

/** What was painted on a picture the last time, unless it was taken away since. */
export function offeredMask(referenceId: string): Mask | undefined {
  if (declined.has(referenceId)) return undefined;
  return pictures
    .get()
    .map(({ wish }) => maskOf(wish))
    .find((mask) => mask?.referenceId === referenceId);
}

/** Notes what became of a mask: painted, it is offered from now on; taken away, it is not. */
export function noteMask(referenceId: string, mask: Mask | undefined): void {
  if (mask === undefined) declined.add(referenceId);
  else declined.delete(referenceId);
}
