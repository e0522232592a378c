export type Point = readonly [x: number, y: number];

/** One thing that was painted, in the picture's own pixels: drawn again whenever one before it is taken back. */
export type MaskShape =
  | {
      readonly kind: 'stroke';
      readonly erases: boolean;
      readonly widthPx: number;
      readonly points: readonly Point[];
    }
  | {
      readonly kind: 'rectangle';
      readonly erases: boolean;
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }
  | { readonly kind: 'invert' };

export type MaskDrawing = readonly MaskShape[];
type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Paints one shape over what is there. What is painted may change. */
export function paintShape(context: Context, shape: MaskShape, colour: string): void {
  context.fillStyle = colour;
  context.strokeStyle = colour;
  if (shape.kind === 'invert') {
    context.globalCompositeOperation = 'xor';
    context.fillRect(0, 0, context.canvas.width, context.canvas.height);
    return;
  }
  context.globalCompositeOperation = shape.erases ? 'destination-out' : 'source-over';
  if (shape.kind === 'rectangle') {
    context.fillRect(shape.x, shape.y, shape.width, shape.height);
    return;
  }
  const [[x, y] = [0, 0], ...rest] = shape.points;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.lineWidth = shape.widthPx;
  context.beginPath();
  // A line of no length is not drawn.
  if (rest.length === 0) {
    context.arc(x, y, shape.widthPx / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  context.moveTo(x, y);
  for (const [nextX, nextY] of rest) context.lineTo(nextX, nextY);
  context.stroke();
}

export function paintAll(context: Context, drawing: MaskDrawing, colour: string): void {
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  for (const shape of drawing) paintShape(context, shape, colour);
}

/** Half covered or more counts as painted: a mask says yes or no of each pixel. */
const paintedFrom = 128;

/**
 * The mask as the API takes it, as large as the picture: transparent where it may change, opaque elsewhere. Undefined
 * where nothing is painted.
 */
export async function maskFile(
  drawing: MaskDrawing,
  width: number,
  height: number,
): Promise<Blob | undefined> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  paintAll(context, drawing, '#000');
  const pixels = context.getImageData(0, 0, width, height);
  let painted = 0;
  for (let at = 3; at < pixels.data.length; at += 4) {
    const isPainted = (pixels.data[at] ?? 0) >= paintedFrom;
    if (isPainted) painted++;
    pixels.data.fill(0, at - 3, at);
    pixels.data[at] = isPainted ? 0 : 255;
  }
  if (painted === 0) return undefined;
  context.putImageData(pixels, 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}
