export type Point = readonly [x: number, y: number];

/** One thing that was painted, in the picture's own pixels: drawn again whenever one before it is taken back. */
export type MaskShape =
  | {
      readonly kind: 'stroke';
      readonly erases: boolean;
      readonly widthPx: number;
      readonly points: readonly Point[];
    }
  /** All that lies within a line that is closed from its end to its beginning. */
  | { readonly kind: 'lasso'; readonly erases: boolean; readonly points: readonly Point[] }
  | {
      readonly kind: 'rectangle';
      readonly erases: boolean;
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }
  /** What a file says of each pixel, row by row: 255 may change, 0 stays. */
  | { readonly kind: 'file'; readonly width: number; readonly height: number; readonly painted: Uint8Array }
  | { readonly kind: 'invert' }
  | { readonly kind: 'clear' };

export type MaskDrawing = readonly MaskShape[];
export type MaskContext = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Paints one shape over what is there. What is painted may change. */
export function paintShape(context: MaskContext, shape: MaskShape, colour: string): void {
  context.fillStyle = colour;
  context.strokeStyle = colour;
  if (shape.kind === 'invert' || shape.kind === 'clear') {
    context.globalCompositeOperation = shape.kind === 'invert' ? 'xor' : 'destination-out';
    context.save();
    context.resetTransform();
    context.fillRect(0, 0, context.canvas.width, context.canvas.height);
    context.restore();
    return;
  }
  if (shape.kind === 'file') return paintFile(context, shape, colour);
  context.globalCompositeOperation = shape.erases ? 'destination-out' : 'source-over';
  if (shape.kind === 'rectangle') context.fillRect(shape.x, shape.y, shape.width, shape.height);
  else if (shape.kind === 'lasso') paintLasso(context, shape.points);
  else paintStroke(context, shape.points, shape.widthPx);
}

/** Everything that was painted, on a canvas of the picture's pixels or of a share of them. */
export function paintAll(context: MaskContext, drawing: MaskDrawing, colour: string, scale = 1): void {
  context.resetTransform();
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.scale(scale, scale);
  for (const shape of drawing) paintShape(context, shape, colour);
  context.resetTransform();
}

function paintStroke(context: MaskContext, points: readonly Point[], widthPx: number): void {
  const [[x, y] = [0, 0], ...rest] = points;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.lineWidth = widthPx;
  context.beginPath();
  // A line of no length is not drawn.
  if (rest.length === 0) {
    context.arc(x, y, widthPx / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  context.moveTo(x, y);
  for (const [nextX, nextY] of rest) context.lineTo(nextX, nextY);
  context.stroke();
}

function paintLasso(context: MaskContext, points: readonly Point[]): void {
  const [[x, y] = [0, 0], ...rest] = points;
  context.beginPath();
  context.moveTo(x, y);
  for (const [nextX, nextY] of rest) context.lineTo(nextX, nextY);
  context.closePath();
  context.fill();
}

/** A file is the whole mask: what was painted before it is gone. */
function paintFile(
  context: MaskContext,
  { width, height, painted }: Extract<MaskShape, { kind: 'file' }>,
  colour: string,
): void {
  const canvas = new OffscreenCanvas(width, height);
  const own = canvas.getContext('2d');
  if (own === null) return;
  const pixels = own.createImageData(width, height);
  for (let at = 0; at < painted.length; at++) pixels.data[at * 4 + 3] = painted[at] ?? 0;
  own.putImageData(pixels, 0, 0);
  own.globalCompositeOperation = 'source-in';
  own.fillStyle = colour;
  own.fillRect(0, 0, width, height);
  context.globalCompositeOperation = 'copy';
  context.drawImage(canvas, 0, 0);
}
