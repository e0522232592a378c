import { darken, lighten } from '../colour.ts';
import { circle, ellipse, opacity, path, place, rect, stroke } from '../svg.ts';
import { coat, type DrawFigure, groundShadow } from './figure.ts';
import { littleFace, still } from './still-life.ts';

export const noodles: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const bowl = coat(pen, '#d9504a');
  const strand = (y: number, shift: number): string =>
    stroke(`M-112 ${y}q${18 + shift} -18 37 0t37 0t37 0t37 0t37 0t37 0`, palette.lit('#f6d68a'), 9);
  const svg =
    groundShadow(140) +
    ellipse(0, -104, 146, 38, darken(bowl, 0.25)) +
    ellipse(0, -104, 134, 32, palette.lit('#c9813f')) +
    strand(-104, 0) +
    strand(-94, 6) +
    strand(-114, -4) +
    strand(-86, 4) +
    ellipse(-54, -112, 38, 24, palette.lit('#fffaf0')) +
    ellipse(-52, -112, 17, 13, palette.lit('#f7a832')) +
    path('M40 -170H92V-104H40Z', palette.lit('#2f5a4a')) +
    [
      [30, -106],
      [6, -122],
      [66, -96],
      [50, -110],
      [80, -110],
    ]
      .map(
        ([x = 0, y = 0]) =>
          ellipse(x, y, 8, 4.6, palette.lit('#7cc45e')) + ellipse(x, y, 4, 2, palette.lit('#cfe8a8')),
      )
      .join('') +
    circle(12, -102, 19, palette.lit('#fdf4ee')) +
    stroke('M12 -102q8 -8 10 2q-2 12 -14 8q-10 -8 0 -18', '#f0708a', 3.4) +
    stroke('M50 -140L168 -230M66 -132L182 -212', palette.lit('#8a4f36'), 8) +
    path(
      'M-150 -104C-146 -40 -96 -4 -56 0H56C96 -4 146 -40 150 -104C130 -68 60 -60 0 -60C-60 -60 -130 -68 -150 -104Z',
      drawing.linear([
        [0, lighten(bowl, 0.16)],
        [1, darken(bowl, 0.16)],
      ]),
    ) +
    stroke('M-128 -58Q0 -22 128 -58', palette.lit('#fff3de'), 5, opacity(0.8)) +
    littleFace(0, -32) +
    [-30, 6, 38]
      .map((x) => stroke(`M${x - 30} -158c-16 -20 14 -30 0 -56`, '#ffffff', 8, opacity(0.5)))
      .join('');
  return still(svg, 310, 200, 1.1);
};

export const pizza: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const cheese = palette.lit('#f8cb5a');
  const topping = (x: number, y: number, r: number): string =>
    circle(x, y, r, palette.lit('#d9483b')) + circle(x - r * 0.3, y - r * 0.3, r * 0.22, '#f2907a');
  const svg =
    groundShadow(110) +
    path(
      'M-118 -176C-60 -206 60 -206 118 -176L10 0Q0 8 -10 0Z',
      drawing.linear([
        [0, lighten(cheese, 0.2)],
        [1, cheese],
      ]),
    ) +
    path('M-84 -160q4 60 -14 36M30 -90q0 74 -14 50M56 -120q-2 40 6 30', cheese) +
    path(
      'M-128 -174C-70 -220 70 -220 128 -174C128 -156 112 -150 104 -158C60 -184 -60 -184 -104 -158C-112 -150 -128 -156 -128 -174Z',
      palette.lit('#d08a48'),
    ) +
    stroke('M-96 -186C-50 -204 50 -204 96 -186', palette.lit('#eab878'), 6) +
    topping(-46, -140, 21) +
    topping(42, -134, 22) +
    topping(4, -56, 18) +
    [
      [0, -158],
      [-22, -96],
      [60, -160],
      [26, -30],
    ]
      .map(([x = 0, y = 0], index) =>
        place(path('M0 0C6 -14 22 -16 30 -8C24 4 8 8 0 0Z', palette.lit('#5fa858')), {
          x,
          y,
          rotate: index * 70,
          scale: 0.8,
        }),
      )
      .join('') +
    littleFace(2, -98);
  return still(svg, 260, 215);
};

export const burger: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const bun = coat(pen, '#e0a052');
  const svg =
    groundShadow(140) +
    rect(
      -118,
      -44,
      236,
      44,
      drawing.linear([
        [0, bun],
        [1, darken(bun, 0.14)],
      ]),
      20,
    ) +
    rect(-126, -72, 252, 36, palette.lit('#7a4630'), 17) +
    path('M-124 -80H124L84 -50L50 -72L10 -40L-30 -72Z', palette.lit('#f8c544')) +
    path(
      'M-130 -90q16 22 32 4q16 20 32 0q16 20 33 0q16 20 33 0q16 20 33 0q16 20 32 0q16 16 36 -4L124 -100H-124Z',
      palette.lit('#79bf5a'),
    ) +
    rect(-112, -112, 224, 20, palette.lit('#e2564a'), 9) +
    path(
      'M-124 -112C-124 -176 -70 -198 0 -198C70 -198 124 -176 124 -112Z',
      drawing.linear([
        [0, lighten(bun, 0.22)],
        [1, bun],
      ]),
    ) +
    [
      [-60, -160],
      [-24, -178],
      [14, -168],
      [54, -172],
      [80, -144],
      [-88, -134],
    ]
      .map(([x = 0, y = 0]) => ellipse(x, y, 6, 4, '#fff0cf'))
      .join('') +
    littleFace(0, -138);
  return still(svg, 270, 200);
};
