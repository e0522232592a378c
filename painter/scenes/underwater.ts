import { darken, lighten, mix, turnHue } from '../colour.ts';
import type { Random } from '../random.ts';
import type { Scene, Slot, Stage } from '../stage.ts';
import { circle, ellipse, opacity, path, place, rect, round, smooth, stroke } from '../svg.ts';
import { fish, jellyfish, turtle } from '../subjects/sea-life.ts';
import { ridge } from './landforms.ts';
import { waveBand } from './waves.ts';

function kelp(random: Random, height: number, colour: string): string {
  let leaves = '';
  const bend = random.range(-40, 40);
  for (let y = 30; y < height; y += 34) {
    const x = Math.sin((y / height) * Math.PI * 1.6) * bend;
    leaves += place(path('M0 0Q20 -22 48 -18Q30 4 0 0Z', colour), {
      x,
      y: -y,
      flip: (y / 34) % 2 < 1,
      rotate: random.range(-14, 14),
    });
  }
  const points = [0, 0.25, 0.5, 0.75, 1].map((share) => ({
    x: Math.sin(share * Math.PI * 1.6) * bend,
    y: -share * height,
  }));
  return stroke(smooth(points), darken(colour, 0.12), 6) + leaves;
}

function coral(random: Random, colour: string): string {
  const branch = (angle: number, long: number, width: number): string => {
    const tip = { x: Math.sin(angle) * long, y: -Math.cos(angle) * long };
    return (
      stroke(
        `M0 0Q${round(tip.x * 0.3)} ${round(tip.y * 0.6)} ${round(tip.x)} ${round(tip.y)}`,
        colour,
        width,
      ) + circle(tip.x, tip.y, width * 0.62, lighten(colour, 0.16))
    );
  };
  return [-0.85, -0.42, 0, 0.4, 0.8]
    .map((angle) => branch(angle, random.range(58, 112), random.range(15, 22)))
    .join('');
}

/** A little plain fish for schools in the distance, facing right, 40 units long. */
const distantFish = (colour: string): string =>
  path('M20 0Q6 -13 -10 -3L-21 -11Q-17 0 -21 11L-10 3Q6 13 20 0Z', colour);

/** Light falling through deep water onto a reef. */
export const underwater: Scene = (stage, putSubjects) => drawDepths(stage, 0, null, putSubjects);

