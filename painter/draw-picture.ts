import sharp from 'sharp';
import { drawCaption } from './caption.ts';
import { drawEdit } from './compose-edit.ts';
import { drawScene, stageFor } from './compose-scene.ts';
import { Drawing } from './drawing.ts';
import { encodePicture } from './encode-picture.ts';
import { assertDrawable, type PictureWish } from './picture-wish.ts';
import { type Raster, rasterize } from './rasterize.ts';

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
export async function drawPicture(wish: DrawableWish): Promise<Uint8Array<ArrayBuffer>> {
  assertDrawable(wish);
  const { prompt, widthPx, heightPx, mimeType, seed, references, detail = 1 } = wish;
  const stage = stageFor(prompt, widthPx, heightPx, seed);
  if (references.length > 0) await drawEdit(stage, references, widthPx, heightPx);
  else drawScene(stage);
  const caption = { ...stage, drawing: new Drawing() };
  drawCaption(caption, prompt, Math.min(widthPx, heightPx));
  if (detail < 1) {
    const rough = rasterizeDrawing(stage.drawing, widthPx * detail, heightPx * detail);
    const mark = rasterizeDrawing(caption.drawing, widthPx, heightPx);
    return encodePicture(await layOver(rough, mark), mimeType);
  }
  stage.drawing.append(caption.drawing);
  return encodePicture(rasterizeDrawing(stage.drawing, widthPx, heightPx), mimeType);

  function rasterizeDrawing(drawing: Drawing, width: number, height: number): Raster {
    const svg = drawing.toSvg(stage.width, stage.height);
    return rasterize(svg, Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
  }
}

/** Enlarges a rough picture to the size of what lies over it: a draft is blurred, what says who drew it never is. */
async function layOver(rough: Raster, { pixels, widthPx, heightPx }: Raster): Promise<Raster> {
  const raw = { width: widthPx, height: heightPx, channels: 4 as const };
  const laid = await sharp(rough.pixels, {
    raw: { width: rough.widthPx, height: rough.heightPx, channels: 4 },
  })
    .resize(widthPx, heightPx, { fit: 'fill', kernel: 'cubic' })
    .composite([{ input: pixels, raw }])
    .raw()
    .toBuffer();
  return { pixels: laid, widthPx, heightPx };
}
