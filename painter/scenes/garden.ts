import { darken, lighten, mix, turnHue } from '../colour.ts';
import { horizonOf, type Scene } from '../stage.ts';
import { circle, ellipse, opacity, path, place, round } from '../svg.ts';
import { flower, type FlowerKind, grassFringe, leafyTree } from './flora.ts';
import { heightAt, ridge } from './landforms.ts';
import { drawSky } from './sky.ts';

/** The butterfly that visits every garden, about 60 units wide. */
function smallButterfly(wing: string, body: string): string {
  const half =
    path('M0 0C10 -34 42 -34 36 -8C34 2 12 4 0 2Z', wing) +
    path('M0 2C14 2 30 10 24 24C18 34 4 20 0 6Z', darken(wing, 0.1)) +
    circle(24, -14, 5, lighten(wing, 0.6), opacity(0.8));
  return half + place(half, { flip: true }) + ellipse(0, 0, 3, 13, body);
}

type Planting = readonly [FlowerKind, ...FlowerKind[]];

const plantings: readonly [Planting, ...Planting[]] = [
  ['daisy', 'poppy', 'tulip', 'lavender', 'rose'],
  ['tulip', 'daisy', 'rose'],
  ['poppy', 'lavender', 'daisy', 'sunflower'],
];

/** Flowers in rows up to the reader's nose. */
export const garden: Scene = (stage, putSubjects) => {
  const { drawing, width, height, palette, motif } = stage;
  const random = stage.random.fork('garden');
  const empty = motif.subject === null;
  const horizon = horizonOf(stage, empty ? 0.62 : 0.5);
  const span = height - horizon;
  drawSky(stage, horizon + 30);
  ridge(stage, 'far', horizon, 34, 400, mix(palette.leaves[0], palette.haze, 0.6));
  const middle = ridge(
    stage,
    'middle',
    horizon + span * 0.1,
    26,
    500,
    mix(palette.leaves[1], palette.haze, 0.35),
  );
  for (let x = random.range(0, 80); x < width; x += random.range(90, 200))
    drawing.add(
      place(
        leafyTree(random, mix(random.pick(palette.leaves), palette.haze, 0.28), palette.lit('#7a5238', 0.3)),
        { x, y: heightAt(middle, x) + 10, scale: random.range(1, 1.7) },
      ),
    );
  const named = motif.backdropColour ?? motif.subjectColour;
  const colours = [
    named ?? palette.accent,
    named === null ? palette.accentTwo : turnHue(named, 25),
    '#fff4e0',
    named === null ? '#f08fb0' : lighten(named, 0.3),
    '#f6c453',
  ] as const;
  const wanted = random.pick(plantings);
  const bed = (y: number, scale: number, gap: number, tall: number, fade: number): void => {
    const soil = mix(palette.leaves[1], palette.haze, fade);
    ridge(stage, `bed${Math.round(y)}`, y - tall * scale * 0.2, 10, 300, soil);
    for (let x = random.range(-20, 20); x < width + 30; x += random.range(0.55, 1.35) * gap) {
      drawing.add(
        place(
          flower(
            random,
            random.pick(wanted),
            random.range(0.65, 1.15) * tall,
            mix(palette.lit(random.pick(colours)), palette.haze, fade),
            mix(darken(palette.leaves[1], 0.16), palette.haze, fade),
          ),
          { x, y: y + random.range(0, 24), scale: scale * random.range(0.85, 1.15) },
        ),
      );
    }
  };
  bed(horizon + span * 0.26, 0.55, 26, 60, 0.3);
  bed(horizon + span * 0.4, 0.8, 40, 80, 0.16);
  if (!empty) {
    putSubjects({ groundY: horizon + span * 0.68, airY: horizon + span * 0.06, footing: 'land' });
    bed(height - span * 0.02, 0.95, 66, 60, 0);
  } else {
    bed(horizon + span * 0.58, 1.2, 66, 105, 0.06);
    bed(horizon + span * 0.82, 1.75, 108, 120, 0);
    bed(height + 60, 2.5, 190, 105, 0);
  }
  grassFringe(stage, height + 8, darken(palette.leaves[1], 0.25), 70);
  for (let index = 0; index < Math.max(2, Math.min(12, width / 400)); index += 1) {
    drawing.add(
      place(smallButterfly(palette.lit(random.pick(colours)), palette.ink), {
        x: random.range(0.08, 0.92) * width,
        y: horizon + random.range(-0.28, 0.3) * span,
        rotate: random.range(-30, 30),
        scale: random.range(0.6, 1.1),
      }),
    );
  }
  drawing.add(
    path(`M0 ${round(height)}h${round(width)}v4h${round(-width)}Z`, darken(palette.leaves[1], 0.3)),
  );
};
