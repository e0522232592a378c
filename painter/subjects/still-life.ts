import { path, stroke } from '../svg.ts';
import { blush, eyes, type Figure } from './figure.ts';

/** A tiny face, for fruit that is pleased to see you. */
export const littleFace = (x: number, y: number): string =>
  eyes(x, y, 13, 4.6) + blush(x, y + 10, 22, 6) + stroke(`M${x - 5} ${y + 7}q5 6 10 0`, '#5a2a2a', 2.4);

/** A stalk with one leaf. */
export const stemLeaf = (x: number, y: number, leaf: string): string =>
  stroke(`M${x} ${y}q2 -14 8 -20`, '#7a4f32', 6) +
  path(
    `M${x + 5} ${y - 12}C${x + 14} ${y - 34} ${x + 40} ${y - 34} ${x + 50} ${y - 24}C${x + 40} ${y - 8} ${x + 18} ${y - 6} ${x + 5} ${y - 12}Z`,
    leaf,
  );

/** A figure that stands on a table and may wear a hat. */
export const still = (svg: string, width: number, height: number, importance = 1): Figure => ({
  svg,
  width,
  height,
  stance: 'stands',
  head: { x: 0, y: -height, width: Math.min(width * 0.6, 100) },
  importance,
});
