import { darken, lighten } from '../colour.ts';
import { circle, ellipse, opacity, path, place, rect, round, stroke } from '../svg.ts';
import { coat, type DrawFigure, groundShadow } from './figure.ts';

const wheel = (x: number, y: number, r: number): string =>
  circle(x, y, r, '#2f2b3a') + circle(x, y, r * 0.62, '#d9d4dc') + circle(x, y, r * 0.26, '#8f8a99');

/** A little round car with luggage on its roof. */
export const car: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const paint = coat(pen, palette.accent);
  const glass = palette.dark ? '#ffe3a0' : palette.lit('#cdeaf2');
  const trim = palette.lit('#fff3de');
  const beam = drawing.linear(
    [
      [0, '#fff3c0', 0.7],
      [1, '#fff3c0', 0],
    ],
    0,
    0,
    1,
    0,
  );
  const svg =
    groundShadow(180) +
    (palette.dark ? path('M158 -62L420 -96V10L158 -44Z', beam) : '') +
    rect(-84, -206, 70, 40, palette.lit('#b9794e'), 7) +
    rect(-8, -196, 56, 30, palette.lit('#e8c07a'), 6) +
    stroke('M-66 -206v40M-34 -206v40M10 -196v30', darken('#8a5a3a', 0.2), 4) +
    stroke('M-98 -164H62', '#4a4252', 6) +
    path(
      'M-172 -34C-178 -76 -160 -92 -128 -96C-112 -142 -88 -160 -20 -160C46 -160 74 -138 98 -98C148 -94 172 -78 170 -34Q168 -22 152 -22H-156Q-170 -22 -172 -34Z',
      drawing.linear([
        [0, lighten(paint, 0.22)],
        [1, darken(paint, 0.06)],
      ]),
    ) +
    path('M-106 -98C-96 -132 -80 -142 -30 -143V-98Z', glass) +
    path('M-16 -143C34 -142 52 -128 72 -98H-16Z', glass) +
    path('M-82 -100L-52 -141H-38L-66 -100Z', '#ffffff', opacity(0.45)) +
    path('M8 -100L30 -136L42 -132L24 -100Z', '#ffffff', opacity(0.45)) +
    path(
      'M-173 -58H171Q172 -46 170 -34Q168 -22 152 -22H-156Q-170 -22 -172 -34Q-174 -46 -173 -58Z',
      trim,
      opacity(0.9),
    ) +
    stroke('M-23 -94V-30', darken(paint, 0.3), 3) +
    rect(-10, -80, 26, 7, darken(paint, 0.35), 3) +
    circle(154, -66, 15, '#fff4cf') +
    circle(154, -66, 9, '#ffe08a') +
    rect(-178, -76, 14, 20, '#e0453f', 5) +
    path('M-150 -22A46 46 0 0 1 -58 -22Z', darken(paint, 0.4)) +
    path('M58 -22A46 46 0 0 1 150 -22Z', darken(paint, 0.4)) +
    wheel(-104, -28, 36) +
    wheel(104, -28, 36);
  return { svg, width: 360, height: 210, stance: 'stands', importance: 1.05 };
};

/** A sailing boat heeling a little in the breeze. */
export const sailboat: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const sail = palette.lit('#fff7ea');
  const stripe = palette.lit(palette.accent);
  const hull = coat(pen, palette.accentTwo);
  const [far, middle] = palette.water;
  const svg =
    path('M-120 20Q-60 90 40 70Q100 60 110 20Z', darken(middle, 0.2), opacity(0.3)) +
    place(
      stroke('M0 -20V-300', palette.lit('#8a5a3c'), 9) +
        path(
          'M-10 -288C-20 -200 -64 -110 -116 -62L-10 -52Z',
          drawing.linear([
            [0, sail],
            [1, darken(sail, 0.08)],
          ]),
        ) +
        path(
          'M-45 -170C-62 -132 -88 -92 -116 -62L-64 -57C-44 -90 -28 -130 -20 -172Z',
          stripe,
          opacity(0.92),
        ) +
        path(
          'M12 -280C74 -220 120 -130 126 -56L12 -46Z',
          drawing.linear([
            [0, lighten(sail, 0.3)],
            [1, darken(sail, 0.05)],
          ]),
        ) +
        stroke('M20 -200Q60 -170 78 -140M20 -130Q70 -116 104 -96', darken(sail, 0.12), 3) +
        path('M0 -300l46 12l-46 14Z', stripe) +
        path(
          'M-150 -34H150C140 14 104 34 60 34H-70C-116 34 -140 8 -150 -34Z',
          drawing.linear([
            [0, lighten(hull, 0.16)],
            [1, darken(hull, 0.14)],
          ]),
        ) +
        path('M-150 -34H150L146 -18H-146Z', palette.lit('#fff3de')) +
        [-70, 0, 70]
          .map((x) => circle(x, 2, 11, palette.lit('#fff3de')) + circle(x, 2, 7, darken(hull, 0.35)))
          .join(''),
      { rotate: -4 },
    ) +
    path(
      'M-210 14Q-170 0 -130 12T-50 12T30 12T110 12T210 14C190 60 110 70 0 70C-110 70 -190 60 -210 14Z',
      middle,
      opacity(0.9),
    ) +
    stroke('M-214 14Q-170 0 -130 12T-50 12T30 12T110 12T214 14', lighten(far, 0.7), 4.4, opacity(0.9));
  return { svg, width: 320, height: 310, stance: 'swims', importance: 1.3 };
};

