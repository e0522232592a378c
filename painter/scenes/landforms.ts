import { darken, lighten, mix } from '../colour.ts';
import type { Random } from '../random.ts';
import type { Stage } from '../stage.ts';
import { opacity, path, type Point, polygon, round, smooth, stroke } from '../svg.ts';

/** A rolling ridge across the whole picture, filled down to the bottom. Returns its outline points. */
export function ridge(
  stage: Stage,
  label: string,
  baseY: number,
  swing: number,
  wavelength: number,
  fill: string,
): readonly Point[] {
  const random = stage.random.fork(label);
  const points: Point[] = [];
  const steps = Math.max(3, Math.round(stage.width / wavelength) + 1);
  for (let index = -1; index <= steps + 1; index += 1) {
    const up = (index + (random.chance(0.5) ? 0 : 1)) % 2 === 0 ? 1 : -1;
    points.push({ x: (index / steps) * stage.width, y: baseY + up * swing * random.range(0.25, 1) });
  }
  const bottom = stage.height + 20;
  stage.drawing.add(
    path(
      `${smooth(points)}L${round(stage.width * 1.4)} ${bottom}L${round(-stage.width * 0.4)} ${bottom}Z`,
      fill,
    ),
  );
  return points;
}

/** The y of a ridge outline at x (straight between its points: close enough to plant a tree on). */
export function heightAt(points: readonly Point[], x: number): number {
  for (let index = 1; index < points.length; index += 1) {
    const [from, to] = [points[index - 1], points[index]];
    if (from !== undefined && to !== undefined && x <= to.x) {
      return from.y + ((to.y - from.y) * (x - from.x)) / (to.x - from.x);
    }
  }
  return points.at(-1)?.y ?? 0;
}

/** One mountain with a sunny and a shady face and a cap of snow, its foot at `footY`. */
export function mountain(
  random: Random,
  x: number,
  footY: number,
  width: number,
  height: number,
  colour: string,
  snow: string,
  litFromLeft: boolean,
): string {
  const peak = { x, y: footY - height };
  const left = { x: x - width * random.range(0.46, 0.56), y: footY };
  const right = { x: x + width * random.range(0.46, 0.56), y: footY };
  const spine: Point[] = [peak];
  for (const share of [0.2, 0.42, 0.66, 1])
    spine.push({ x: x + random.range(-0.06, 0.09) * width * share * 1.5, y: footY - height * (1 - share) });
  const bright = lighten(colour, 0.14);
  const shady = darken(colour, 0.13);
  const capAt = 0.3;
  const between = (to: Point, share: number): Point => ({
    x: peak.x + (to.x - peak.x) * share,
    y: peak.y + (to.y - peak.y) * share,
  });
  const capLeft = between(left, capAt);
  const capRight = between(right, capAt * random.range(0.85, 1.1));
  const zig: Point[] = [];
  for (let index = 1; index < 6; index += 1) {
    const share = index / 6;
    zig.push({
      x: capLeft.x + (capRight.x - capLeft.x) * share,
      y: capLeft.y + (capRight.y - capLeft.y) * share + (index % 2 === 0 ? -0.055 : 0.075) * height,
    });
  }
  const spineTop = spine.slice(0, 2);
  const middle = zig[2] ?? peak;
  return (
    path(polygon([left, ...spine]), litFromLeft ? bright : shady) +
    path(polygon([right, ...spine]), litFromLeft ? shady : bright) +
    path(polygon([peak, capLeft, ...zig, capRight]), snow) +
    path(
      polygon([
        ...spineTop,
        middle,
        ...(litFromLeft ? [...zig.slice(3), capRight] : [...zig.slice(0, 2).reverse(), capLeft]),
      ]),
      mix(snow, shady, 0.3),
    ) +
    stroke(
      `M${round(x + width * 0.05)} ${round(footY - height * 0.42)}l${round(width * 0.07)} ${round(height * 0.14)}`,
      lighten(shady, 0.14),
      4,
      opacity(0.5),
    )
  );
}

/** A range of mountains along the horizon, tallest near the middle of the picture's interest. */
export function mountainRange(
  stage: Stage,
  label: string,
  footY: number,
  tallest: number,
  colour: string,
  snow: string,
): void {
  const random = stage.random.fork(label);
  const litFromLeft = random.chance(0.5);
  const spacing = tallest * random.range(0.7, 0.85);
  const peaks: { x: number; height: number }[] = [];
  for (let x = -spacing * 0.2; x < stage.width + spacing * 0.4; x += spacing * random.range(0.75, 1.15)) {
    peaks.push({ x, height: tallest * random.range(0.5, 1) });
  }
  peaks.sort((first, second) => second.height - first.height);
  for (const peak of peaks) {
    stage.drawing.add(
      mountain(
        random,
        peak.x,
        footY + 14,
        peak.height * random.range(1.25, 1.6),
        peak.height,
        mix(colour, stage.palette.haze, 0.25 * (1 - peak.height / tallest)),
        snow,
        litFromLeft,
      ),
    );
  }
}
