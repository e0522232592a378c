import { darken, lighten } from '../colour.ts';
import { pottedPlant } from '../scenes/studio.ts';
import { circle, ellipse, opacity, path, place, stroke } from '../svg.ts';
import { blush, coat, type DrawFigure, eyes, groundShadow } from './figure.ts';

export const mushroom: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const cap = coat(pen, '#dd4b3e');
  const stem = palette.lit('#fff1dc');
  const one = (face: boolean): string =>
    path(
      'M-36 0C-30 -40 -32 -70 -34 -92H34C32 -70 30 -40 38 0Q0 10 -36 0Z',
      drawing.linear([
        [0, darken(stem, 0.12)],
        [0.4, stem],
      ]),
    ) +
    path('M-46 -84Q0 -60 46 -84L40 -70Q0 -50 -40 -70Z', darken(stem, 0.08)) +
    path(
      'M-116 -86C-112 -160 -62 -198 0 -198C62 -198 112 -160 116 -86C80 -66 -80 -66 -116 -86Z',
      drawing.linear([
        [0, lighten(cap, 0.18)],
        [1, cap],
      ]),
    ) +
    [
      [-56, -130, 19],
      [6, -160, 17],
      [62, -124, 21],
      [-14, -104, 14],
      [-86, -98, 10],
      [34, -94, 9],
    ]
      .map(([x = 0, y = 0, r = 0]) => ellipse(x, y, r, r * 0.84, '#fff6e6'))
      .join('') +
    (face ? eyes(0, -44, 14, 5) + blush(0, -32, 24, 6) + stroke('M-5 -36q5 6 10 0', '#5a2a2a', 2.6) : '');
  return {
    svg:
      groundShadow(100) +
      place(one(false), { x: 96, y: 2, scale: 0.56, rotate: 9 }) +
      place(one(false), { x: -98, y: 4, scale: 0.42, rotate: -12 }) +
      one(true),
    width: 270,
    height: 200,
    stance: 'stands',
    head: { x: 0, y: -190, width: 100 },
  };
};

export const cactus: DrawFigure = (pen) => {
  const { palette } = pen;
  const green = coat(pen, '#5aa872');
  const light = lighten(green, 0.3);
  const prick = [
    [-16, -120],
    [14, -140],
    [-10, -60],
    [18, -90],
    [-18, -90],
    [-62, -76],
    [66, -104],
  ]
    .map(([x = 0, y = 0]) => stroke(`M${x - 4} ${y}l4 -7l4 7`, light, 2.4))
    .join('');
  const flowerHead =
    Array.from({ length: 6 }, (_, index) =>
      place(ellipse(0, -13, 7, 12, '#f48aa8'), { rotate: index * 60 }),
    ).join('') + circle(0, 0, 7, '#fbd46d');
  const svg =
    groundShadow(90) +
    stroke('M0 -10V-150', green, 78) +
    stroke('M-30 -50H-62V-88', green, 36) +
    stroke('M30 -76H66V-120', green, 36) +
    stroke('M-22 -10V-150M22 -10V-150', darken(green, 0.12), 4, opacity(0.6)) +
    prick +
    eyes(0, -104, 17, 6.4) +
    blush(0, -90, 29, 7) +
    stroke('M-6 -93q6 7 12 0', '#2f3a2a', 2.8) +
    place(flowerHead, { x: 6, y: -194, scale: 1.2 }) +
    place(flowerHead, { x: 66, y: -142, scale: 0.7 }) +
    ellipse(-40, -2, 26, 9, palette.lit('#c9a27a')) +
    ellipse(42, -1, 20, 7, palette.lit('#b98f6a'));
  return { svg, width: 200, height: 215, stance: 'stands', head: { x: 0, y: -186, width: 80 } };
};

export const houseplant: DrawFigure = (pen) => ({
  svg:
    groundShadow(60) +
    place(pottedPlant(pen.palette.lit(pen.palette.accent), coat(pen, '#4f9a64')), { scale: 1.15 }) +
    eyes(0, -42, 13, 5) +
    blush(0, -30, 22, 6) +
    stroke('M-5 -34q5 6 10 0', '#5a2a2a', 2.6),
  width: 200,
  height: 200,
  stance: 'stands',
});

