import { darken, lighten, mix, turnHue } from '../colour.ts';
import type { Random } from '../random.ts';
import type { Scene } from '../stage.ts';
import { circle, ellipse, opacity, path, place, rect, round, smooth, stroke } from '../svg.ts';
import { ridge } from './landforms.ts';

/** A planet of radius 100 with bands, craters or a ring. */
function planet(random: Random, base: string, ring: boolean): string {
  const light = lighten(base, 0.25);
  const shade = darken(base, 0.28);
  let marks = '';
  if (random.chance(0.6)) {
    for (const y of [-52, -18, 20, 56]) {
      const half = Math.sqrt(100 * 100 - y * y) * 0.985;
      marks += path(
        `M${round(-half)} ${y}Q0 ${round(y + 26)} ${round(half)} ${y}Q0 ${round(y + 8 + random.range(-4, 8))} ${round(-half)} ${y}Z`,
        light,
        opacity(0.6),
      );
    }
  } else {
    for (const [x, y, r] of [
      [-40, -30, 20],
      [18, 10, 26],
      [-20, 48, 13],
      [48, -42, 11],
    ] as const)
      marks += circle(x, y, r, shade, opacity(0.4)) + circle(x + 2, y + 3, r * 0.8, base, opacity(0.8));
  }
  const back = ring ? stroke('M-98 -14A165 46 0 0 1 98 -14', light, 13, opacity(0.7)) : '';
  const front = ring
    ? stroke('M-98 -14C-210 12 -120 42 0 42C120 42 210 12 98 -14', lighten(base, 0.5), 13, opacity(0.95)) +
      stroke('M-106 -2C-170 16 -110 30 0 30C110 30 170 16 106 -2', mix(base, '#ffffff', 0.2), 5, opacity(0.6))
    : '';
  return (
    back +
    circle(0, 0, 100, base) +
    marks +
    path('M0 -100A100 100 0 0 1 0 100A120 120 0 0 0 62 0A120 120 0 0 0 0 -100Z', shade, opacity(0.38)) +
    path(
      'M-70 -58A90 90 0 0 1 -20 -88',
      'none',
      `stroke="${lighten(base, 0.6)}" stroke-width="7" stroke-linecap="round" fill-opacity="0.6" stroke-opacity="0.6"`,
    ) +
    front
  );
}

