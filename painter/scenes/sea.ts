import { darken, lighten, mix } from '../colour.ts';
import { horizonOf, type Scene, type Stage } from '../stage.ts';
import { ellipse, opacity, path, place, rect, smooth } from '../svg.ts';
import { fir } from './flora.ts';
import { mountainRange } from './landforms.ts';
import { drawSky } from './sky.ts';
import { drawDepths } from './underwater.ts';
import { waveBand } from './waves.ts';

/** Short glints on the water below the sun or moon. */
export function glints(
  { drawing, random: base }: Stage,
  x: number,
  top: number,
  bottom: number,
  colour: string,
): void {
  const random = base.fork('glints');
  for (let index = 0; index < 34; index += 1) {
    const along = random.next();
    const y = top + along * (bottom - top);
    drawing.add(
      ellipse(
        x + random.range(-1, 1) * (46 + along * 120),
        y,
        random.range(14, 44) * (0.6 + along),
        2 + along * 2.6,
        colour,
        opacity(random.range(0.3, 0.8)),
      ),
    );
  }
}

/** Low wooded islands far out, sitting on the horizon. */
function islands({ drawing, width, palette, random: base }: Stage, horizon: number): void {
  const random = base.fork('islands');
  const count = Math.max(2, Math.round(width / 620));
  for (let index = 0; index < count; index += 1) {
    const far = random.next();
    const wide = random.range(170, 340) * (1.1 - far * 0.5);
    const tall = wide * random.range(0.2, 0.34);
    const x = ((index + random.range(0.1, 0.9)) / count) * width;
    const fill = mix(palette.lit('#5f9a86'), palette.haze, 0.42 + far * 0.35);
    for (let tree = 0; tree < 9; tree += 1) {
      const along = random.range(-0.6, 0.6);
      drawing.add(
        place(fir(darken(fill, 0.06), null), {
          x: x + along * wide * 0.7,
          y: horizon - tall * (0.92 - along * along * 1.3),
          scale: random.range(0.26, 0.5),
        }),
      );
    }
    const hump = [
      { x: x - wide, y: horizon + 3 },
      { x: x - wide * 0.55, y: horizon - tall * 0.4 },
      { x: x - wide * 0.1, y: horizon - tall },
      { x: x + wide * 0.4, y: horizon - tall * 0.62 },
      { x: x + wide, y: horizon + 3 },
    ];
    drawing.add(
      path(
        `${smooth(hump)}Z`,
        drawing.linear([
          [0, lighten(fill, 0.16)],
          [1, fill],
        ]),
      ),
    );
  }
}

/** Open water in gentle waves; the swimmer lies between two of them. */
export const sea: Scene = (stage, putSubjects) => {
  const { drawing, width, height, palette } = stage;
  const random = stage.random.fork('sea');
  // A tall picture shows the depths too, so that it has something to tell all the way down.
  const cutaway = height > 2200;
  const horizon = cutaway
    ? Math.min(height * 0.3, 1500)
    : horizonOf(stage, stage.motif.subject === null ? 0.48 : 0.56);
  const orb = drawSky(stage, horizon, { low: true });
  const [far, middle, deep] = palette.water;
  if (random.chance(0.3)) {
    const rock = palette.lit('#7b86b8', 0.55);
    mountainRange(stage, 'coast', horizon + 4, random.range(190, 250), rock, palette.lit('#fff8ee', 0.25));
  } else islands(stage, horizon);
  drawing.add(
    rect(
      0,
      horizon,
      width,
      height - horizon + 10,
      drawing.linear([
        [0, lighten(far, 0.12)],
        [0.3, mix(far, middle, 0.55)],
        [0.7, middle],
        [1, deep],
      ]),
    ),
  );
  drawing.add(rect(0, horizon - 2, width, 5, lighten(far, 0.5), 0, opacity(0.7)));
  const span = cutaway ? 620 : height - horizon;
  glints(stage, orb.x, horizon + 14, horizon + span * 0.42, mix(palette.orb, far, 0.15));
  const foam = lighten(far, 0.62);
  waveBand(stage, horizon + span * 0.14, 190, 9, mix(far, middle, 0.5), foam, 0.55);
  waveBand(stage, horizon + span * 0.28, 250, 14, mix(far, middle, 0.8), foam, 0.7);
  const waterline = horizon + span * 0.52;
  waveBand(stage, waterline - span * 0.1, 310, 17, middle, foam, 0.9);
  putSubjects({ groundY: waterline, airY: horizon * 0.52, footing: 'water' });
  if (cutaway) {
    drawDepths(stage, waterline + span * 0.14, foam);
    return;
  }
  waveBand(stage, waterline + span * 0.14, 380, 20, mix(middle, deep, 0.35), foam, 0.93);
  waveBand(stage, waterline + span * 0.29, 440, 24, mix(middle, deep, 0.7), mix(foam, middle, 0.25));
  const ripple = mix(deep, far, 0.3);
  for (let index = 0; index < Math.min(60, width / 55); index += 1) {
    drawing.add(
      ellipse(
        random.range(0, width),
        random.range(waterline + span * 0.2, height),
        random.range(16, 50),
        2.6,
        ripple,
        opacity(0.4),
      ),
    );
  }
  waveBand(stage, height - span * 0.07, 520, 24, darken(deep, 0.14), mix(foam, deep, 0.55));
};
