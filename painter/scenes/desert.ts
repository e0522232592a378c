import { darken, lighten, mix, turnHue } from '../colour.ts';
import { horizonOf, type Scene } from '../stage.ts';
import { ellipse, opacity, path, place, polygon, round, smooth, stroke } from '../svg.ts';
import { drawSky } from './sky.ts';

/** A tall cactus about 160 units high, foot at the origin. */
function tallCactus(green: string): string {
  const light = lighten(green, 0.25);
  return (
    stroke('M0 0V-140', green, 40) +
    stroke('M0 -50H-46V-92', green, 26) +
    stroke('M0 -70H44V-116', green, 26) +
    stroke('M-8 -4V-142M6 -4V-146', light, 3, opacity(0.6)) +
    stroke('M-50 -60V-92M48 -78V-116', light, 3, opacity(0.6)) +
    ellipse(0, -162, 9, 7, '#f28fa5') +
    ellipse(-7, -158, 6, 5, '#f7b3c0')
  );
}

/** Dunes with a sunlit and a shaded flank, mesas far away. */
export const desert: Scene = (stage, putSubjects) => {
  const { drawing, width, height, palette, motif } = stage;
  const random = stage.random.fork('desert');
  const horizon = horizonOf(stage, 0.46);
  const span = height - horizon;
  drawSky(stage, horizon + 90, { low: true });
  const sand = mix(
    palette.lit('#f0b878'),
    palette.dark ? '#3a3f7f' : palette.sky[1],
    palette.dark ? 0.3 : 0.06,
  );
  const rock = mix(palette.lit('#c9705a'), palette.haze, 0.4);
  for (let x = random.range(0, 200); x < width; x += random.range(260, 560)) {
    const [wide, tall] = [random.range(140, 260), random.range(80, 190)];
    if (random.chance(0.4)) {
      drawing.add(
        path(
          polygon([
            { x: x - wide * 0.6, y: horizon + 30 },
            { x, y: horizon - tall },
            { x: x + wide * 0.6, y: horizon + 30 },
          ]),
          mix(sand, palette.haze, 0.3),
        ) +
          path(
            polygon([
              { x, y: horizon - tall },
              { x: x + wide * 0.6, y: horizon + 30 },
              { x: x + wide * 0.15, y: horizon + 30 },
            ]),
            darken(mix(sand, palette.haze, 0.3), 0.14),
          ),
      );
    } else {
      drawing.add(
        path(
          polygon([
            { x: x - wide * 0.55, y: horizon + 30 },
            { x: x - wide * 0.36, y: horizon - tall },
            { x: x + wide * 0.34, y: horizon - tall + 8 },
            { x: x + wide * 0.5, y: horizon + 30 },
          ]),
          rock,
        ),
      );
      for (const share of [0.3, 0.55])
        drawing.add(
          stroke(
            `M${round(x - wide * 0.36)} ${round(horizon - tall * share)}h${round(wide * 0.72)}`,
            darken(rock, 0.12),
            6,
            opacity(0.5),
          ),
        );
    }
  }
  const dune = (y: number, rise: number, fade: number, label: string): void => {
    const own = stage.random.fork(label);
    const colour = mix(turnHue(sand, own.range(-8, 8)), palette.haze, fade);
    drawing.add(path(`M-20 ${round(y)}H${round(width + 20)}V${height + 20}H-20Z`, colour));
    for (let x = own.range(-300, 0); x < width; x += own.range(480, 760)) {
      const wide = own.range(480, 820);
      const peak = { x: x + wide * own.range(0.4, 0.6), y: y - rise * own.range(0.55, 1) };
      const left = smooth([{ x, y: y + 20 }, { x: x + wide * 0.2, y: y - (y - peak.y) * 0.4 }, peak]);
      const base = Math.min(height + 20, y + rise * 1.6);
      drawing.add(
        path(
          `${left}Q${round(peak.x + wide * 0.22)} ${round(y - rise * 0.3)} ${round(x + wide)} ${round(y + 20)}L${round(x + wide)} ${round(base)}L${round(x)} ${round(base)}Z`,
          drawing.linear([
            [0, lighten(colour, 0.16)],
            [1, colour],
          ]),
        ),
      );
      drawing.add(
        path(
          `M${round(peak.x)} ${round(peak.y)}Q${round(peak.x + wide * 0.22)} ${round(y - rise * 0.3)} ${round(x + wide)} ${round(y + 20)}Q${round(peak.x + wide * 0.1)} ${round(y + rise * 0.3)} ${round(peak.x - wide * 0.04)} ${round(y + rise * 0.5)}Q${round(peak.x + wide * 0.1)} ${round(peak.y + rise * 0.5)} ${round(peak.x)} ${round(peak.y)}Z`,
          darken(colour, 0.2),
          opacity(0.7),
        ),
      );
    }
  };
  dune(horizon + span * 0.14, 70, 0.45, 'farDune');
  dune(horizon + span * 0.34, 110, 0.2, 'middleDune');
  const green = palette.lit('#4f9a6b');
  const cacti: readonly number[] =
    motif.subject === 'cactus' ? [] : [random.range(0.08, 0.2), random.range(0.8, 0.93)];
  for (const share of cacti)
    drawing.add(
      place(tallCactus(green), {
        x: share * width,
        y: horizon + span * random.range(0.4, 0.5),
        scale: random.range(1, 1.7),
        flip: random.chance(0.5),
      }),
    );
  dune(horizon + span * 0.6, 90, 0.03, 'nearDune');
  for (let index = 0; index < Math.min(50, width / 40); index += 1) {
    const y = random.range(horizon + span * 0.66, height);
    drawing.add(
      stroke(
        `M${round(random.range(0, width))} ${round(y)}q40 -12 80 0t80 0`,
        darken(sand, 0.16),
        3,
        opacity(0.4),
      ),
    );
  }
  putSubjects({ groundY: horizon + span * 0.78, airY: horizon * 0.55, footing: 'land' });
};
