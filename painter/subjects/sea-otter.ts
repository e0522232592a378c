import { darken, lighten, mix } from '../colour.ts';
import type { Pen } from '../stage.ts';
import { circle, ellipse, opacity, path, place, stroke } from '../svg.ts';
import { blush, coat, dozingEyes, type DrawFigure, eyes } from './figure.ts';

function treasure({ random, palette }: Pen): string {
  const kind = random.pick(['shell', 'star', 'heart', 'urchin'] as const);
  switch (kind) {
    case 'shell':
      return (
        path('M-17 6C-22 -16 -10 -25 0 -25C10 -25 22 -16 17 6Q0 14 -17 6Z', palette.lit('#f8b8a8')) +
        stroke('M0 7V-22M-8 8L-12 -18M8 8L12 -18', palette.lit('#e48f86'), 2) +
        path('M-8 7Q0 13 8 7L6 13Q0 16 -6 13Z', palette.lit('#f3a597'))
      );
    case 'star':
      return (
        path(
          'M0 -27L7 -10L26 -9L11 3L16 21L0 11L-16 21L-11 3L-26 -9L-7 -10Z',
          palette.lit('#f79a5e'),
          `stroke="${palette.lit('#f79a5e')}" stroke-width="6" stroke-linejoin="round"`,
        ) +
        [
          [0, -14],
          [12, -4],
          [8, 10],
          [-8, 10],
          [-12, -4],
          [0, 0],
        ]
          .map(([x = 0, y = 0]) => circle(x, y, 2, '#fde0bd'))
          .join('')
      );
    case 'heart':
      return (
        path(
          'M0 16C-34 -4 -24 -28 -10 -27C-4 -27 0 -22 0 -18C0 -22 4 -27 10 -27C24 -28 34 -4 0 16Z',
          palette.lit('#ee6b7d'),
        ) + ellipse(-10, -17, 5, 3.4, '#fbc2c6', opacity(0.85))
      );
    case 'urchin':
      return (
        Array.from({ length: 16 }, (_, index) =>
          place(stroke('M0 0V-23', palette.lit('#6a4f9c'), 3.4), { rotate: index * 22.5 }),
        ).join('') +
        circle(0, 0, 15, palette.lit('#8265b8')) +
        circle(-4, -4, 5, palette.lit('#a98fd6'))
      );
  }
}

function otterHead(pen: Pen, fur: string, face: string, sleepy: boolean): string {
  const dark = darken(fur, 0.3);
  const ink = '#2a1a20';
  const whisker = (side: number): string =>
    stroke(
      `M${side * 17} 13Q${side * 36} 8 ${side * 52} 10M${side * 17} 17Q${side * 35} 18 ${side * 50} 23M${side * 15} 21Q${side * 30} 27 ${side * 43} 34`,
      lighten(face, 0.5),
      1.5,
      opacity(0.85),
    );
  return (
    circle(-40, -20, 11, dark) +
    circle(40, -20, 11, dark) +
    circle(-40, -19, 6, mix(face, '#d98f80', 0.4)) +
    circle(40, -19, 6, mix(face, '#d98f80', 0.4)) +
    path(
      'M0 -46C30 -46 50 -26 51 4C52 30 30 44 0 44C-30 44 -52 30 -51 4C-50 -26 -30 -46 0 -46Z',
      pen.drawing.linear([
        [0, lighten(fur, 0.1)],
        [1, fur],
      ]),
    ) +
    stroke('M-5 -45Q-7 -55 -13 -57M1 -46Q0 -57 2 -60M7 -45Q10 -54 15 -56', fur, 4.4) +
    path('M0 -18C10 -30 34 -28 41 -6C48 18 34 40 0 40C-34 40 -48 18 -41 -6C-34 -28 -10 -30 0 -18Z', face) +
    blush(0, 14, 32, 8.5, '#f59a86') +
    (sleepy ? dozingEyes(0, -3, 20, 8, ink) : eyes(0, -4, 20, 8.2, ink)) +
    stroke('M-27 -19q7 -5 13 -2M27 -19q-7 -5 -13 -2', mix(fur, face, 0.3), 2.6) +
    ellipse(-10, 17, 14, 11.5, lighten(face, 0.6)) +
    ellipse(10, 17, 14, 11.5, lighten(face, 0.6)) +
    path('M-7 29Q0 37 7 29Q6 24 0 24Q-6 24 -7 29Z', '#e8707a') +
    stroke('M-15 24Q-8 31 0 24Q8 31 15 24', ink, 2.4) +
    path('M-12 4Q0 -2 12 4Q13 11 0 17Q-13 11 -12 4Z', ink) +
    ellipse(-4, 5, 4, 1.9, '#8f7c84', opacity(0.85)) +
    [
      [-15, 16],
      [-9, 20],
      [15, 16],
      [9, 20],
    ]
      .map(([x = 0, y = 0]) => circle(x, y, 1.1, dark, opacity(0.5)))
      .join('') +
    whisker(-1) +
    whisker(1)
  );
}