export const butterfly: DrawFigure = (pen) => {
  const { palette, random } = pen;
  const wing = coat(pen, random.pick(['#f08a3c', '#6a8fe0', '#e8609a', '#9a6ad0']));
  const edge = darken(wing, 0.5);
  const half =
    path('M4 -6C40 -110 150 -120 150 -50C148 0 60 16 4 8Z', edge) +
    path('M12 -8C46 -92 134 -102 136 -50C134 -12 66 4 12 2Z', wing) +
    path('M4 6C60 8 118 40 96 82C74 116 22 70 4 18Z', edge) +
    path('M12 14C56 18 100 46 84 76C68 98 28 62 12 22Z', lighten(wing, 0.2)) +
    circle(104, -54, 16, lighten(wing, 0.55)) +
    circle(70, -34, 9, lighten(wing, 0.55)) +
    circle(66, 54, 10, lighten(wing, 0.6)) +
    [
      [142, -70],
      [144, -44],
      [128, -90],
      [132, -18],
    ]
      .map(([x = 0, y = 0]) => circle(x, y, 3.4, '#fff7e6'))
      .join('');
  const svg =
    half +
    place(half, { flip: true }) +
    path('M0 -50C12 -50 13 -20 11 20Q8 70 0 74Q-8 70 -11 20C-13 -20 -12 -50 0 -50Z', palette.ink) +
    circle(0, -56, 18, palette.ink) +
    stroke('M-6 -70Q-20 -104 -36 -104M6 -70Q20 -104 36 -104', palette.ink, 3.6) +
    circle(-38, -104, 5, palette.ink) +
    circle(38, -104, 5, palette.ink) +
    circle(-7, -58, 5.4, '#fffaf0') +
    circle(7, -58, 5.4, '#fffaf0') +
    circle(-7, -57, 3, '#2a1c26') +
    circle(7, -57, 3, '#2a1c26');
  return {
    svg: place(svg, { rotate: random.range(-16, 16) }),
    width: 310,
    height: 220,
    stance: 'floats',
    importance: 1,
  };
};

export const bee: DrawFigure = (pen) => {
  const { drawing } = pen;
  const body = coat(pen, '#f8c63f');
  const ink = '#3a2a2e';
  const wing = (rotate: number, scale: number): string =>
    place(
      path(
        'M0 0C-34 -36 -30 -94 4 -98C40 -96 36 -34 0 0Z',
        '#ffffff',
        'fill-opacity="0.78" stroke-opacity="0.78"',
      ),
      {
        x: 14,
        y: -48,
        rotate,
        scale,
      },
    );
  const svg =
    stroke(
      'M-260 60C-200 10 -190 110 -130 50C-110 30 -110 30 -100 24',
      '#ffffff',
      5,
      'stroke-dasharray="3 16" fill-opacity="0.9" stroke-opacity="0.9"',
    ) +
    wing(-24, 1) +
    wing(26, 0.9) +
    path('M84 4L112 10L86 18Z', ink) +
    path(
      'M-78 6C-76 -42 -30 -56 10 -54C56 -52 92 -26 92 8C92 42 54 58 10 58C-30 58 -76 48 -78 6Z',
      drawing.linear([
        [0, lighten(body, 0.25)],
        [1, body],
      ]),
    ) +
    path('M-4 -54C-14 -20 -14 24 -4 58C6 58 14 58 22 57C12 24 12 -20 22 -53Z', ink) +
    path('M46 -47C38 -16 38 24 46 50C54 46 62 42 68 36C62 12 62 -8 68 -32Z', ink) +
    smallFace() +
    stroke('M-56 -44Q-74 -76 -90 -74M-40 -50Q-44 -84 -60 -90', ink, 4) +
    circle(-92, -74, 6, ink) +
    circle(-62, -92, 6, ink);
  return { svg, width: 260, height: 160, stance: 'floats', importance: 0.8 };
};

const smallFace = (): string =>
  eyes(-46, -4, 15, 6.4) + blush(-46, 12, 24, 7) + stroke('M-53 8q7 8 14 0', '#3a2a2e', 3);
