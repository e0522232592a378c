import { type RefObject, useCallback, useEffect, useReducer, useRef } from 'react';
import { type MaskDrawing, type MaskShape, paintAll, paintShape, type Point } from './mask-drawing.ts';

const colour = '#e0218a';

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

export interface MaskTool {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly drawing: MaskDrawing;
  readonly canRedo: boolean;
  readonly step: (step: Step) => void;
  readonly begin: (at: Point, widthPx: number, erases: boolean) => void;
  readonly go: (to: Point) => void;
  readonly end: () => void;
}

/** What is painted and what was taken back, on a canvas that has the picture's own pixels. */
export function useMaskTool(first: MaskDrawing): MaskTool {
  const canvas = useRef<HTMLCanvasElement>(null);
  const stroke = useRef<{ widthPx: number; erases: boolean; points: Point[] }>(undefined);
  const [{ done, undone }, step] = useReducer(pastAfter, { done: first, undone: [] });
  const contextOf = (): CanvasRenderingContext2D | undefined => canvas.current?.getContext('2d') ?? undefined;
  useEffect(() => {
    const context = contextOf();
    if (context !== undefined) paintAll(context, done, colour);
  }, [done]);
  /** What came last of the stroke under the pointer; the whole is drawn again when it ends. */
  const show = (points: readonly Point[]): void => {
    const context = contextOf();
    const now = stroke.current;
    if (context !== undefined && now !== undefined)
      paintShape(context, { kind: 'stroke', erases: now.erases, widthPx: now.widthPx, points }, colour);
  };
  const begin = (at: Point, widthPx: number, erases: boolean): void => {
    stroke.current = { widthPx, erases, points: [at] };
    show([at]);
  };
  const go = (to: Point): void => {
    const last = stroke.current?.points.at(-1);
    if (last === undefined) return;
    stroke.current?.points.push(to);
    show([last, to]);
  };
  const end = useCallback((): void => {
    const now = stroke.current;
    stroke.current = undefined;
    if (now !== undefined) step({ kind: 'add', shape: { kind: 'stroke', ...now } });
  }, []);
  return { canvas, drawing: done, canRedo: undone.length > 0, step, begin, go, end };
}