/** A rocket on a plume of fire. */
export const rocket: DrawFigure = (pen) => {
  const { palette, drawing, random } = pen;
  const body = palette.lit('#fdf7ee');
  const trim = coat(pen, palette.accent);
  const dark = darken(trim, 0.16);
  const fin = (flip: boolean): string =>
    place(path('M46 -30C86 -10 96 36 88 70C72 50 52 42 34 42Z', trim), { flip });
  const puff = [
    [0, 190, 40],
    [-34, 216, 30],
    [34, 222, 34],
    [-6, 256, 26],
    [26, 280, 18],
    [-30, 270, 14],
  ]
    .map(([x = 0, y = 0, r = 0]) => circle(x, y, r, '#ffffff', opacity(0.28)))
    .join('');
  const svg = place(
    puff +
      path(
        'M-30 50C-40 100 -16 120 0 176C16 120 40 100 30 50Z',
        drawing.linear([
          [0, '#ffcf5a'],
          [1, '#f2643d', 0.9],
        ]),
      ) +
      path('M-16 50C-20 84 -8 96 0 128C8 96 20 84 16 50Z', '#fff3c4') +
      fin(false) +
      fin(true) +
      path(
        'M0 -190C52 -140 64 -70 52 40H-52C-64 -70 -52 -140 0 -190Z',
        drawing.linear(
          [
            [0, lighten(body, 0.4)],
            [0.55, body],
            [1, darken(body, 0.16)],
          ],
          0,
          0,
          1,
          0,
        ),
      ) +
      path('M0 -190C22 -168 36 -144 45 -118Q0 -102 -45 -118C-36 -144 -22 -168 0 -190Z', trim) +
      circle(0, -62, 29, dark) +
      circle(0, -62, 22, '#9fdcf0') +
      path(
        'M-14 -70A18 18 0 0 1 6 -80',
        'none',
        'stroke="#ffffff" stroke-width="5" stroke-linecap="round" fill-opacity="0.8" stroke-opacity="0.8"',
      ) +
      rect(-53, 8, 106, 14, trim) +
      rect(-36, 38, 72, 17, dark, 5) +
      path('M-9 -18H9L6 58Q0 64 -6 58Z', trim) +
      circle(0, -14, 4, '#fff3de'),
    { y: -40, rotate: random.range(14, 26) },
  );
  return { svg, width: 260, height: 390, stance: 'floats', importance: 1.5 };
};

