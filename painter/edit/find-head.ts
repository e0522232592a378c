import type { Head } from '../compose-scene.ts';
import type { Stage } from '../stage.ts';
import type { Pixels, Reference } from './frame.ts';
import type { Rgb, Spot } from './repaint.ts';
import type { SkyMap } from './sky-map.ts';

type Size = Pick<Stage, 'width' | 'height'>;

/** The head of who is in a sandbox picture, which tells it, in units of the drawing that the picture fills. */
export function knownHead(
  { width, height }: Size,
  { head, ...original }: Reference,
  frame: Pixels,
): Head | undefined {
  if (head === undefined) return undefined;
  const scale = Math.max(frame.widthPx / original.widthPx, frame.heightPx / original.heightPx);
  const unitsPerPx = (scale * width) / frame.widthPx;
  const left = (width - original.widthPx * unitsPerPx) / 2;
  const top = (height - original.heightPx * unitsPerPx) / 2;
  return { x: left + head.x * unitsPerPx, y: top + head.y * unitsPerPx, width: head.width * unitsPerPx };
}

/** In any other picture: the top of what stands in its middle. */
export function guessedHead({ width, height }: Size, map: SkyMap): Head {
  let best = { x: 0.5, y: 1 };
  for (let x = 0.3; x <= 0.7; x += 0.02) {
    let y = 0.06;
    // Deep enough to be somebody, not a wire or a bird.
    while (y < 0.62 && (map.has(x, y) || map.has(x, y + 0.06) || map.has(x, y + 0.12))) y += 0.01;
    if (y < best.y) best = { x, y };
  }
  return { x: best.x * width, y: Math.max(best.y, 0.16) * height, width: Math.min(width, height) * 0.24 };
}

/** Whether a point, in fractions of the picture, is too far from a head to belong to its figure. */
export function awayFrom({ x, y, width: head }: Head, { width, height }: Size) {
  return (across: number, down: number): boolean =>
    Math.hypot((across * width - x) / (head * 1.4), (down * height - y - head * 0.75) / (head * 1.15)) > 1;
}

/** About where a figure is whose head is known, and the colour of most of that head. */
export function spotOf({ x, y, width: head }: Head, { width, height }: Size, frame: Pixels): Spot {
  const unitsPerPx = width / frame.widthPx;
  let best: { colour: Rgb; strength: number } = { colour: [0, 0, 0], strength: -1 };
  for (const right of [-0.3, -0.15, 0.15, 0.3])
    for (const down of [0.2, 0.3, 0.4]) {
      const column = Math.round((x + right * head) / unitsPerPx);
      const at = Math.round((y + down * head) / unitsPerPx) * frame.widthPx + column;
      const colour: Rgb = [frame.data[at * 3] ?? 0, frame.data[at * 3 + 1] ?? 0, frame.data[at * 3 + 2] ?? 0];
      const strength = Math.max(...colour) - Math.min(...colour);
      if (strength > best.strength) best = { colour, strength };
    }
  const from = best.colour;
  return {
    x: x / width,
    y: (y + head) / height,
    across: (head * 1.7) / width,
    down: (head * 1.8) / height,
    from,
  };
}