/** A sea otter on its back in the waves, holding a treasure. */
export const seaOtter: DrawFigure = (pen) => {
  const { random, palette, drawing } = pen;
  const fur = coat(pen, random.pick(['#8a5a3e', '#7c5242', '#9a6a47']));
  const face = lighten(mix(fur, palette.lit('#f2d6b0'), 0.75), 0.16);
  const dark = darken(fur, 0.22);
  const [far, middle, deep] = palette.water;
  const sleepy = random.chance(0.28);
  const paw = (x: number, y: number, angle: number): string =>
    place(
      path('M-10 26Q-15 4 -8 -8Q0 -15 8 -8Q14 4 11 26Z', dark) +
        stroke('M-3.4 -9V-3M3.4 -9V-3', darken(fur, 0.42), 1.8),
      { x, y, rotate: angle },
    );
  const foot = (x: number, y: number, angle: number): string =>
    place(
      path('M-9 30C-19 8 -20 -16 -10 -26Q-5 -30 0 -26Q5 -30 10 -26C20 -16 19 8 9 30Z', dark) +
        stroke('M-6 -17V-2M6 -17V-2M0 -18V0', darken(fur, 0.42), 1.8) +
        ellipse(0, 10, 5, 8, mix(dark, face, 0.28)),
      { x, y, rotate: angle },
    );
  const svg =
    ellipse(10, 12, 178, 24, deep, opacity(0.24)) +
    path('M98 8C130 4 150 -8 166 -24C174 -16 166 6 142 20C122 30 100 26 98 8Z', darken(fur, 0.28)) +
    foot(112, -30, -12) +
    foot(136, -24, 16) +
    path(
      'M-78 16C-70 -34 -20 -58 34 -52C84 -48 124 -24 128 6C128 30 70 40 14 40C-40 40 -80 36 -78 16Z',
      drawing.linear([
        [0, lighten(fur, 0.12)],
        [1, dark],
      ]),
    ) +
    path(
      'M-46 -2C-34 -36 0 -50 36 -46C72 -42 98 -24 100 -8C84 6 44 10 10 10C-20 10 -44 8 -46 -2Z',
      mix(fur, face, 0.55),
    ) +
    stroke(
      'M18 -12q6 5 12 0M44 -18q6 5 12 0M54 -4q6 5 12 0M4 -2q6 5 12 0M74 -14q5 4 10 0',
      mix(fur, face, 0.28),
      2.4,
      opacity(0.7),
    ) +
    place(treasure(pen), { x: 12, y: -50, rotate: random.range(-10, 10), scale: 1.12 }) +
    paw(-14, -42, 34) +
    paw(38, -40, -34) +
    place(otterHead(pen, fur, face, sleepy), { x: -74, y: -40, rotate: random.range(-9, 3), scale: 1.06 }) +
    path(
      'M-190 12Q-150 0 -116 9T-44 9T28 12T100 8T196 12C190 40 120 62 10 62C-100 62 -184 42 -190 12Z',
      drawing.linear([
        [0, mix(far, middle, 0.6), 0.9],
        [0.5, middle, 0.86],
        [1, middle, 0],
      ]),
    ) +
    stroke('M-170 8Q-146 0 -116 9T-44 9T28 12T100 8T176 8', lighten(far, 0.7), 3.6, opacity(0.85)) +
    stroke('M-120 27q26 8 52 0M-20 32q34 8 66 0M84 26q24 6 44 -1', lighten(far, 0.6), 2.8, opacity(0.6)) +
    stroke('M-206 20q14 6 26 1M192 22q12 5 24 0', lighten(far, 0.6), 2.6, opacity(0.55));
  return {
    svg,
    width: 350,
    height: 112,
    stance: 'swims',
    head: { x: -78, y: -88, width: 92 },
    importance: 1.3,
  };
};
