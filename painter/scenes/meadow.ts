import { darken, lighten, mix } from '../colour.ts';
import { horizonOf, type Scene } from '../stage.ts';
import { path, place, round } from '../svg.ts';
import { fir, flower, grassFringe, leafyTree, tufts } from './flora.ts';
import { heightAt, mountainRange, ridge } from './landforms.ts';
import { drawSky } from './sky.ts';

/** Rolling hills with trees, and flowers in front. Under snow in winter. */
export const meadow: Scene = (stage, putSubjects) => {
  const { drawing, width, height, palette, motif } = stage;
  const random = stage.random.fork('meadow');
  const horizon = horizonOf(stage, 0.44);
  const span = height - horizon;
  const winter = motif.season === 'winter';
  drawSky(stage, horizon + 60);
  if (random.chance(0.5))
    mountainRange(
      stage,
      'distance',
      horizon + 50,
      250,
      palette.lit('#7d8fc0', 0.45),
      palette.lit('#ffffff', 0.2),
    );
  ridge(stage, 'far', horizon + 10, 46, 430, mix(palette.ground, palette.haze, 0.6));
  const middle = ridge(
    stage,
    'middle',
    horizon + span * 0.16,
    50,
    520,
    mix(palette.leaves[0], palette.haze, 0.34),
  );
  const tree = (x: number, y: number, scale: number, fade: number): void => {
    const leaf = mix(random.pick([palette.leaves[0], palette.leaves[1]]), palette.haze, fade);
    const drawn =
      winter || random.chance(0.3)
        ? fir(
            mix(winter ? palette.lit('#5f93a0') : palette.leaves[1], palette.haze, fade),
            winter ? '#ffffff' : null,
          )
        : leafyTree(random, leaf, palette.lit('#7a5238', fade));
    drawing.add(place(drawn, { x, y, scale }));
  };
  for (let x = random.range(10, 120); x < width; x += random.range(70, 260))
    tree(x, heightAt(middle, x) + 12, random.range(0.8, 1.35), 0.3);
  const near = ridge(
    stage,
    'near',
    horizon + span * 0.36,
    34,
    640,
    drawing.linear([
      [0, lighten(palette.ground, 0.12)],
      [0.5, palette.ground],
      [1, darken(palette.ground, 0.14)],
    ]),
  );
  for (const x of [random.range(0.02, 0.13), random.range(0.87, 0.98)])
    tree(x * width, heightAt(near, x * width) + 26, random.range(2.5, 3.3), 0.04);
  const bend = random.range(-200, 200);
  const pathColour = mix(palette.ground, palette.lit('#fbeac8'), winter ? 0.25 : 0.45);
  const middleX = width / 2 + random.range(-80, 80);
  drawing.add(
    path(
      `M${round(middleX - 190)} ${height + 10}C${round(middleX - 120)} ${round(height - span * 0.3)} ${round(middleX + bend)} ${round(height - span * 0.4)} ${round(middleX + bend * 0.6 - 8)} ${round(heightAt(near, middleX + bend * 0.6) + 6)}L${round(middleX + bend * 0.6 + 14)} ${round(heightAt(near, middleX + bend * 0.6) + 6)}C${round(middleX + bend + 90)} ${round(height - span * 0.38)} ${round(middleX + 60)} ${round(height - span * 0.28)} ${round(middleX + 190)} ${height + 10}Z`,
      pathColour,
    ),
  );
  tufts(stage, horizon + span * 0.48, height, darken(palette.ground, 0.2));
  putSubjects({
    groundY: horizon + span * 0.72,
    airY: Math.max(horizon * 0.66, horizon - 520),
    footing: 'land',
  });
  if (winter) {
    ridge(stage, 'drift', height - span * 0.06, 22, 380, lighten(palette.ground, 0.35));
    return;
  }
  const colours = [palette.accent, palette.accentTwo, '#fff4e0', palette.leaves[2]] as const;
  grassFringe(stage, height - span * 0.03, darken(palette.leaves[1], 0.04), 70);
  for (let x = random.range(0, 40); x < width; x += random.range(26, 95)) {
    const edge = Math.abs(x / width - 0.5) * 2;
    drawing.add(
      place(
        flower(
          random,
          random.pick(['daisy', 'poppy', 'tulip', 'lavender']),
          random.range(50, 80) + edge * 60,
          palette.lit(random.pick(colours)),
          darken(palette.leaves[1], 0.1),
        ),
        { x, y: height + 14, scale: random.range(0.75, 1.15) },
      ),
    );
  }
  grassFringe(stage, height + 8, darken(palette.leaves[1], 0.2), 60);
};
