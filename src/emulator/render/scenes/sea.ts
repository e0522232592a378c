import { darken, lighten, mix } from '../colour.ts';
import { horizonOf, type Scene, type Stage } from '../stage.ts';
import { ellipse, opacity, path, rect, round, stroke } from '../svg.ts';
import { mountainRange, ridge } from './landforms.ts';
import { drawSky } from './sky.ts';

/** A band of waves: scalloped crests with foam, filled down to the bottom. */
export function waveBand(
  { drawing, width, height, random: base }: Stage,
  y: number,
  length: number,
  swell: number,
  fill: string,
  foam: string,
  solidity = 1,
): void {
  const random = base.fork(`wave${Math.round(y)}`);
  const start = -random.range(0, length);
  let crest = `M${round(start)} ${round(y)}`;
  for (let x = start; x < width + length; x += length) {
    const rise = swell * random.range(0.75, 1.2);
    crest += `q${round(length * 0.25)} ${round(rise)} ${round(length * 0.5)} 0t${round(length * 0.5)} 0`;
  }
  drawing.add(
    path(
      `${crest}L${round(width + length * 2)} ${height + 20}L${round(start)} ${height + 20}Z`,
      fill,
      opacity(solidity),
    ),
  );
  drawing.add(stroke(crest, foam, Math.max(2.4, swell * 0.2), opacity(0.55)));
}

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

/** Open water in gentle waves; the swimmer lies between two of them. */
export const sea: Scene = (stage, putSubjects) => {
  const { drawing, width, height, palette } = stage;
  const random = stage.random.fork('sea');
  const horizon = horizonOf(stage, stage.motif.subject === null ? 0.48 : 0.56);
  const orb = drawSky(stage, horizon, { low: true });
  const [far, middle, deep] = palette.water;
  if (random.chance(0.75)) {
    const island = palette.lit('#6f9f8a', 0.55);
    const pick = random.next();
    if (pick < 0.5)
      mountainRange(
        stage,
        'coast',
        horizon + 4,
        random.range(120, 190),
        palette.lit('#7b86b8', 0.5),
        palette.lit('#fff8ee', 0.2),
      );
    else ridge({ ...stage, height: horizon + 40 }, 'coast', horizon - 18, 36, 330, island);
  }
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
  const span = height - horizon;
  glints(stage, orb.x, horizon + 14, horizon + span * 0.42, mix(palette.orb, far, 0.15));
  const foam = lighten(far, 0.62);
  waveBand(stage, horizon + span * 0.14, 190, 9, mix(far, middle, 0.5), foam, 0.55);
  waveBand(stage, horizon + span * 0.28, 250, 14, mix(far, middle, 0.8), foam, 0.7);
  const waterline = horizon + span * 0.52;
  waveBand(stage, waterline - span * 0.1, 310, 17, middle, foam, 0.9);
  putSubjects({ groundY: waterline, airY: horizon * 0.52, footing: 'water' });
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
