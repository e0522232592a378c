import { darken, lighten, mix } from '../colour.ts';
import type { Random } from '../random.ts';
import { horizonOf, type Scene, type Stage } from '../stage.ts';
import { circle, ellipse, opacity, path, place, rect, round, stroke } from '../svg.ts';
import { leafyTree } from './flora.ts';
import { drawSky } from './sky.ts';

function windows(
  random: Random,
  width: number,
  height: number,
  glass: string,
  lamp: string,
  share: number,
): string {
  const columns = Math.max(2, Math.round(width / 30));
  const rows = Math.max(2, Math.round(height / 40));
  const gapX = width / columns;
  const gapY = height / rows;
  let panes = '';
  let lamps = '';
  for (let row = 0; row < rows - 1; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const d = `M${round(-width / 2 + gapX * (column + 0.27))} ${round(-height + gapY * (row + 0.5))}h${round(gapX * 0.46)}v${round(gapY * 0.5)}h${round(-gapX * 0.46)}Z`;
      if (random.chance(share)) lamps += d;
      else panes += d;
    }
  }
  return path(panes, glass) + path(lamps, lamp);
}

function building(
  random: Random,
  width: number,
  height: number,
  wall: string,
  glass: string,
  lamp: string,
  share: number,
): string {
  const half = width / 2;
  const shade = darken(wall, 0.12);
  const roof = random.pick(['flat', 'gable', 'spire', 'tank', 'round'] as const);
  const body =
    rect(-half, -height, width, height + 40, wall) +
    rect(half - width * 0.18, -height, width * 0.18, height + 40, shade, 0, opacity(0.5));
  const top = {
    flat: rect(-half - 4, -height - 8, width + 8, 10, shade, 2),
    gable: path(
      `M${round(-half - 6)} ${round(-height)}L0 ${round(-height - width * 0.42)}L${round(half + 6)} ${round(-height)}Z`,
      shade,
    ),
    spire:
      path(
        `M${round(-half * 0.5)} ${round(-height)}L0 ${round(-height - width * 0.9)}L${round(half * 0.5)} ${round(-height)}Z`,
        wall,
      ) + stroke(`M0 ${round(-height - width * 0.85)}v-40`, shade, 4),
    tank:
      rect(-width * 0.2, -height - 40, width * 0.4, 32, shade, 5) +
      stroke(
        `M${round(-width * 0.14)} ${round(-height - 10)}v12M${round(width * 0.14)} ${round(-height - 10)}v12`,
        shade,
        4,
      ),
    round: path(
      `M${round(-half)} ${round(-height + 1)}A${round(half)} ${round(half * 0.8)} 0 0 1 ${round(half)} ${round(-height + 1)}Z`,
      wall,
    ),
  }[roof];
  return top + body + windows(random, width, height, glass, lamp, share);
}

function row(stage: Stage, label: string, footY: number, tallest: number, fade: number): void {
  const { drawing, width, palette, motif } = stage;
  const random = stage.random.fork(label);
  const walls = ['#e9927c', '#f2c079', '#8fb7d9', '#d8a0b8', '#8cc0b0', '#b7a6dc', '#f0d9b5'] as const;
  const dusk = palette.dark || motif.light === 'sunset';
  for (let x = -20; x < width + 40; ) {
    const wide = random.range(76, 150);
    const wall = palette.dark
      ? mix(palette.lit(random.pick(walls)), '#2a2f6b', 0.5)
      : palette.lit(random.pick(walls));
    const faded = mix(wall, palette.haze, fade);
    drawing.add(
      place(
        building(
          random,
          wide,
          random.range(0.42, 1) * tallest,
          faded,
          dusk ? darken(faded, 0.28) : mix(lighten(faded, 0.35), palette.sky[0], 0.2),
          '#ffd981',
          dusk ? 0.55 : 0.1,
        ),
        { x: x + wide / 2, y: footY },
      ),
    );
    x += wide + random.range(-2, 16);
  }
}

/** A skyline in three depths, with a quay or a street in front. */
export const city: Scene = (stage, putSubjects) => {
  const { drawing, width, height, palette } = stage;
  const random = stage.random.fork('city');
  const horizon = horizonOf(stage, 0.3);
  const span = height - horizon;
  drawSky(stage, horizon);
  const room = Math.min(horizon * 0.86, 1150);
  row(stage, 'far', horizon, room * 0.86, 0.68);
  drawing.add(
    rect(
      0,
      horizon - room * 0.5,
      width,
      room * 0.5 + 20,
      drawing.linear([
        [0, palette.haze, 0],
        [1, palette.haze, 0.6],
      ]),
    ),
  );
  row(stage, 'middle', horizon + 10, room * 0.6, 0.36);
  row(stage, 'near', horizon + 26, room * 0.36, 0.05);
  for (let x = random.range(0, 60); x < width; x += random.range(80, 170)) {
    drawing.add(
      place(leafyTree(random, random.pick([palette.leaves[0], palette.leaves[1]]), palette.lit('#70503d')), {
        x,
        y: horizon + 36,
        scale: random.range(0.8, 1.25),
      }),
    );
  }
  const pavement = palette.lit('#e2d3c8');
  const road = palette.dark ? '#343a6b' : palette.lit('#8d8aa3');
  drawing.add(
    rect(
      0,
      horizon + 30,
      width,
      span * 0.28,
      drawing.linear([
        [0, lighten(pavement, 0.1)],
        [1, darken(pavement, 0.06)],
      ]),
    ),
  );
  drawing.add(rect(0, horizon + 30 + span * 0.25, width, 12, darken(pavement, 0.2)));
  drawing.add(
    rect(
      0,
      horizon + 42 + span * 0.25,
      width,
      span,
      drawing.linear([
        [0, lighten(road, 0.06)],
        [1, darken(road, 0.2)],
      ]),
    ),
  );
  for (let x = random.range(-100, 0); x < width; x += 210)
    drawing.add(rect(x, horizon + span * 0.62, 110, 11, palette.cream, 5, opacity(0.8)));
  const lampGlow = drawing.radial([
    [0, '#ffe9a8', 0.9],
    [0.3, '#ffdf8a', 0.35],
    [1, '#ffdf8a', 0],
  ]);
  for (let x = random.range(60, 160); x < width; x += 420) {
    const post = darken(road, 0.35);
    drawing.add(
      stroke(`M${round(x)} ${round(horizon + span * 0.26)}v-190`, post, 8) +
        stroke(`M${round(x - 26)} ${round(horizon + span * 0.26 - 186)}q26 -22 52 0`, post, 6),
    );
    for (const side of [-26, 26]) {
      const y = horizon + span * 0.26 - 172;
      if (palette.dark || stage.motif.light === 'sunset') drawing.add(circle(x + side, y, 90, lampGlow));
      drawing.add(circle(x + side, y, 13, '#fff1c4'));
    }
  }
  putSubjects({ groundY: horizon + span * 0.56, airY: horizon * 0.4, footing: 'land' });
  for (let index = 0; index < Math.min(30, width / 80); index += 1) {
    drawing.add(
      ellipse(
        random.range(0, width),
        random.range(height - span * 0.2, height),
        random.range(30, 80),
        3,
        lighten(road, 0.2),
        opacity(0.3),
      ),
    );
  }
};
