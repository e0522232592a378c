import type { CapturedProse } from './captured-prose.ts';
import type { CaptureKind, CapturedText } from './captured-text.ts';

/**
 * The ways through a document that matter. A node names a value slot; what its value's keys and elements
 * lead to is looked up here. A string in a slot named by `captures` is kept as bytes, one in `drops` is
 * thrown away as it arrives.
 */
export interface PathMap {
  /** From an object's slot, by key. Keys below slots that are not listed are not even read. */
  readonly keys: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** From an array's slot to its elements' slot. */
  readonly elements: ReadonlyMap<string, string>;
  readonly captures: ReadonlyMap<string, CaptureKind>;
  readonly drops: ReadonlySet<string>;
}

/** The slot of a whole document. */
export const rootSlot = 'root';

/**
 * Puts captured strings where they belong. In the slots of captures, and only there, every string of `document` is a
 * place in `captured`, so these slots are walked to once more and nothing else of the document can be taken for one.
 */
export function placeCaptured(
  document: unknown,
  paths: PathMap,
  captured: readonly (CapturedText | CapturedProse)[],
  slot = rootSlot,
): unknown {
  if (typeof document === 'string') return paths.captures.has(slot) ? captured[Number(document)] : document;
  if (typeof document !== 'object' || document === null) return document;
  if (Array.isArray(document)) {
    const elementSlot = paths.elements.get(slot);
    if (elementSlot === undefined) return document;
    return document.map((element: unknown) => placeCaptured(element, paths, captured, elementSlot));
  }
  const members = document as Record<string, unknown>;
  const memberSlots = paths.keys.get(slot);
  if (memberSlots === undefined) return members;
  for (const key of Object.keys(members)) {
    const memberSlot = memberSlots.get(key);
    if (memberSlot !== undefined) members[key] = placeCaptured(members[key], paths, captured, memberSlot);
  }
  return members;
}
