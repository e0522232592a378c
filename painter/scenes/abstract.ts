import { darken, lighten, mix, turnHue } from '../colour.ts';
import type { Random } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';
import { circle, opacity, path, type Point, rect, round, smooth, stroke } from '../svg.ts';

type Inks = readonly [string, ...string[]];

/** Printers' sets: a deep ink, four bright ones, and one that answers them. */
const printed: readonly [Inks, ...Inks[]] = [
  ['#23395b', '#ef6f5e', '#f7a072', '#f9c784', '#fce3b6', '#3d8f9e'],
  ['#1f3f5b', '#2f7fb8', '#5fb0d6', '#9ad4e0', '#d2edea', '#f2855e'],
  ['#3b2a5c', '#8a5fc0', '#c07fd0', '#f0a0bf', '#fbd0cf', '#f6b84a'],
  ['#174a4a', '#2a9d8f', '#6cc0a0', '#b7dc9a', '#f3edb8', '#ef7a5a'],
  ['#4a1f3d', '#c8436f', '#ee7a7f', '#f8ab83', '#fdd9a0', '#4b6fb5'],
  ['#2c3a2f', '#5b8f5e', '#94b86a', '#d2cf7a', '#f6e6ae', '#d9694a'],
];

function inksFor({ palette, motif }: Stage, random: Random): Inks {
  const base = motif.backdropColour ?? motif.subjectColour;
  const spread = random.pick([16, -18]);
  const ramp = (named: string): Inks => [
    darken(named, 0.35),
    ...[0, 1, 2, 3].map((step) => mix(turnHue(named, spread * step), '#fff3dc', step * 0.2)),
    turnHue(named, 165),
  ];
  const inks = base === null ? random.pick(printed) : ramp(base);
  const [deep, ...others] = inks;
  return palette.dark ? [darken(deep, 0.3), ...others.map((ink) => darken(ink, 0.25))] : inks;
}

/** Bands that flow across the picture, one over the other, with a low sun behind them. */
function flowing({ drawing, width, height }: Stage, random: Random, inks: Inks): void {
  const [deep, ...bright] = inks;
  drawing.add(
    rect(
      0,
      0,
      width,
      height,
      drawing.linear(
        [
          [0, lighten(bright[2] ?? deep, 0.66)],
          [1, lighten(bright[0] ?? deep, 0.42)],
        ],
        0,
        0,
        0.4,
        1,
      ),
    ),
  );
  const sun = {
    x: width * random.range(0.3, 0.7),
    y: height * random.range(0.26, 0.4),
    r: random.range(150, 230),
  };
  drawing.add(
    circle(
      sun.x,
      sun.y,
      sun.r * 2.4,
      drawing.radial([
        [0, '#fffbe8', 0.7],
        [1, '#fffbe8', 0],
      ]),
    ),
  );
  drawing.add(
    circle(
      sun.x,
      sun.y,
      sun.r,
      drawing.linear([
        [0, lighten(bright.at(-1) ?? deep, 0.25)],
        [1, bright.at(-1) ?? deep],
      ]),
    ),
  );
  const bands = 7;
  const steps = Math.max(4, Math.round(width / 320));
  const phase = random.range(0, 6);
  const ramp = [...bright.slice(0, -1).reverse(), deep];
  const tone = (along: number): string => {
    const at = along * (ramp.length - 1);
    const from = Math.min(ramp.length - 2, Math.floor(at));
    return mix(ramp[from] ?? deep, ramp[from + 1] ?? deep, at - from);
  };
  for (let band = 0; band < bands; band += 1) {
    const baseY = height * (0.34 + (band / bands) * 0.66);
    const swing = Math.min(130, height * 0.1) * random.range(0.6, 1.1);
    const points: Point[] = [];
    for (let index = -1; index <= steps + 1; index += 1)
      points.push({
        x: (index / steps) * width,
        y: baseY + Math.sin(phase + index * 1.3 + band * 0.85) * swing,
      });
    const ink = tone(band / (bands - 1));
    const crest = smooth(points);
    drawing.add(
      path(
        `${crest}L${round(width * 1.5)} ${height + 10}L${round(-width * 0.5)} ${height + 10}Z`,
        drawing.linear([
          [0, lighten(ink, 0.24)],
          [0.7, ink],
        ]),
      ),
    );
    drawing.add(stroke(crest, lighten(ink, 0.6), 3, opacity(0.55)));
    for (const drop of [22, 40])
      drawing.add(
        stroke(smooth(points.map(({ x, y }) => ({ x, y: y + drop }))), lighten(ink, 0.4), 1.8, opacity(0.32)),
      );
  }
}

