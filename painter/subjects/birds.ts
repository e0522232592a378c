import { darken, lighten, mix } from '../colour.ts';
import { circle, ellipse, opacity, path, place, stroke } from '../svg.ts';
import { blush, coat, type DrawFigure, eyes, groundShadow } from './figure.ts';

const beakColour = '#f5a63a';

/** A round songbird on a twig. */
export const songbird: DrawFigure = (pen) => {
  const { random, palette, drawing } = pen;
  const feathers = coat(pen, random.pick(['#4f9fd6', '#e8705a', '#f2b63f', '#5fb59a', '#9a7fd0']));
  const breast = lighten(mix(feathers, palette.lit('#fbe3b4'), 0.7), 0.2);
  const dark = darken(feathers, 0.22);
  const leaf = palette.leaves[1];
  const bark = palette.lit('#7a5238');
  const svg =
    stroke('M-170 22Q-60 -2 40 6T190 -12', bark, 13) +
    stroke('M90 0Q120 -30 150 -36M-100 8Q-124 30 -150 42', bark, 7) +
    [
      [150, -40, -30],
      [172, -20, 20],
      [-150, 40, 150],
      [-160, 12, 200],
      [120, 12, 60],
    ]
      .map(([x = 0, y = 0, rotate = 0]) =>
        place(path('M0 0Q14 -16 36 -6Q20 12 0 0Z', leaf), { x, y, rotate, scale: 1.2 }),
      )
      .join('') +
    path('M52 -44L124 -18L120 -2L96 0L40 -22Z', dark) +
    path(
      'M-62 -62C-62 -106 -28 -128 6 -126C46 -124 76 -84 68 -44C62 -12 32 4 0 4C-38 4 -62 -24 -62 -62Z',
      drawing.linear([
        [0, lighten(feathers, 0.14)],
        [1, feathers],
      ]),
    ) +
    path('M-60 -52C-54 -76 -30 -84 -14 -70C2 -54 8 -26 22 2C-24 12 -66 -14 -60 -52Z', breast) +
    path('M8 -76C46 -84 74 -58 84 -24C56 -14 18 -26 6 -52C3 -62 2 -72 8 -76Z', dark) +
    stroke('M26 -48Q44 -34 66 -32M24 -60Q46 -50 68 -42', lighten(dark, 0.2), 3) +
    path('M-60 -92L-96 -80L-58 -72Z', palette.lit(beakColour)) +
    path('M-60 -80L-96 -80L-58 -72Z', palette.lit('#d9852a')) +
    circle(-32, -92, 11, '#2a1c26') +
    circle(-36, -96, 4, '#ffffff') +
    circle(-28, -88, 1.8, '#ffffff') +
    ellipse(-40, -72, 9, 6, '#f58f7a', opacity(0.6)) +
    path('M-6 -124Q-2 -148 16 -150Q8 -138 12 -126Q22 -140 34 -138Q24 -128 18 -120Z', feathers) +
    stroke('M-8 2v14M14 2v14M-14 16h12M8 16h12', palette.lit('#c9752e'), 5);
  return { svg, width: 300, height: 200, stance: 'floats', head: { x: -10, y: -122, width: 70 } };
};

/** An owl with a heart-shaped face. */
export const owl: DrawFigure = (pen) => {
  const { random, palette, drawing } = pen;
  const feathers = coat(pen, random.pick(['#8a6248', '#6f6a8f', '#a8744a']));
  const dark = darken(feathers, 0.2);
  const face = lighten(feathers, 0.62);
  const scallops = [-34, -20, -6]
    .flatMap((y, row) =>
      [-2, -1, 0, 1, 2].map((column) =>
        stroke(`M${column * 17 - 8 + (row % 2) * 8} ${y - 22}q8 11 16 0`, mix(feathers, face, 0.3), 3),
      ),
    )
    .join('');
  const wing = (side: number): string =>
    path(
      `M${side * 50} -100C${side * 80} -70 ${side * 78} -26 ${side * 52} -2C${side * 44} -30 ${side * 40} -70 ${side * 50} -100Z`,
      dark,
    );
  const svg =
    groundShadow(70) +
    path(
      'M0 -180C-26 -178 -52 -186 -62 -200C-70 -160 -66 -140 -62 -124C-70 -60 -56 4 0 4C56 4 70 -60 62 -124C66 -140 70 -160 62 -200C52 -186 26 -178 0 -180Z',
      drawing.linear([
        [0, lighten(feathers, 0.14)],
        [1, feathers],
      ]),
    ) +
    path(
      'M0 -92C30 -92 42 -60 38 -30Q30 2 0 2Q-30 2 -38 -30C-42 -60 -30 -92 0 -92Z',
      mix(feathers, face, 0.75),
    ) +
    scallops +
    wing(-1) +
    wing(1) +
    path(
      'M0 -152C14 -176 56 -172 56 -136C56 -108 24 -96 0 -88C-24 -96 -56 -108 -56 -136C-56 -172 -14 -176 0 -152Z',
      face,
    ) +
    circle(-26, -134, 20, '#fff7e4') +
    circle(26, -134, 20, '#fff7e4') +
    circle(-25, -133, 16, '#f2a93b') +
    circle(25, -133, 16, '#f2a93b') +
    eyes(0, -133, 25, 11) +
    blush(0, -108, 38, 8) +
    path('M-9 -122Q0 -128 9 -122L0 -100Z', palette.lit(beakColour)) +
    stroke('M-20 2v6M-12 2v6M12 2v6M20 2v6', palette.lit(beakColour), 6);
  return { svg, width: 140, height: 200, stance: 'stands', head: { x: 0, y: -182, width: 96 } };
};

