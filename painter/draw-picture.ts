import sharp from 'sharp';
import { type Box, drawBadge, drawCaption, pixelBox } from './caption.ts';
import { drawScene, type Head, stageFor } from './compose-scene.ts';
import { Drawing } from './drawing.ts';
import { drawEdit, type EditOutcome } from './edit/draw-edit.ts';
import { wantedPart } from './edit/read-edit.ts';
import { encodePicture } from './encode-picture.ts';
import { drawSign } from './lettering.ts';
import { undrawnNotice } from './notices.ts';
import { assertDrawable, type PictureWish } from './picture-wish.ts';
import { type Raster, rasterize } from './rasterize.ts';
import type { Stage } from './stage.ts';

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
  const isEdit = references.length > 0;
  const stage = stageFor(isEdit ? wantedPart(prompt) : prompt, widthPx, heightPx, seed);
  const edited = isEdit ? await drawEdit(stage, references, prompt, wish) : undefined;
  const head = edited === undefined ? drawWhole(stage) : edited.head;
  const caption = { ...stage, drawing: new Drawing() };
  const box = drawMark(caption, wish, undrawnNotice(stage.motif, edited), edited);
  const pixelsPerUnit = widthPx / stage.width;
  const mark = {
    lettering: pixelBox(box, pixelsPerUnit),
    ...(head && { head: headInPixels(head, pixelsPerUnit) }),
  };
  if (detail < 1) {
    const rough = rasterizeDrawing(stage.drawing, widthPx * detail, heightPx * detail);
    const sharpMark = rasterizeDrawing(caption.drawing, widthPx, heightPx);
    return encodePicture(await layOver(rough, sharpMark), mimeType, mark);
  }
  stage.drawing.append(caption.drawing);
  return encodePicture(rasterizeDrawing(stage.drawing, widthPx, heightPx), mimeType, mark);

  function rasterizeDrawing(drawing: Drawing, width: number, height: number): Raster {
    const svg = drawing.toSvg(stage.width, stage.height);
    return rasterize(svg, Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
  }
}

function drawWhole(stage: Stage): Head | undefined {
  const { width, height } = stage;
  const head = drawScene(stage);
  drawSign(stage, { x: width * 0.08, y: 0, width: width * 0.84, height: height * 0.32, hangs: true });
  return head;
}

function headInPixels({ x, y, width }: Head, pixelsPerUnit: number): Head {
  const px = (units: number): number => Math.max(0, Math.round(units * pixelsPerUnit));
  return { x: px(x), y: px(y), width: px(width) };
}

function drawMark(
  stage: Stage,
  { prompt, widthPx, heightPx }: DrawableWish,
  notice: string,
  edited?: EditOutcome,
): Box {
  if (edited?.badge !== undefined) return drawBadge(stage, edited.badge);
  return drawCaption(stage, prompt, Math.min(widthPx, heightPx), notice);
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
