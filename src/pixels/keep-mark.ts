import type { Sharp } from 'sharp';
import type { PixelSize } from '../journey/catalogue-model.ts';
import { markSentence, type PixelBox, SANDBOX_SOFTWARE, type SandboxMark } from '../kernel/sandbox-mark.ts';

/** The mark of a picture that was scaled to cover another size and cut from both ends: the same letters, elsewhere. */
export function movedMark({ lettering, head }: SandboxMark, from: PixelSize, to: PixelSize): SandboxMark {
  const scale = Math.max(to.widthPx / from.widthPx, to.heightPx / from.heightPx);
  const left = (from.widthPx * scale - to.widthPx) / 2;
  const top = (from.heightPx * scale - to.heightPx) / 2;
  const box = lettering && {
    left: Math.round(lettering.left * scale - left),
    top: Math.round(lettering.top * scale - top),
    width: Math.round(lettering.width * scale),
    height: Math.round(lettering.height * scale),
  };
  const point = head && {
    x: Math.round(head.x * scale - left),
    y: Math.round(head.y * scale - top),
    width: Math.round(head.width * scale),
  };
  return {
    ...(box && isInside(box, to) && { lettering: box }),
    ...(point && point.x >= 0 && point.y >= 0 && { head: point }),
  };
}

/** Writes the mark into the file's metadata, whatever its format. */
export function withMark(pipeline: Sharp, mark: SandboxMark): Sharp {
  return pipeline.withExif({ IFD0: { Software: SANDBOX_SOFTWARE, ImageDescription: markSentence(mark) } });
}

/**
 * Brings the mark of a sandbox picture over to what is made of it: in the metadata, and on the picture also where its
 * letters were cut off. `lettering` is the whole picture's pipeline, to cut them from.
 */
export async function keepMark(
  pipeline: Sharp,
  whole: Sharp,
  mark: SandboxMark,
  from: PixelSize,
  to: PixelSize,
): Promise<Sharp> {
  const moved = movedMark(mark, from, to);
  const { lettering } = mark;
  if (lettering === undefined || moved.lettering !== undefined) return withMark(pipeline, moved);
  const margin = Math.round(Math.min(to.widthPx, to.heightPx) * 0.026);
  const scale = Math.min(
    1,
    (to.widthPx - margin * 2) / lettering.width,
    (to.heightPx - margin * 2) / lettering.height,
  );
  const width = Math.max(1, Math.round(lettering.width * scale));
  const height = Math.max(1, Math.round(lettering.height * scale));
  const box = { left: margin, top: to.heightPx - margin - height, width, height };
  if (!isInside(box, to)) return withMark(pipeline, moved);
  const letters = await whole.extract(lettering).resize(width, height, { fit: 'fill' }).png().toBuffer();
  const laid = pipeline.composite([{ input: letters, left: box.left, top: box.top }]);
  return withMark(laid, { ...moved, lettering: box });
}

function isInside({ left, top, width, height }: PixelBox, { widthPx, heightPx }: PixelSize): boolean {
  return left >= 0 && top >= 0 && left + width <= widthPx && top + height <= heightPx;
}