/** A penguin with a bright scarf. */
export const penguin: DrawFigure = (pen) => {
  const { palette, drawing, random } = pen;
  const back = coat(pen, random.pick(['#34395a', '#3a4a6b', '#4a4460']));
  const white = palette.lit('#fdfaf4');
  const scarf = palette.lit(palette.accent);
  const flipper = (side: number, lift: number): string =>
    place(path('M0 0C26 10 38 40 30 62C16 56 2 36 -6 16Z', darken(back, 0.14)), {
      x: side * 50,
      y: -98,
      flip: side < 0,
      rotate: side * lift,
    });
  const svg =
    groundShadow(66) +
    ellipse(-24, -2, 24, 10, palette.lit('#f09a3e')) +
    ellipse(24, -2, 24, 10, palette.lit('#f09a3e')) +
    flipper(-1, random.range(-40, 10)) +
    flipper(1, 6) +
    path(
      'M0 -188C44 -188 56 -150 56 -124C70 -76 60 0 0 0C-60 0 -70 -76 -56 -124C-56 -150 -44 -188 0 -188Z',
      drawing.linear([
        [0, lighten(back, 0.12)],
        [1, back],
      ]),
    ) +
    path('M0 -100C32 -104 50 -70 46 -36Q36 -4 0 -4Q-36 -4 -46 -36C-50 -70 -32 -104 0 -100Z', white) +
    path(
      'M0 -150C10 -172 46 -168 46 -136C46 -112 22 -104 0 -104C-22 -104 -46 -112 -46 -136C-46 -168 -10 -172 0 -150Z',
      white,
    ) +
    eyes(0, -138, 21, 7.4) +
    blush(0, -120, 33, 8) +
    path('M-11 -128Q0 -136 11 -128Q6 -114 0 -112Q-6 -114 -11 -128Z', palette.lit('#f5a63a')) +
    path('M-54 -108Q0 -84 54 -108L56 -92Q0 -68 -56 -92Z', scarf) +
    path('M26 -88L52 -82L46 -42L28 -46Z', darken(scarf, 0.12)) +
    stroke('M31 -58l16 3M32 -68l17 3', lighten(scarf, 0.4), 3);
  return { svg, width: 140, height: 190, stance: 'stands', head: { x: 0, y: -184, width: 90 } };
};

/** A duckling paddling along. */
export const duck: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const down = coat(pen, '#f8cf4d');
  const dark = darken(down, 0.12);
  const svg =
    ellipse(0, 8, 120, 16, palette.water[2], opacity(0.3)) +
    path(
      'M-66 -40C-40 -64 20 -60 54 -56C74 -54 96 -66 104 -74C112 -40 90 18 10 20C-50 22 -90 6 -66 -40Z',
      drawing.linear([
        [0, lighten(down, 0.18)],
        [1, dark],
      ]),
    ) +
    path('M-6 -42C30 -54 66 -40 74 -24C52 -2 6 -2 -8 -22C-14 -30 -12 -38 -6 -42Z', dark) +
    stroke('M18 -20q18 6 36 -6M10 -28q20 6 40 -6', lighten(dark, 0.3), 3) +
    circle(
      -46,
      -84,
      44,
      drawing.linear([
        [0, lighten(down, 0.2)],
        [1, down],
      ]),
    ) +
    path('M-52 -126q6 -18 18 -20q-4 10 2 14q8 -8 16 -6q-8 8 -14 16Z', down) +
    path('M-84 -84C-104 -88 -120 -78 -118 -70C-104 -64 -88 -64 -78 -68Z', palette.lit('#f2893a')) +
    stroke('M-116 -72Q-100 -74 -84 -74', darken('#f2893a', 0.2), 2.4) +
    circle(-60, -92, 8.4, '#2a1c26') +
    circle(-63, -95, 3, '#ffffff') +
    ellipse(-52, -72, 9, 6, '#f58f6a', opacity(0.65)) +
    path(
      'M-110 6Q-80 -4 -50 6T10 6T70 6T122 4C112 30 60 38 0 38C-60 38 -100 30 -110 6Z',
      palette.water[1],
      opacity(0.85),
    ) +
    stroke('M-120 6Q-80 -4 -50 6T10 6T70 6T126 4', lighten(palette.water[0], 0.6), 3.4, opacity(0.85));
  return { svg, width: 240, height: 140, stance: 'swims', head: { x: -46, y: -124, width: 74 } };
};
