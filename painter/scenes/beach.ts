import { darken, lighten, mix } from '../colour.ts';
import { horizonOf, type Scene } from '../stage.ts';
import { circle, ellipse, opacity, path, place, rect, round, stroke } from '../svg.ts';
import { drawSky } from './sky.ts';
import { glints } from './sea.ts';
import { waveBand } from './waves.ts';

/** A palm about 300 units tall, leaning right, foot at the origin. */
function palm(trunk: string, leaf: string): string {
  const frond = (angle: number, long: number, fill: string): string =>
    place(
      path(
        `M0 0Q${long * 0.45} -42 ${long} 14Q${long * 0.8} 4 ${long * 0.66} 10Q${long * 0.55} -8 ${long * 0.42} 2Q${long * 0.3} -14 ${long * 0.18} -2Z`,
        fill,
      ),
      { x: 62, y: -290, rotate: angle },
    );
  const dark = darken(leaf, 0.2);
  const rings = Array.from({ length: 8 }, (_, index) =>
    stroke(
      `M${round(-8 + index * 4.6 + index * index * 0.42)} ${round(-28 - index * 32)}q9 5 17 0`,
      darken(trunk, 0.25),
      2.6,
    ),
  ).join('');
  return (
    frond(-170, 130, dark) +
    frond(-20, 135, dark) +
    frond(70, 120, dark) +
    path('M-13 4Q0 -150 54 -292L70 -288Q24 -140 15 4Z', trunk) +
    rings +
    frond(-50, 120, leaf) +
    frond(20, 140, leaf) +
    frond(150, 130, leaf) +
    frond(-120, 118, lighten(leaf, 0.12)) +
    circle(54, -276, 10, '#7a4b2c') +
    circle(72, -274, 10, '#8a5834')
  );
}

/** Sand, surf and palms. */
export const beach: Scene = (stage, putSubjects) => {
  const { drawing, width, height, palette } = stage;
  const random = stage.random.fork('beach');
  const horizon = horizonOf(stage, 0.5);
  const span = height - horizon;
  const orb = drawSky(stage, horizon);
  const [far, middle, deep] = palette.water;
  const sand = palette.lit('#f3d9a4');
  drawing.add(
    rect(
      0,
      horizon,
      width,
      span,
      drawing.linear([
        [0, mix(middle, deep, 0.4)],
        [0.35, middle],
        [0.6, far],
      ]),
    ),
  );
  glints(stage, orb.x, horizon + 8, horizon + span * 0.3, palette.orb);
  waveBand(stage, horizon + span * 0.16, 240, 7, middle, lighten(far, 0.6), 0.5);
  waveBand(stage, horizon + span * 0.27, 320, 10, far, lighten(far, 0.7), 0.6);
  const shore = horizon + span * 0.42;
  waveBand(stage, shore - 14, 520, 26, lighten(far, 0.72), '#ffffff', 0.85);
  waveBand(
    stage,
    shore,
    520,
    26,
    drawing.linear([
      [0, lighten(sand, 0.1)],
      [1, darken(sand, 0.1)],
    ]),
    lighten(sand, 0.5),
  );
  for (let index = 0; index < Math.min(200, width / 9); index += 1) {
    drawing.add(
      ellipse(
        random.range(0, width),
        random.range(shore + 40, height),
        random.range(2, 5),
        1.8,
        darken(sand, 0.22),
        opacity(0.5),
      ),
    );
  }
  const side = random.chance(0.5);
  for (let x = 0; x <= width; x += 1500) {
    drawing.add(
      place(palm(palette.lit('#a9744a'), palette.lit('#3f9b68')), {
        x: side ? x + 110 : width - x - 110,
        y: shore + span * 0.2,
        scale: 1.5,
        flip: !side,
      }),
    );
  }
  putSubjects({ groundY: shore + span * 0.34, airY: horizon * 0.55, footing: 'land' });
  const star = 'M0 -18L5 -6L18 -5L8 4L11 17L0 10L-11 17L-8 4L-18 -5L-5 -6Z';
  drawing.add(
    place(stroke(star, palette.lit('#ef7f5b'), 5, '') + path(star, palette.lit('#f49a6c')), {
      x: width * random.range(0.55, 0.85),
      y: height - span * 0.17,
      scale: 1.3,
      rotate: 15,
    }),
  );
  drawing.add(
    place(
      path('M-20 8Q-22 -18 0 -20Q22 -18 20 8Q10 14 0 10Q-10 14 -20 8Z', palette.lit('#f7c9c0')) +
        stroke('M0 8L0 -18M-9 9L-12 -14M9 9L12 -14', palette.lit('#e59a94'), 2),
      { x: width * random.range(0.15, 0.35), y: height - span * 0.2 },
    ),
  );
};
