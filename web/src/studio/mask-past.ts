import type { MaskDrawing, MaskShape } from './mask-drawing.ts';

/** So many steps can be taken back. */
const mostUndone = 50;

/** What was painted, in order. What lies further back than can be undone is settled. */
export interface MaskPast {
  readonly settled: MaskDrawing;
  readonly done: MaskDrawing;
  readonly undone: MaskDrawing;
}
export type MaskStep =
  | { readonly kind: 'add'; readonly shape: MaskShape }
  | { readonly kind: 'undo' | 'redo' };

export function pastOf(drawing: MaskDrawing): MaskPast {
  return { settled: drawing.slice(0, -mostUndone), done: drawing.slice(-mostUndone), undone: [] };
}

export function pastAfter({ settled, done, undone }: MaskPast, step: MaskStep): MaskPast {
  const [oldest, last, next] = [done[0], done.at(-1), undone.at(-1)];
  if (step.kind === 'add' && oldest !== undefined && done.length === mostUndone)
    return { settled: onlyShown([...settled, oldest]), done: [...done.slice(1), step.shape], undone: [] };
  if (step.kind === 'add') return { settled, done: [...done, step.shape], undone: [] };
  if (step.kind === 'undo' && last !== undefined)
    return { settled, done: done.slice(0, -1), undone: [...undone, last] };
  if (step.kind === 'redo' && next !== undefined)
    return { settled, done: [...done, next], undone: undone.slice(0, -1) };
  return { settled, done, undone };
}

/** What is to be seen of it: what was cleared is not. */
export function onlyShown(drawing: MaskDrawing): MaskDrawing {
  return drawing.slice(drawing.findLastIndex(({ kind }) => kind === 'clear') + 1);
}
