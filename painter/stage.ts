import type { Drawing } from './drawing.ts';
import type { Palette } from './palette.ts';
import type { Motif } from './prompt-motif.ts';
import type { Random } from './random.ts';

/**
 * Everything a scene needs to draw itself. Lengths are drawing units: the picture's short side is always
 * 1000 of them, so that a scene looks the same at every size and only its long side varies.
 */
export interface Stage {
  readonly drawing: Drawing;
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  readonly motif: Motif;
  readonly random: Random;
}

/** Where a scene wants its subjects: what they stand on, and where the open air is. */
export interface Slot {
  /** The y that feet stand on, or the waterline that swimmers lie in. */
  readonly groundY: number;
  /** The y that flying subjects are centred on. */
  readonly airY: number;
  /** What lies underfoot decides what carries a subject that cannot stand there. */
  readonly footing: 'land' | 'water' | 'deep';
}

/** Draws a setting from back to front, calling `putSubjects` when everything behind them has been drawn. */
export type Scene = (stage: Stage, putSubjects: (slot: Slot) => void) => void;

/** What a subject needs to draw itself around its own origin (feet or waterline at y 0, up is negative). */
export type Pen = Pick<Stage, 'drawing' | 'palette' | 'motif' | 'random'>;

/** The y of the horizon: very tall pictures get more sky, not a mile of lawn. */
export function horizonOf({ height }: Stage, share: number): number {
  return height - Math.min(height * share, 1000 * share * 1.5);
}
