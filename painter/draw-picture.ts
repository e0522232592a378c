import sharp from 'sharp';
import { drawCaption } from './caption.ts';
import { drawEdit } from './compose-edit.ts';
import { drawScene, stageFor } from './compose-scene.ts';
import { encodePicture } from './encode-picture.ts';
import { assertDrawable, type PictureWish } from './picture-wish.ts';
import { rasterize } from './rasterize.ts';

/** A wish as it crosses to a worker: the same, with plain bytes for the references. */
export type DrawableWish = Omit<PictureWish, 'references'> & { readonly references: readonly Uint8Array[] };

// One thread for each encoding: workers already run beside the server, and every picture is small work.
sharp.concurrency(1);

/**
 * Draws a wish and encodes it. The same wish always gives the same bytes. Blocks its thread while it
 * rasterizes (up to a second for the largest sizes), so call it in a worker.
 *
 * @throws RangeError for impossible sizes; UnreadableReference for a reference that is not a picture.
 */
export async function drawPicture({
  prompt,
  widthPx,
  heightPx,
  mimeType,
  seed,
  references,
}: DrawableWish): Promise<Uint8Array<ArrayBuffer>> {
  assertDrawable({ widthPx, heightPx });
  const stage = stageFor(prompt, widthPx, heightPx, seed);
  if (references.length > 0) await drawEdit(stage, references, widthPx, heightPx);
  else drawScene(stage);
  drawCaption(stage, prompt, Math.min(widthPx, heightPx));
  return encodePicture(
    rasterize(stage.drawing.toSvg(stage.width, stage.height), widthPx, heightPx),
    mimeType,
  );
}