/** Nebulae, stars and planets; whoever is there stands on a small moon. */
export const space: Scene = (stage, putSubjects) => {
  const { drawing, width, height, motif } = stage;
  const random = stage.random.fork('space');
  const named = motif.backdropColour ?? random.pick(['#3a2f8f', '#23407f', '#5a2a7a', '#1f4f6f', '#6a2a5f']);
  const top = darken(named, 0.72);
  drawing.add(
    rect(
      0,
      0,
      width,
      height,
      drawing.linear([
        [0, top],
        [0.55, darken(named, 0.42)],
        [1, mix(named, '#e58fb0', 0.35)],
      ]),
    ),
  );
  for (let index = 0; index < Math.min(26, 5 + (width * height) / 4e5); index += 1) {
    const hue = random.pick([turnHue(named, 60), turnHue(named, -50), '#e86fae', '#5ac8e8']);
    const cloudGlow = drawing.radial([
      [0, hue, 0.4],
      [1, hue, 0],
    ]);
    drawing.add(
      place(ellipse(0, 0, random.range(260, 520), random.range(130, 260), cloudGlow), {
        x: random.range(0, width),
        y: random.range(0, height),
        rotate: random.range(-40, 40),
      }),
    );
  }
  const count = Math.min(900, (width * height) / 4200);
  for (let index = 0; index < count; index += 1) {
    const size = random.next() ** 4 * 4.4 + 0.8;
    const x = round(random.range(0, width));
    const y = round(random.range(0, height));
    drawing.add(
      circle(x, y, size, random.pick(['#ffffff', '#ffeecb', '#cfe4ff']), opacity(random.range(0.4, 1))),
    );
    if (size > 3.9) {
      const ray = size * 5;
      drawing.add(
        path(
          `M${x} ${y - ray}Q${x} ${y} ${x + ray} ${y}Q${x} ${y} ${x} ${y + ray}Q${x} ${y} ${x - ray} ${y}Q${x} ${y} ${x} ${y - ray}Z`,
          '#ffffff',
          opacity(0.9),
        ),
      );
    }
  }
  const hues = ['#f2a65a', '#e8677f', '#5fb7c9', '#9a7fe0', '#f4cf6b', '#6fc39a'] as const;
  const worlds = Math.max(2, Math.min(8, Math.round((width + height) / 950)));
  const empty = motif.subject === null;
  for (let index = 0; index < worlds; index += 1) {
    const wide = width > height;
    const along = (index + random.range(0.25, 0.75)) / worlds;
    const x = wide
      ? along * width
      : index % 2 === 0
        ? random.range(0.1, 0.3) * width
        : random.range(0.72, 0.92) * width;
    const y = wide ? random.range(0.12, 0.36) * height : along * height * (empty ? 0.9 : 0.6) + 60;
    const scale = index === 0 ? random.range(0.95, 1.2) : random.range(0.3, 0.6);
    drawing.add(
      place(planet(random, random.pick(hues), index === 0 || random.chance(0.3)), {
        x,
        y,
        scale,
        rotate: random.range(-24, 10),
      }),
    );
  }
  const comet = drawing.linear(
    [
      [0, '#ffffff', 0],
      [1, '#ffffff', 0.9],
    ],
    0,
    0,
    1,
    0,
  );
  drawing.add(
    place(path('M-220 0Q-90 -5 0 -6A6 6 0 0 1 0 6Q-90 5 -220 0Z', comet) + circle(0, 0, 7, '#ffffff'), {
      x: width * random.range(0.35, 0.7),
      y: Math.min(height * 0.2, 300),
      rotate: random.range(15, 30),
    }),
  );
  if (empty || motif.subject === 'rocket') {
    const base = random.pick(hues);
    const x = width * random.range(0.3, 0.7);
    if (empty)
      drawing.add(
        place(planet(random, base, true), {
          x,
          y: height - Math.min(360, height * 0.38),
          scale: 2.3,
          rotate: -16,
        }),
      );
    putSubjects({ groundY: height * 0.9, airY: height * 0.52, footing: 'deep' });
    return;
  }
  const ground = mix(random.pick(['#c9b8e8', '#e8c9b8', '#b8cbe8', '#ecd9b0']), named, 0.14);
  const floor = height - Math.min(height * 0.25, 330);
  ridge(stage, 'farMoon', floor - 24, 40, 360, darken(ground, 0.36));
  ridge(
    stage,
    'moon',
    floor + 30,
    26,
    600,
    drawing.linear([
      [0, lighten(ground, 0.12)],
      [1, darken(ground, 0.35)],
    ]),
  );
  const span = height - floor;
  for (let x = random.range(0, 100); x < width; x += random.range(90, 240)) {
    const near = random.next();
    const r = 24 + near * 52;
    const y = floor + 60 + near * (span - 60);
    drawing.add(
      ellipse(x, y, r, r * 0.3, darken(ground, 0.26), opacity(0.7)) +
        ellipse(x, y + r * 0.07, r * 0.86, r * 0.2, darken(ground, 0.12)) +
        path(
          smooth([
            { x: x - r, y },
            { x: x - r * 0.4, y: y + r * 0.27 },
            { x: x + r * 0.4, y: y + r * 0.27 },
            { x: x + r, y },
          ]),
          'none',
          `stroke="${lighten(ground, 0.4)}" stroke-width="3" fill-opacity="0.6" stroke-opacity="0.6"`,
        ),
    );
  }
  putSubjects({ groundY: floor + span * 0.45, airY: Math.max(height * 0.42, floor - 800), footing: 'land' });
};
