import { feather } from './feather.ts';
import { type MaskContext, paintAll, paintShape } from './mask-drawing.ts';
import { paintedOf } from './mask-file.ts';
import type { MaskPast } from './mask-past.ts';

export const maskColour = '#e0218a';
/** A soft edge is shown on so many pixels at most, and worked out on all of them when the mask is done. */
const longestShownPx = 1024;

/** Shows what is painted on a canvas, drawing no more of it again than it has to. */
export class MaskPainter {
  #settled: { readonly canvas: OffscreenCanvas; readonly shapes: MaskPast['settled'] } | undefined;
  #shown: MaskPast | undefined;

  /** `isWhole`: what stands on the canvas is not what was shown last, so that all is drawn again. */
  show(context: MaskContext, past: MaskPast, featherPx: number, isWhole = false): void {
    const before = this.#shown;
    this.#shown = featherPx === 0 ? past : undefined;
    if (featherPx > 0) return paintSoft(context, past, featherPx);
    const last = past.done.at(-1);
    if (!isWhole && before !== undefined && last !== undefined && isAfterOneMore(past, before))
      return paintShape(context, last, maskColour);
    context.resetTransform();
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    const settled = this.#paintSettled(context, past.settled);
    if (settled !== undefined) {
      context.globalCompositeOperation = 'source-over';
      context.drawImage(settled, 0, 0);
    }
    for (const shape of past.done) paintShape(context, shape, maskColour);
  }

  /** What cannot be undone is drawn once. */
  #paintSettled(
    { canvas: { width, height } }: MaskContext,
    shapes: MaskPast['settled'],
  ): OffscreenCanvas | undefined {
    const { length } = shapes;
    const old = this.#settled;
    const goesOn =
      old !== undefined && old.shapes.length <= length && old.shapes.at(-1) === shapes[old.shapes.length - 1];
    this.#settled = undefined;
    if (length === 0) return undefined;
    const canvas = goesOn ? old.canvas : new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    if (context === null) return undefined;
    for (const shape of shapes.slice(goesOn ? old.shapes.length : 0)) paintShape(context, shape, maskColour);
    this.#settled = { canvas, shapes };
    return canvas;
  }
}

/** Whether one shape more was painted, and nothing else has changed. */
function isAfterOneMore(past: MaskPast, before: MaskPast): boolean {
  const count = ({ settled, done }: MaskPast): number => settled.length + done.length;
  return count(past) === count(before) + 1 && past.done.at(-2) === before.done.at(-1);
}

function paintSoft(context: MaskContext, { settled, done }: MaskPast, featherPx: number): void {
  const { width, height } = context.canvas;
  const scale = Math.min(1, longestShownPx / Math.max(width, height));
  const small = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
  const own = small.getContext('2d', { willReadFrequently: true });
  if (own === null) return;
  paintAll(own, [...settled, ...done], maskColour, scale);
  const pixels = own.getImageData(0, 0, small.width, small.height);
  const painted = paintedOf(pixels);
  feather(painted, small.width, featherPx * scale);
  for (let at = 0; at < painted.length; at++) pixels.data[at * 4 + 3] = painted[at] ?? 0;
  own.putImageData(pixels, 0, 0);
  context.globalCompositeOperation = 'copy';
  context.drawImage(small, 0, 0, width, height);
}
