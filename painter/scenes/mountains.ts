import { darken, lighten, mix } from '../colour.ts';
import { horizonOf, type Scene } from '../stage.ts';
import { ellipse, opacity, path, place, rect, round, smooth } from '../svg.ts';
import { fir, grassFringe, tufts } from './flora.ts';
import { heightAt, mountainRange, ridge } from './landforms.ts';
import { drawSky } from './sky.ts';

/** Snowy peaks above firs and a lake that mirrors the sky. */
export const mountains: Scene = (stage, putSubjects) => {
  const { drawing, width, height, palette, motif } = stage;
  const random = stage.random.fork('mountains');
  const horizon = horizonOf(stage, 0.42);
  const span = height - horizon;
  const winter = motif.season === 'winter';
  drawSky(stage, horizon + 20);
  const snow = palette.lit('#fffaf2');
  mountainRange(stage, 'back', horizon + 20, 420, palette.lit('#8b95c9', 0.5), mix(snow, palette.haze, 0.45));
  const mist = drawing.linear([
    [0, palette.haze, 0],
    [1, palette.haze, 0.75],
  ]);
  drawing.add(rect(0, horizon - 190, width, 220, mist));
  mountainRange(stage, 'front', horizon + 50, 360, palette.lit('#5f6ea8', 0.22), snow);
  const forestColour = winter ? palette.lit('#5f8fa0') : palette.lit('#2f7a66');
  drawing.add(rect(0, horizon - 110, width, 180, mist, 0, opacity(0.8)));
  const far = ridge(stage, 'farWood', horizon + 24, 26, 360, mix(forestColour, palette.haze, 0.42));
  for (let x = 0; x < width; x += random.range(17, 34))
    drawing.add(
      place(fir(mix(forestColour, palette.haze, 0.42), winter ? snow : null), {
        x,
        y: heightAt(far, x) + 8,
        scale: random.range(0.42, 0.78),
      }),
    );
  const shore = horizon + span * 0.2;
  drawing.add(
    rect(
      0,
      shore,
      width,
      height - shore,
      drawing.linear([
        [0, mix(palette.sky[2], palette.water[0], 0.4)],
        [0.45, palette.water[1]],
        [1, palette.water[2]],
      ]),
    ),
  );
  for (let index = 0; index < Math.min(80, width / 26); index += 1) {
    const y = random.range(shore + 12, shore + span * 0.4);
    drawing.add(
      ellipse(
        random.range(0, width),
        y,
        random.range(24, 110),
        2.4,
        lighten(palette.water[0], 0.5),
        opacity(0.45),
      ),
    );
  }
  drawing.add(ellipse(width / 2, shore, width * 0.7, 7, lighten(palette.haze, 0.5), opacity(0.6)));
  const bank = shore + span * 0.3;
  const grass = palette.ground;
  const outline = smooth([
    { x: -60, y: bank + 20 },
    { x: width * 0.2, y: bank - 14 },
    { x: width * 0.45, y: bank + 44 },
    { x: width * 0.72, y: bank + 16 },
    { x: width + 60, y: bank - 24 },
  ]);
  drawing.add(
    path(
      `${outline}L${round(width + 60)} ${height + 10}L-60 ${height + 10}Z`,
      drawing.linear([
        [0, lighten(grass, 0.14)],
        [1, darken(grass, 0.2)],
      ]),
    ),
  );
  tufts(stage, bank + 60, height, darken(grass, 0.22));
  const nearFir = winter ? palette.lit('#4f8294') : palette.lit('#1f6a5c');
  const clump = (from: number, to: number): void => {
    for (let x = from; x < to; x += random.range(50, 90))
      drawing.add(
        place(fir(mix(nearFir, '#2f8a6a', random.range(0, 0.5)), winter ? '#ffffff' : null), {
          x,
          y: bank + random.range(36, 90),
          scale: random.range(2.1, 3.9),
        }),
      );
  };
  clump(-20, width * 0.15);
  clump(width * 0.88, width + 30);
  putSubjects({
    groundY: bank + (height - bank) * 0.55,
    airY: Math.max(horizon * 0.6, horizon - 560),
    footing: 'land',
  });
  if (!winter) grassFringe(stage, height + 6, darken(palette.leaves[1], 0.28), 56);
  else ridge(stage, 'drift', height - span * 0.05, 18, 420, lighten(grass, 0.4));
};