/** A hot-air balloon. */
export const hotAirBalloon: DrawFigure = (pen) => {
  const { palette, random } = pen;
  const first = coat(pen, random.pick(['#ef6a5a', '#f2a53c', '#5a8fd6', '#e8668f']));
  const { secondColour } = pen.motif;
  const second = palette.lit(secondColour ?? '#fff1d8');
  const third = secondColour === null ? palette.lit(palette.accentTwo) : first;
  const fourth = secondColour === null ? first : second;
  const gore = (from: number, to: number, fill: string): string =>
    path(
      `M0 -250C${round(from * 1.34)} -250 ${round(from * 1.34)} -110 ${round(from * 0.2)} -30L${round(to * 0.2)} -30C${round(to * 1.34)} -110 ${round(to * 1.34)} -250 0 -250Z`,
      fill,
    );
  const svg =
    [
      [-118, -79, first],
      [-79, -40, second],
      [-40, 0, third],
      [0, 40, fourth],
      [40, 79, secondColour === null ? second : first],
      [79, 118, secondColour === null ? third : second],
    ]
      .map(([from, to, fill]) => gore(Number(from), Number(to), String(fill)))
      .join('') +
    path(
      'M0 -250C30 -250 118 -240 90 -150C76 -100 50 -66 24 -30H14C60 -90 110 -230 0 -250Z',
      '#2b1a3a',
      opacity(0.1),
    ) +
    ellipse(
      -46,
      -196,
      17,
      32,
      '#ffffff',
      'fill-opacity="0.3" stroke-opacity="0.3" transform="rotate(24 -46 -196)"',
    ) +
    path('M-25 -36H25L20 -22H-20Z', darken(first, 0.25)) +
    stroke('M-18 -22L-17 14M18 -22L17 14M0 -22V14', '#6b4a3a', 2.6) +
    rect(-22, 12, 44, 34, palette.lit('#b9794e'), 7) +
    rect(-25, 10, 50, 9, palette.lit('#8f5a3a'), 4) +
    stroke('M-22 26H22M-22 36H22M-10 19V45M4 19V45M14 19V45', palette.lit('#8f5a3a'), 2.4);
  return { svg: place(svg, { y: 90 }), width: 240, height: 340, stance: 'floats', importance: 1.25 };
};

/** A small steam train. */
export const train: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const paint = coat(pen, palette.accent);
  const second = palette.lit(palette.accentTwo);
  const glass = palette.dark ? '#ffe09a' : palette.lit('#cdeaf2');
  const steam = [0, 1, 2, 3, 4]
    .map((index) =>
      circle(112 - index * 38, -186 - index * 15, 18 + index * 6, '#ffffff', opacity(0.85 - index * 0.13)),
    )
    .join('');
  const coach = (x: number, fill: string): string =>
    rect(
      x,
      -116,
      128,
      92,
      drawing.linear([
        [0, lighten(fill, 0.16)],
        [1, fill],
      ]),
      12,
    ) +
    rect(x - 4, -124, 136, 15, darken(fill, 0.3), 7) +
    [14, 52, 90].map((offset) => rect(x + offset, -94, 26, 30, glass, 5)).join('') +
    rect(x, -46, 128, 8, lighten(fill, 0.5)) +
    wheel(x + 28, -20, 20) +
    wheel(x + 100, -20, 20);
  const svg =
    ellipse(0, 4, 320, 12, '#1d1330', opacity(0.16)) +
    Array.from({ length: 19 }, (_, index) =>
      rect(-330 + index * 36, 0, 20, 9, palette.lit('#7a5a48'), 2),
    ).join('') +
    rect(-340, -3, 680, 6, '#5a5666', 3) +
    steam +
    coach(-296, second) +
    coach(-150, palette.lit('#f2c14f')) +
    stroke('M-168 -30h18M-22 -30h24', '#3a3644', 7) +
    rect(
      0,
      -140,
      78,
      116,
      drawing.linear([
        [0, lighten(paint, 0.14)],
        [1, paint],
      ]),
      10,
    ) +
    rect(-8, -150, 94, 16, darken(paint, 0.32), 8) +
    rect(15, -118, 46, 38, glass, 6) +
    path(
      'M76 -96H184Q206 -96 206 -62Q206 -24 184 -24H76Z',
      drawing.linear([
        [0, lighten(paint, 0.2)],
        [1, darken(paint, 0.1)],
      ]),
    ) +
    stroke('M110 -94V-26M150 -94V-26', palette.lit('#ffd77a'), 6) +
    path('M98 -96L92 -152H138L130 -96Z', darken(paint, 0.4)) +
    rect(86, -160, 58, 13, darken(paint, 0.5), 5) +
    path('M160 -96A14 16 0 0 1 188 -96Z', palette.lit('#ffd77a')) +
    circle(206, -62, 15, '#fff1c4') +
    path('M196 -24H232L214 -2H188Z', darken(paint, 0.45)) +
    wheel(30, -24, 27) +
    wheel(96, -20, 20) +
    wheel(144, -20, 20) +
    wheel(186, -18, 17) +
    stroke('M30 -20H150', '#c9c4cc', 6);
  return { svg, width: 580, height: 220, stance: 'stands', importance: 1.1 };
};
