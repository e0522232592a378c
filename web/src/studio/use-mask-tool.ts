import { type RefObject, useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { type MaskDrawing, type MaskShape, paintShape, type Point } from './mask-drawing.ts';
import { maskColour, MaskPainter } from './mask-painter.ts';
import { type MaskStep, onlyShown, pastAfter, pastOf } from './mask-past.ts';

export const maskTools = ['brush', 'lasso', 'rectangle'] as const;
export type MaskToolName = (typeof maskTools)[number];

/** What the pointer or the keys paint with. */
export interface Paint {
  readonly tool: MaskToolName;
  readonly erases: boolean;
  readonly widthPx: number;
}

export interface MaskTool {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly drawing: MaskDrawing;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Corners of a lasso or a rectangle that is not closed yet. */
  readonly corners: readonly Point[];
  readonly step: (step: MaskStep) => void;
  readonly begin: (at: Point, paint: Paint) => void;
  readonly go: (to: Point) => void;
  readonly end: () => void;
  /** The pointer does something else: what it began is gone. */
  readonly drop: () => void;
  /** Takes back the last corner. */
  readonly dropCorner: () => void;
}

/** What is painted and what was taken back, on a canvas that has the picture's own pixels. */
export function useMaskTool(first: MaskDrawing, featherPx: number): MaskTool {
  const canvas = useRef<HTMLCanvasElement>(null);
  const now = useRef<Paint & { points: Point[] }>(undefined);
  const [corners, setCorners] = useState<readonly Point[]>([]);
  const [past, step] = useReducer(pastAfter, first, pastOf);
  const [painter] = useState(() => new MaskPainter());
  const drawing = useMemo(() => onlyShown([...past.settled, ...past.done]), [past]);
  const contextOf = (): CanvasRenderingContext2D | undefined => canvas.current?.getContext('2d') ?? undefined;
  useEffect(() => {
    const context = contextOf();
    if (context !== undefined) painter.show(context, past, featherPx);
  }, [painter, past, featherPx]);
  /** What came last of the stroke under the pointer. */
  const show = (points: readonly Point[]): void => {
    const context = contextOf();
    const { current } = now;
    if (current === undefined) return;
    const { tool, erases, widthPx } = current;
    if (tool !== 'brush') setCorners([...current.points]);
    else if (context !== undefined)
      paintShape(context, { kind: 'stroke', erases, widthPx, points }, maskColour);
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
  const drop = (): void => {
    const [context, isStroke] = [contextOf(), now.current?.tool === 'brush'];
    now.current = undefined;
    setCorners([]);
    if (context !== undefined && isStroke) painter.show(context, past, featherPx, true);
  };
  const dropCorner = (): void => {
    const { current } = now;
    if (current === undefined) return;
    current.points.pop();
    if (current.points.length === 0) now.current = undefined;
    setCorners([...current.points]);
  };
  return {
    canvas,
    drawing,
    canUndo: past.done.length > 0,
    canRedo: past.undone.length > 0,
    corners,
    step,
    begin,
    go,
    end,
    drop,
    dropCorner,
  };
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
