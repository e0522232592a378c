import type { Box } from '../caption.ts';
import type { Head } from '../compose-scene.ts';
import type { Stage } from '../stage.ts';
import { drawCollage } from './collage.ts';
import { editPicture, editStage } from './edit-picture.ts';
import { openReference } from './frame.ts';
import { guidedEdit, readGuide } from './guided-edit.ts';
import { readEdit } from './read-edit.ts';

const MAX_SIDE_PX = 2560;
const MAX_CARD_SIDE_PX = 1200;

/** What came of an edit. */
export interface EditOutcome {
  /** Whether the prompt asked for something that the sandbox can do to a picture. */
  readonly isUnderstood: boolean;
  /** Where alone the badge will be seen, when only a part of the picture will. */
  readonly badge?: Box | undefined;
  readonly head?: Head | undefined;
}

/**
 * Draws an edit: of one picture, of the part of it that a guide behind it shows, or of several as a collage.
 *
 * @throws UnreadableReference when a reference cannot be decoded.
 */
export async function drawEdit(
  stage: Stage,
  references: readonly Uint8Array[],
  prompt: string,
  size: { readonly widthPx: number; readonly heightPx: number },
): Promise<EditOutcome> {
  // One is enlarged while drawing; many are cards, and all of them are held at once.
  const maxSidePx = references.length > 2 ? MAX_CARD_SIDE_PX : MAX_SIDE_PX;
  const pictures = [];
  for (const [position, reference] of references.entries())
    pictures.push(await openReference(reference, position, maxSidePx));
  const [first, ...others] = pictures;
  const last = others.at(-1);
  if (first === undefined) return { isUnderstood: false };
  const hole = last === undefined ? undefined : await readGuide(first, last);
  if (hole !== undefined) return guidedEdit(stage, first, hole, prompt, size);
  if (others.length === 0) return editPicture(stage, first, prompt, { ...size, fit: 'nearest' });
  const own = editStage(stage);
  const wish = readEdit(prompt, own.motif);
  await drawCollage(own, pictures, wish, size.widthPx / stage.width);
  return { isUnderstood: true };
}
