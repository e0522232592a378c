import { type RefObject, useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { feather } from './feather.ts';
import {
  type MaskContext,
  type MaskDrawing,
  type MaskShape,
  paintAll,
  paintShape,
  type Point,
} from './mask-drawing.ts';
import { paintedOf } from './mask-file.ts';

const colour = '#e0218a';
/** A soft edge is shown on so many pixels at most, and worked out on all of them when the mask is done. */
const longestShownPx = 1024;

export const maskTools = ['brush', 'lasso', 'rectangle'] as const;
export type MaskToolName = (typeof maskTools)[number];

interface Past {
  readonly done: MaskDrawing;
  readonly undone: MaskDrawing;
}
type Step =
  | { readonly kind: 'add'; readonly shape: MaskShape }
  | { readonly kind: 'undo' | 'redo' | 'clear' };

function pastAfter({ done, undone }: Past, step: Step): Past {
  const [last, next] = [done.at(-1), undone.at(-1)];
  if (step.kind === 'add') return { done: [...done, step.shape], undone: [] };
  if (step.kind === 'clear') return { done: [], undone: done.length > 0 ? done.toReversed() : undone };
  if (step.kind === 'undo')
    return last === undefined ? { done, undone } : { done: done.slice(0, -1), undone: [...undone, last] };
  return next === undefined ? { done, undone } : { done: [...done, next], undone: undone.slice(0, -1) };
}

/** What the pointer or the keys paint with. */
export interface Paint {
  readonly tool: MaskToolName;
  readonly erases: boolean;
  readonly widthPx: number;
}

export interface MaskTool {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly drawing: MaskDrawing;
  readonly canRedo: boolean;
  /** Corners of a lasso or a rectangle that is not closed yet. */
  readonly corners: readonly Point[];
  readonly step: (step: Step) => void;
  readonly begin: (at: Point, paint: Paint) => void;
  readonly go: (to: Point) => void;
  readonly end: () => void;
  /** Takes back the last corner, or all of them. */
  readonly dropCorners: (all: boolean) => void;
}

/** What is painted and what was taken back, on a canvas that has the picture's own pixels. */
export function useMaskTool(first: MaskDrawing, featherPx: number): MaskTool {
  const canvas = useRef<HTMLCanvasElement>(null);
  const now = useRef<Paint & { points: Point[] }>(undefined);
  const [corners, setCorners] = useState<readonly Point[]>([]);
  const [{ done, undone }, step] = useReducer(pastAfter, { done: first, undone: [] });
  const contextOf = (): CanvasRenderingContext2D | undefined => canvas.current?.getContext('2d') ?? undefined;
  useEffect(() => {
    const context = contextOf();
    if (context !== undefined && featherPx === 0) paintAll(context, done, colour);
    else if (context !== undefined) paintSoft(context, done, featherPx);
  }, [done, featherPx]);
  /** What came last of the stroke under the pointer; the whole is drawn again when it ends. */
  const show = (points: readonly Point[]): void => {
    const context = contextOf();
    const { current } = now;
    if (current === undefined) return;
    const { tool, erases, widthPx } = current;
    if (tool !== 'brush') setCorners([...current.points]);
    else if (context !== undefined) paintShape(context, { kind: 'stroke', erases, widthPx, points }, colour);
  };
  const begin = (at: Point, paint: Paint): void => {
    now.current = { ...paint, points: [at] };
    show([at]);
  };
  const go = (to: Point): void => {
    const { current } = now;
    const last = current?.points.at(-1);
    if (current === undefined || last === undefined) return;
    // Of a rectangle two corners count.
    if (current.tool === 'rectangle') current.points.splice(1);
    current.points.push(to);
    show([last, to]);
  };
  const end = useCallback((): void => {
    const { current } = now;
    now.current = undefined;
    setCorners([]);
    const shape = current && shapeOf(current);
    if (shape !== undefined) step({ kind: 'add', shape });
  }, []);
  const dropCorners = (all: boolean): void => {
    const { current } = now;
    if (current === undefined) return;
    current.points.splice(all ? 0 : -1);
    if (current.points.length === 0) now.current = undefined;
    setCorners([...current.points]);
  };
  return { canvas, drawing: done, canRedo: undone.length > 0, corners, step, begin, go, end, dropCorners };
}

/** What the way of the pointer comes to; undefined where it encloses nothing. */
function shapeOf({
  tool,
  erases,
  widthPx,
  points,
}: Paint & { readonly points: readonly Point[] }): MaskShape | undefined {
  if (tool === 'brush') return { kind: 'stroke', erases, widthPx, points };
  if (tool === 'lasso') return points.length < 3 ? undefined : { kind: 'lasso', erases, points };
  const [[x1, y1] = [0, 0], [x2, y2] = [0, 0]] = points;
  // Of whole pixels, so that an edge is an edge.
  const [x, y] = [Math.floor(Math.min(x1, x2)), Math.floor(Math.min(y1, y2))];
  const [width, height] = [Math.ceil(Math.max(x1, x2)) - x, Math.ceil(Math.max(y1, y2)) - y];
  return points.length < 2 || width === 0 || height === 0
    ? undefined
    : { kind: 'rectangle', erases, x, y, width, height };
}

function paintSoft(context: MaskContext, drawing: MaskDrawing, featherPx: number): void {
  const { width, height } = context.canvas;
  const scale = Math.min(1, longestShownPx / Math.max(width, height));
  const small = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
  const own = small.getContext('2d', { willReadFrequently: true });
  if (own === null) return;
  paintAll(own, drawing, colour, scale);
  const pixels = own.getImageData(0, 0, small.width, small.height);
  const painted = paintedOf(pixels);
  feather(painted, small.width, featherPx * scale);
  for (let at = 0; at < painted.length; at++) pixels.data[at * 4 + 3] = painted[at] ?? 0;
  own.putImageData(pixels, 0, 0);
  context.globalCompositeOperation = 'copy';
  context.drawImage(small, 0, 0, width, height);
}
