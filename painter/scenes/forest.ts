import { darken, lighten, mix } from '../colour.ts';
import { horizonOf, type Scene } from '../stage.ts';
import { circle, ellipse, opacity, path, place, rect, round, smooth } from '../svg.ts';
import { fir, flower, grassFringe, leafyTree, tallTrunk, tufts } from './flora.ts';
import { ridge } from './landforms.ts';
import { drawSky } from './sky.ts';

/** A clearing in deep woods: trunks fade into the light at the back. */
export const forest: Scene = (stage, putSubjects) => {
  const { drawing, width, height, palette, motif } = stage;
  const random = stage.random.fork('forest');
  const horizon = horizonOf(stage, 0.36);
  const span = height - horizon;
  const winter = motif.season === 'winter';
  const orb = drawSky(stage, horizon + 40);
  const green = winter ? palette.lit('#6f9fb0') : palette.leaves[1];
  // Against a burning sky woods are violet shapes; green would turn to mud.
  const leaf = motif.light === 'sunset' ? mix(green, '#4a3f78', 0.5) : green;
  const wood = palette.lit('#6b4636');
  const snow = winter ? '#ffffff' : null;
  const glow = drawing.radial([
    [0, lighten(palette.sky[2], 0.3), 0.95],
    [1, palette.sky[2], 0],
  ]);
  for (const [layer, fade] of [0.74, 0.52, 0.3].entries()) {
    const footY = horizon + span * (0.04 + layer * 0.1);
    const gap = 62 + layer * 40;
    if (layer === 1)
      drawing.add(
        circle(mix2(orb.x, width / 2, 0.4), horizon - 150, 520, glow, opacity(palette.dark ? 0.35 : 0.8)),
      );
    ridge(stage, `floor${layer}`, footY, 16, 420, mix(mix(leaf, palette.ground, 0.4), palette.haze, fade));
    for (let x = random.range(-40, 20); x < width + 60; x += random.range(0.6, 1.4) * gap) {
      const tint = mix(mix(leaf, random.pick(palette.leaves), winter ? 0.15 : 0.4), palette.haze, fade);
      const tall = 2.8 + layer * 1.15;
      if (random.chance(winter ? 0.9 : 0.68))
        drawing.add(
          place(fir(mix(leaf, palette.haze, fade), snow), {
            x,
            y: footY + 12,
            scale: random.range(0.75, 1.2) * tall,
          }),
        );
      else
        drawing.add(
          place(leafyTree(random, tint, mix(wood, palette.haze, fade)), {
            x,
            y: footY + 12,
            scale: random.range(0.62, 0.85) * tall,
          }),
        );
    }
  }
  const floor = horizon + span * 0.4;
  ridge(
    stage,
    'clearing',
    floor,
    18,
    600,
    drawing.linear([
      [0, lighten(palette.ground, 0.1)],
      [0.4, mix(palette.ground, leaf, winter ? 0.1 : 0.3)],
      [1, darken(mix(palette.ground, leaf, winter ? 0.2 : 0.45), 0.25)],
    ]),
  );
  drawing.add(
    ellipse(
      width / 2,
      floor + span * 0.22,
      Math.min(width * 0.42, 560),
      span * 0.12,
      lighten(palette.ground, 0.45),
      opacity(0.35),
    ),
  );
  tufts(stage, floor + 40, height, darken(leaf, 0.25));
  const nearTrunk = (x: number, wide: number): void => {
    drawing.add(
      place(tallTrunk(random, wide, Math.min(height * 1.1, 2600), darken(wood, 0.08)), {
        x,
        y: floor + span * 0.3,
      }),
    );
    drawing.add(ellipse(x, floor + span * 0.3, wide * 1.4, 16, darken(leaf, 0.3), opacity(0.35)));
  };
  nearTrunk(random.range(0.02, 0.07) * width, random.range(64, 92));
  nearTrunk(random.range(0.93, 0.99) * width, random.range(70, 100));
  if (width > 1300) nearTrunk(random.range(0.16, 0.2) * width, 46);
  for (let corner = 0; corner < (winter ? 0 : 2); corner += 1) {
    const left = corner === 0;
    const crown = Array.from({ length: 11 }, (_, index) => ({
      x: Math.cos((index / 11) * 6.283) * 240 * random.range(0.82, 1.15),
      y: Math.sin((index / 11) * 6.283) * 140 * random.range(0.82, 1.15),
    }));
    drawing.add(
      place(
        path(smooth(crown, true), darken(leaf, 0.2)) +
          path(
            smooth(
              crown.map((point) => ({ x: point.x * 0.8 - 10, y: point.y * 0.72 - 26 })),
              true,
            ),
            winter ? '#f4f9fc' : darken(leaf, 0.04),
          ),
        { x: left ? 20 : width - 20, y: -6 },
      ),
    );
  }
  putSubjects({ groundY: floor + span * 0.28, airY: horizon * 0.62, footing: 'land' });
  for (let x = random.range(0, 60); x < width; x += random.range(70, 190)) {
    const edge = Math.abs(x / width - 0.5) * 2;
    if (winter) continue;
    if (random.chance(0.35)) {
      const cap = random.pick([palette.lit('#d9483b'), palette.lit('#e2a15a')]);
      drawing.add(
        place(
          path('M-7 0Q-5 -20 -6 -30L6 -30Q5 -20 8 0Z', palette.cream) +
            path('M-28 -26Q-24 -58 0 -58Q24 -58 28 -26Q0 -16 -28 -26Z', cap) +
            circle(-10, -40, 4.6, palette.cream) +
            circle(8, -46, 3.6, palette.cream) +
            circle(14, -33, 3, palette.cream),
          { x, y: height - 4, scale: 0.8 + edge * 0.6 },
        ),
      );
    } else
      drawing.add(
        place(
          flower(
            random,
            random.pick(['daisy', 'lavender']),
            60 + edge * 50,
            palette.lit(palette.accent),
            darken(leaf, 0.2),
          ),
          { x, y: height + 8 },
        ),
      );
  }
  if (winter) ridge(stage, 'drift', height - span * 0.05, 22, 380, lighten(palette.ground, 0.4));
  else grassFringe(stage, height + 10, darken(leaf, 0.32), 84);
  if (motif.light === 'dawn')
    drawing.add(
      rect(
        0,
        horizon - 40,
        width,
        span,
        drawing.linear([
          [0, palette.haze, 0],
          [0.3, palette.haze, 0.4],
          [1, palette.haze, 0],
        ]),
      ),
    );
};

const mix2 = (from: number, to: number, share: number): number => round(from + (to - from) * share);
