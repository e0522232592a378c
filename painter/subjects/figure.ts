import { lighten } from '../colour.ts';
import type { Pen } from '../stage.ts';
import { circle, ellipse, opacity, stroke } from '../svg.ts';

/** A drawn subject: its origin is where it touches the ground or the waterline, up is negative, one unit is one unit. */
export interface Figure {
  readonly svg: string;
  readonly width: number;
  /** How far it reaches above its origin. */
  readonly height: number;
  /** Walkers stand on land, swimmers lie in the waterline, flyers and divers are centred in the open. */
  readonly stance: 'stands' | 'swims' | 'floats';
  /** The middle of the top of the head and the head's width, where hats go. */
  readonly head?: { readonly x: number; readonly y: number; readonly width: number };
  /** Above 1 for subjects that should fill more of the picture. */
  readonly importance?: number;
}

export type DrawFigure = (pen: Pen) => Figure;

/** A pair of round, shining eyes at ±`apart` from x, the look that makes a creature likeable. */
export function eyes(x: number, y: number, apart: number, r: number, ink = '#2a1c26'): string {
  return [-1, 1]
    .map(
      (side) =>
        circle(x + side * apart, y, r, ink) +
        circle(x + side * apart - r * 0.28, y - r * 0.34, r * 0.36, '#ffffff') +
        circle(x + side * apart + r * 0.34, y + r * 0.36, r * 0.17, '#ffffff', opacity(0.8)),
    )
    .join('');
}

/** Closed, smiling eyes. */
export function dozingEyes(x: number, y: number, apart: number, r: number, ink = '#2a1c26'): string {
  return [-1, 1]
    .map((side) =>
      stroke(`M${x + side * apart - r} ${y - r * 0.1}q${r} ${r * 1.1} ${r * 2} 0`, ink, r * 0.42),
    )
    .join('');
}

export const blush = (x: number, y: number, apart: number, r: number, colour = '#f58f8f'): string =>
  [-1, 1].map((side) => ellipse(x + side * apart, y, r, r * 0.62, colour, opacity(0.55))).join('');

/** The soft shadow something casts on the ground it stands on. */
export const groundShadow = (half: number, colour = '#1d1330'): string =>
  ellipse(4, 1, half, half * 0.16, colour, opacity(0.13)) +
  ellipse(2, 1, half * 0.72, half * 0.1, colour, opacity(0.15));

/** The subject's own colour under this light, or the colour the prompt names for it. */
export const coat = ({ motif, palette }: Pen, natural: string): string =>
  palette.lit(motif.subjectColour ?? natural);

export const shine = (colour: string): string => lighten(colour, 0.35);