/** The water below `top`, with its fish, reef and bubbles; a `foam` colour draws the surface as a wave. */
export function drawDepths(
  stage: Stage,
  top: number,
  foam: string | null,
  putSubjects?: (slot: Slot) => void,
): void {
  const { drawing, width, height, palette } = stage;
  const random = stage.random.fork('underwater');
  const [far, middle, deep] = palette.water;
  const depth = drawing.linear([
    [0, foam === null ? lighten(far, 0.35) : mix(middle, far, 0.25)],
    [0.3, mix(far, middle, 0.8)],
    [0.72, mix(middle, deep, 0.6)],
    [1, deep],
  ]);
  if (foam === null) drawing.add(rect(0, 0, width, height, depth));
  else waveBand(stage, top, 380, 20, depth, foam);
  const beamEnd = Math.min(height * 0.8, top + 1500);
  const beam = drawing.linear([
    [0, '#ffffff', 0.42],
    [1, '#ffffff', 0],
  ]);
  for (let x = -100; x < width; x += random.range(150, 300)) {
    const spread = random.range(60, 150);
    drawing.add(
      path(
        `M${round(x)} ${round(top + 30)}h${round(spread * 0.5)}L${round(x + spread * 2.1)} ${round(beamEnd)}h${round(-spread * 1.6)}Z`,
        beam,
        opacity(random.range(0.3, 0.8)),
      ),
    );
  }
  for (let index = 0; index < Math.max(3, Math.min(24, (width * height) / 3e5)); index += 1) {
    const x = random.range(0.05, 0.95) * width;
    const y = top + random.range(0.1, 0.62) * (height - top);
    const facing = random.chance(0.5);
    for (let fish = 0; fish < random.whole(3, 7); fish += 1) {
      drawing.add(
        place(distantFish(mix(middle, deep, 0.75)), {
          x: x + random.range(-95, 95),
          y: y + random.range(-46, 46),
          flip: facing,
          scale: random.range(0.6, 1.05),
        }),
      );
    }
  }
  const empty = foam === null && stage.motif.subject === null;
  const [guestsFrom, guestsTo] = empty ? [height * 0.2, height * 0.6] : [top + 620, height - 700];
  for (let y = guestsFrom; y < guestsTo; y += empty ? random.range(150, 210) : random.range(330, 560)) {
    const guest = random.pick([fish, jellyfish, turtle, fish])({
      ...stage,
      random: random.fork(`guest${round(y)}`),
      motif: { ...stage.motif, subjectColour: null },
    });
    drawing.add(
      place(guest.svg, {
        x: random.range(0.24, 0.76) * width,
        y,
        scale: random.range(0.8, 1.5),
        flip: random.chance(0.5),
      }),
    );
  }
  const floor = height - Math.min(height * 0.26, 320);
  ridge(stage, 'farReef', floor - 90, 90, 300, mix(middle, deep, 0.8));
  ridge(stage, 'nearReef', floor - 10, 60, 260, mix(deep, turnHue(deep, 30), 0.6));
  const sand = mix(palette.lit('#ecd6a8'), middle, 0.3);
  ridge(
    stage,
    'seabed',
    floor + 80,
    26,
    420,
    drawing.linear([
      [0, sand],
      [1, darken(sand, 0.3)],
    ]),
  );
  const hues = ['#f2727f', '#f6a254', '#c77fd6', '#f4c95d', '#ef8fb0'] as const;
  const plantAt = (x: number, y: number, scale: number): void => {
    const choice = random.next();
    if (choice < 0.45)
      drawing.add(
        place(
          kelp(
            random,
            random.range(170, 330),
            mix(random.pick(['#3fae7d', '#2c8f86', '#7dbf5c']), deep, 0.2),
          ),
          { x, y, scale },
        ),
      );
    else if (choice < 0.85)
      drawing.add(place(coral(random, mix(random.pick(hues), deep, 0.14)), { x, y, scale: scale * 1.15 }));
    else
      drawing.add(
        ellipse(x, y, 74 * scale, 48 * scale, mix('#6f6a8f', deep, 0.4)) +
          ellipse(x - 14, y - 12, 48 * scale, 26 * scale, mix('#8f8aad', deep, 0.3), opacity(0.7)),
      );
  };
  for (let x = 30; x < width; x += random.range(110, 210))
    plantAt(x, floor + 96 + random.range(-10, 30), random.range(1, 1.45));
  putSubjects?.({ groundY: floor + 110, airY: Math.max(height * 0.46, floor - 900), footing: 'deep' });
  for (const x of [random.range(20, 110), width - random.range(20, 110)]) {
    plantAt(x, height + 24, 1.9);
    drawing.add(
      place(coral(random, mix(random.pick(hues), deep, 0.05)), {
        x: x + random.range(-60, 60),
        y: height + 20,
        scale: 1.9,
      }),
    );
  }
  for (let index = 0; index < Math.min(90, (width * height) / 30000); index += 1) {
    const r = random.next() ** 2 * 15 + 4;
    const x = random.range(0, width);
    const y = random.range(top + 60, height);
    drawing.add(
      circle(
        x,
        y,
        r,
        '#ffffff',
        'fill-opacity="0.16" stroke="#ffffff" stroke-opacity="0.55" stroke-width="2"',
      ) + circle(x - r * 0.32, y - r * 0.34, r * 0.22, '#ffffff', opacity(0.85)),
    );
  }
}
