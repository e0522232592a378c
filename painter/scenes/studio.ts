import { darken, lighten, mix, turnHue } from '../colour.ts';
import type { Scene } from '../stage.ts';
import { circle, ellipse, opacity, path, place, rect, round, stroke } from '../svg.ts';

/** A potted plant about 170 units tall, foot at the origin. */
export function pottedPlant(pot: string, leaf: string): string {
  const leafShape = 'M0 0C-26 -30 -22 -74 0 -100C22 -74 26 -30 0 0Z';
  const one = (angle: number, scale: number, fill: string): string =>
    place(path(leafShape, fill) + stroke('M0 -6V-86', darken(fill, 0.14), 2.4), {
      y: -62,
      rotate: angle,
      scale,
    });
  return (
    one(-58, 0.85, darken(leaf, 0.14)) +
    one(56, 0.85, darken(leaf, 0.14)) +
    one(-28, 1.02, leaf) +
    one(30, 1, lighten(leaf, 0.08)) +
    one(0, 1.14, lighten(leaf, 0.16)) +
    path('M-38 -70H38L28 0H-28Z', pot) +
    rect(-43, -78, 86, 18, lighten(pot, 0.12), 6) +
    path('M14 -60H37L28 0H10Z', darken(pot, 0.16), opacity(0.4))
  );
}

/** A quiet wall with an arch of colour, a table and window light: for still lifes and portraits. */
export const studio: Scene = (stage, putSubjects) => {
  const { drawing, width, height, palette, motif } = stage;
  const random = stage.random.fork('studio');
  const wallBase =
    motif.backdropColour ?? random.pick(['#f7cdb4', '#cfe3d8', '#d9d2f0', '#fbe0a9', '#c8dff0', '#f6c6cf']);
  const wall = palette.lit(
    palette.dark
      ? mix(wallBase, '#2b2f6b', 0.45)
      : motif.backdropColour === null
        ? wallBase
        : lighten(wallBase, 0.12),
  );
  const person = motif.subject === 'person';
  const table = height - Math.min(height * (person ? 0.0 : 0.27), 420);
  drawing.add(
    rect(
      0,
      0,
      width,
      height,
      drawing.linear([
        [0, lighten(wall, 0.22)],
        [1, darken(wall, 0.05)],
      ]),
    ),
  );
  const archColour =
    motif.backdropColour === null
      ? mix(turnHue(wallBase, random.pick([-45, 40, 150])), palette.accent, 0.4)
      : darken(wallBase, 0.12);
  const gap = 1150;
  const arches = Math.max(1, Math.round(width / gap));
  for (let index = 0; index < arches; index += 1) {
    const x = ((index + 0.5) / arches) * width;
    const half = Math.min(350, width * 0.37);
    const top = Math.max(110, table - Math.min(640, height * 0.64));
    const arch = `M${round(x - half)} ${round(table + 5)}V${round(top + half)}A${round(half)} ${round(half)} 0 0 1 ${round(x + half)} ${round(top + half)}V${round(table + 5)}Z`;
    const paint = drawing.linear([
      [0, lighten(palette.lit(archColour), 0.16)],
      [1, lighten(palette.lit(archColour), 0.45)],
    ]);
    if (random.chance(person ? 1 : 0.3))
      drawing.add(circle(x, Math.max(height * 0.44, table - 520), half * 1.08, paint));
    else drawing.add(path(arch, paint) + stroke(arch.replace('Z', ''), lighten(wall, 0.5), 5, opacity(0.7)));
  }
  const light = drawing.linear(
    [
      [0, '#ffffff', 0.34],
      [1, '#ffffff', 0.04],
    ],
    0,
    0,
    1,
    1,
  );
  for (let pane = 0; pane < 2; pane += 1) {
    const x = width * 0.06 + pane * 150;
    drawing.add(
      path(
        `M${round(x)} ${round(table * 0.14)}l120 50v${round(Math.min(400, table * 0.5))}l-120 -50Z`,
        light,
      ),
    );
  }
  for (let index = 0; index < Math.min(60, (width * height) / 40000); index += 1) {
    drawing.add(
      circle(
        random.range(0, width),
        random.range(0, table),
        random.range(2, 4),
        lighten(wall, 0.7),
        opacity(0.55),
      ),
    );
  }
  if (person) {
    putSubjects({ groundY: height, airY: height * 0.4, footing: 'land' });
    return;
  }
  for (let hang = 360; hang < table - 780; hang += random.range(300, 420)) {
    const x = width * random.range(0.2, 0.8);
    const shade = palette.lit(random.pick([palette.accent, palette.accentTwo, '#fff1d8']));
    drawing.add(stroke(`M${round(x)} -10V${round(hang)}`, darken(wall, 0.35), 4));
    drawing.add(
      circle(
        x,
        hang + 74,
        150,
        drawing.radial([
          [0, '#fff3c4', 0.7],
          [1, '#fff3c4', 0],
        ]),
      ) + circle(x, hang + 72, 20, '#fff6d8'),
    );
    drawing.add(
      path(
        `M${round(x - 74)} ${round(hang + 66)}Q${round(x - 66)} ${round(hang)} ${round(x)} ${round(hang - 6)}Q${round(x + 66)} ${round(hang)} ${round(x + 74)} ${round(hang + 66)}Z`,
        shade,
      ),
    );
  }
  const wood = palette.lit(random.pick(['#d9a06b', '#e8c39e', '#b9785a', '#f0dcc0']));
  const leafColour = palette.lit('#4f9a74');
  const side = random.chance(0.5) ? 1 : -1;
  if (width > 700) {
    drawing.add(
      place(pottedPlant(palette.lit(palette.accentTwo), leafColour), {
        x: width / 2 - side * Math.min(width * 0.4, 430 * Math.max(1, width / 1300)),
        y: table + 34,
        scale: 1.9,
      }),
    );
    if (width > 1500)
      drawing.add(
        place(pottedPlant(palette.lit(palette.accent), leafColour), {
          x: width / 2 + side * Math.min(width * 0.42, 1000),
          y: table + 34,
          scale: 1.6,
        }),
      );
  }
  drawing.add(
    rect(
      0,
      table,
      width,
      height - table + 10,
      drawing.linear([
        [0, lighten(wood, 0.12)],
        [0.16, wood],
        [1, darken(wood, 0.2)],
      ]),
    ),
  );
  drawing.add(rect(0, table, width, 8, lighten(wood, 0.4), 0, opacity(0.8)));
  for (let index = 0; index < Math.min(80, width / 22); index += 1) {
    const y = random.range(table + 26, height);
    const long = random.range(60, 260);
    drawing.add(
      stroke(
        `M${round(random.range(-50, width))} ${round(y)}q${round(long / 2)} ${round(random.range(-7, 7))} ${round(long)} 0`,
        darken(wood, 0.16),
        2.4,
        opacity(0.4),
      ),
    );
  }
  putSubjects({ groundY: table + (height - table) * 0.42, airY: table * 0.56, footing: 'land' });
  drawing.add(ellipse(width / 2, height + 30, width * 0.6, 60, darken(wood, 0.3), opacity(0.25)));
};
