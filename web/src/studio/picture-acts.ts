import { tell } from '../ui/toasts.tsx';
import { say } from '../words/say.ts';
import { draw, stop } from './draw-queue.ts';
import { changeForm, form } from './form.ts';
import { fileNameOf, type Picture } from './picture.ts';
import { removePictures, restorePictures } from './pictures.ts';
import { readReference } from './read-reference.ts';
import { isMasking } from './reference-strip.tsx';

/** A picture becomes the only reference of the next one. */
export async function takeAsReference(picture: Picture): Promise<void> {
  if (picture.blob === undefined) return;
  const read = await readReference(picture.blob, fileNameOf(picture), Number.POSITIVE_INFINITY);
  // By the picture's own id, so that a mask that was painted on it is known again.
  changeForm({ references: [{ ...read, id: picture.id }], mask: undefined, ratio: '' });
  tell(say('picture.isReference'));
}

/** Opens the mask on it. */
export async function editWithMask(picture: Picture): Promise<void> {
  await takeAsReference(picture);
  isMasking.set(() => true);
}

/** One more of the same, with the key that is chosen now. */
export function drawAgain({ wish, size, keyId }: Picture): void {
  draw([{ wish, size }], form.get().keyId || keyId);
}

export function reusePrompt({ wish: { prompt } }: Picture): void {
  changeForm({ prompt });
}

export function reuseOptions({ wish: { model, ratio, size, format, compression } }: Picture): void {
  changeForm({ model, ratio, size, format, compression });
}

/** Prompt, options, references and mask. */
export function reuseAll({ wish }: Picture): void {
  changeForm({ ...wish });
}

/** Takes pictures away; for a while that can be undone. */
export function putAway(ids: readonly string[]): void {
  for (const id of ids) stop(id);
  const gone = removePictures(ids);
  if (gone.length === 0) return;
  tell(say('picture.deleted'), false, { word: say('app.undo'), act: () => restorePictures(gone) });
}