/** Quarter discs, arches and dots on a grid, as on a printed poster. */
function poster({ drawing, width, height }: Stage, random: Random, inks: Inks): void {
  const paper = '#fbf1dd';
  drawing.add(rect(0, 0, width, height, paper));
  const columns = Math.max(3, Math.min(28, Math.round(width / 250)));
  const rows = Math.max(3, Math.min(28, Math.round(height / 250)));
  const [w, h] = [width / columns, height / rows];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const [x, y] = [column * w, row * h];
      const back = random.pick(inks);
      let front = random.pick(inks);
      if (front === back) front = paper;
      const ground = random.chance(0.3) ? paper : back;
      drawing.add(
        rect(
          x,
          y,
          w + 1,
          h + 1,
          drawing.linear([
            [0, lighten(ground, 0.1)],
            [1, ground],
          ]),
        ),
      );
      const ink = ground === front ? back : front;
      const kind = random.whole(0, 5);
      if (kind === 0)
        drawing.add(
          path(
            `M${round(x)} ${round(y)}h${round(w)}A${round(w)} ${round(h)} 0 0 1 ${round(x)} ${round(y + h)}Z`,
            ink,
          ),
        );
      else if (kind === 1)
        drawing.add(
          path(
            `M${round(x + w)} ${round(y + h)}h${round(-w)}A${round(w)} ${round(h)} 0 0 1 ${round(x + w)} ${round(y)}Z`,
            ink,
          ),
        );
      else if (kind === 2) {
        const r = Math.min(w, h);
        for (const [step, share] of [0.42, 0.28, 0.14].entries())
          drawing.add(circle(x + w / 2, y + h / 2, r * share, step === 1 ? paper : ink));
      } else if (kind === 3) {
        for (const share of [1, 0.7, 0.4])
          drawing.add(
            path(
              `M${round(x + (w * (1 - share)) / 2)} ${round(y + h)}A${round((w * share) / 2)} ${round(h * 0.92 * share)} 0 0 1 ${round(x + w - (w * (1 - share)) / 2)} ${round(y + h)}Z`,
              share === 0.7 ? paper : ink,
            ),
          );
      } else if (kind === 4) {
        for (let dot = 0; dot < 16; dot += 1)
          drawing.add(
            circle(
              x + (w * ((dot % 4) + 0.5)) / 4,
              y + (h * (Math.floor(dot / 4) + 0.5)) / 4,
              Math.min(w, h) * 0.06,
              ink,
            ),
          );
      } else
        drawing.add(path(`M${round(x)} ${round(y + h)}L${round(x + w)} ${round(y)}V${round(y + h)}Z`, ink));
    }
  }
}

/** Soft pebbles and leaves that overlap, with a fine line drawing above. */
function pebbles({ drawing, width, height }: Stage, random: Random, inks: Inks): void {
  drawing.add(
    rect(
      0,
      0,
      width,
      height,
      drawing.linear([
        [0, '#fdf4e3'],
        [1, lighten(inks[1] ?? inks[0], 0.66)],
      ]),
    ),
  );
  const blob = (x: number, y: number, r: number): string =>
    smooth(
      Array.from({ length: 8 }, (_, index) => ({
        x: x + Math.cos((index / 8) * 6.283) * r * random.range(0.78, 1.15),
        y: y + Math.sin((index / 8) * 6.283) * r * random.range(0.72, 1.05),
      })),
      true,
    );
  const [first = inks[0], ...rest] = inks.slice(1).map((ink) => lighten(ink, 0.12));
  const soft: Inks = [first, ...rest];
  const count = Math.min(90, Math.round((width * height) / 58000));
  for (let index = 0; index < count; index += 1) {
    const ink = random.pick(soft);
    const shape = blob(random.range(0, width), random.range(0, height), random.range(70, 240));
    drawing.add(
      path(
        shape,
        drawing.linear(
          [
            [0, lighten(ink, 0.25)],
            [1, ink],
          ],
          0,
          0,
          1,
          1,
        ),
        opacity(1),
      ),
    );
    if (random.chance(0.4))
      drawing.add(
        `<g transform="translate(14 -16)">${stroke(shape, darken(ink, 0.3), 2.4, opacity(0.5))}</g>`,
      );
  }
  for (let index = 0; index < count * 2.4; index += 1)
    drawing.add(
      circle(
        random.range(0, width),
        random.range(0, height),
        random.range(3, 9),
        random.pick(['#fff7e6', inks[0]]),
        opacity(0.8),
      ),
    );
}

/** For prompts that name nothing the sandbox can draw: a composition of shape and colour. */
export const abstract: Scene = (stage, putSubjects) => {
  const random = stage.random.fork('abstract');
  const inks = inksFor(stage, random);
  const { height } = stage;
  random.pick([flowing, flowing, flowing, poster, pebbles])(stage, random, inks);
  putSubjects({ groundY: height * 0.8, airY: height * 0.5, footing: 'deep' });
};
