import { darken, lighten, mix } from '../colour.ts';
import { circle, ellipse, opacity, path, place, rect, stroke } from '../svg.ts';
import { coat, type DrawFigure, groundShadow } from './figure.ts';
import { littleFace, stemLeaf, still } from './still-life.ts';

export const banana: DrawFigure = (pen) => {
  const { palette, drawing, motif } = pen;
  const peel = coat(pen, '#f8cf3f');
  const green = palette.lit('#9bbf4a');
  const one = (rotate: number, tone: string, face: boolean): string =>
    place(
      path(
        'M-8 -196C-30 -150 -42 -84 -8 -38C24 4 84 6 116 -18C120 -24 118 -32 110 -34C60 -30 34 -66 30 -110C28 -140 22 -170 12 -196Z',
        drawing.linear(
          [
            [0, lighten(tone, 0.2)],
            [1, tone],
          ],
          0,
          0,
          1,
          0.6,
        ),
      ) +
        path(
          'M-8 -38C24 4 84 6 116 -18C118 -22 118 -26 116 -30C80 -10 28 -14 2 -52C-24 -92 -14 -150 0 -190L-8 -196C-30 -150 -42 -84 -8 -38Z',
          darken(tone, 0.14),
          opacity(0.5),
        ) +
        path('M104 -34C112 -36 122 -28 118 -16L106 -10Q98 -22 104 -34Z', '#6b4a2c') +
        stroke('M14 -150Q20 -90 48 -58', lighten(tone, 0.5), 4, opacity(0.7)) +
        (face ? place(littleFace(0, 0), { x: 6, y: -78, rotate: -18 }) : ''),
      { x: -6, rotate },
    );
  const svg =
    groundShadow(130) +
    one(-30, darken(peel, 0.06), false) +
    one(18, mix(peel, darken(peel, 0.1), 0.5), false) +
    one(-6, peel, true) +
    path(
      'M-26 -186C-24 -214 -8 -224 4 -224C18 -222 24 -206 22 -184Q0 -174 -26 -186Z',
      motif.subjectColour === null ? green : darken(peel, 0.2),
    ) +
    rect(-12, -236, 22, 22, '#7a5a34', 5);
  return still(svg, 260, 236, 1.1);
};

export const roundFruit =
  (kind: 'apple' | 'orange' | 'lemon'): DrawFigure =>
  (pen) => {
    const { palette, drawing } = pen;
    const skin = coat(pen, { apple: '#e0483f', orange: '#f59a32', lemon: '#f8d84a' }[kind]);
    const leaf = palette.lit('#5fa85a');
    const shape =
      kind === 'apple'
        ? 'M0 -128C30 -150 92 -138 92 -76C92 -20 52 6 24 4Q0 -4 -24 4C-52 6 -92 -20 -92 -76C-92 -138 -30 -150 0 -128Z'
        : kind === 'orange'
          ? 'M0 -144C56 -144 80 -108 80 -70C80 -24 48 2 0 2C-48 2 -80 -24 -80 -70C-80 -108 -56 -144 0 -144Z'
          : 'M-108 -64C-96 -84 -84 -82 -70 -100C-40 -136 40 -136 70 -100C84 -82 96 -84 108 -64C98 -46 86 -46 70 -28C40 8 -40 8 -70 -28C-86 -46 -98 -46 -108 -64Z';
    const pores =
      kind === 'apple'
        ? ''
        : [
            [-44, -40],
            [40, -30],
            [52, -80],
            [-54, -90],
            [-20, -18],
            [20, -112],
            [48, -54],
          ]
            .map(([x = 0, y = 0]) => circle(x, y, 2.6, darken(skin, 0.16), opacity(0.6)))
            .join('');
    const slice =
      kind === 'apple'
        ? ''
        : place(
            circle(0, 0, 46, darken(skin, 0.06)) +
              circle(0, 0, 39, '#fff6dc') +
              Array.from({ length: 8 }, (_, index) =>
                place(path('M0 -4L11 -32Q0 -38 -11 -32Z', lighten(skin, 0.22)), { rotate: index * 45 }),
              ).join(''),
            { x: 128, y: -42 },
          );
    const svg =
      groundShadow(kind === 'apple' ? 90 : 130) +
      slice +
      path(
        shape,
        drawing.radial(
          [
            [0, lighten(skin, 0.35)],
            [0.55, skin],
            [1, darken(skin, 0.16)],
          ],
          0.36,
          0.3,
          0.8,
        ),
      ) +
      pores +
      ellipse(
        -38,
        -100,
        16,
        9,
        '#ffffff',
        'fill-opacity="0.5" stroke-opacity="0.5" transform="rotate(-30 -38 -100)"',
      ) +
      stemLeaf(0, kind === 'lemon' ? -122 : -130, leaf) +
      littleFace(0, -62);
    return still(svg, 230, 176);
  };

export const strawberry: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const skin = coat(pen, '#e5404f');
  const one = (face: boolean): string =>
    path(
      'M0 4C-30 -4 -84 -70 -78 -116C-72 -148 -30 -150 0 -138C30 -150 72 -148 78 -116C84 -70 30 -4 0 4Z',
      drawing.linear([
        [0, lighten(skin, 0.14)],
        [1, darken(skin, 0.08)],
      ]),
    ) +
    [
      [-46, -108],
      [-14, -116],
      [20, -112],
      [52, -104],
      [-54, -78],
      [52, -74],
      [-36, -46],
      [36, -42],
      [-14, -28],
      [14, -24],
    ]
      .map(([x = 0, y = 0]) => ellipse(x, y, 3.4, 5, '#fbd97a'))
      .join('') +
    [-50, -25, 0, 25, 50]
      .map((rotate) =>
        place(path('M0 0C-14 -14 -14 -36 0 -48C14 -36 14 -14 0 0Z', palette.lit('#5fae58')), {
          y: -130,
          rotate: rotate * 2 + 180,
          scale: 0.8,
        }),
      )
      .join('') +
    stroke('M0 -138q2 -16 12 -22', palette.lit('#4a8f4a'), 6) +
    (face ? littleFace(0, -74) : '');
  return still(
    groundShadow(110) +
      place(one(false), { x: 84, y: -4, scale: 0.72, rotate: 20 }) +
      place(one(false), { x: -86, y: -4, scale: 0.66, rotate: -22 }) +
      one(true),
    260,
    168,
  );
};

export const avocado: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const skin = coat(pen, '#4f8a4a');
  const shape =
    'M0 -184C30 -184 40 -140 56 -104C84 -44 54 4 0 4C-54 4 -84 -44 -56 -104C-40 -140 -30 -184 0 -184Z';
  const svg =
    groundShadow(110) +
    place(path(shape, darken(skin, 0.3)) + ellipse(-20, -70, 12, 34, lighten(skin, 0.2), opacity(0.4)), {
      x: 62,
      y: -4,
      rotate: 16,
      scale: 0.94,
    }) +
    path(shape, darken(skin, 0.16)) +
    place(
      path(
        shape,
        drawing.radial(
          [
            [0, palette.lit('#f7f2b4')],
            [0.7, palette.lit('#dbe88a')],
            [1, palette.lit('#9fc45a')],
          ],
          0.5,
          0.62,
          0.6,
        ),
      ),
      { y: -6, scale: 0.9 },
    ) +
    circle(0, -50, 36, palette.lit('#9a6238')) +
    circle(-10, -60, 11, lighten('#b98050', 0.3), opacity(0.7)) +
    littleFace(0, -116);
  return still(svg, 210, 190);
};

export const fruitBowl: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const bowl = coat(pen, '#7aa8c9');
  const ball = (x: number, y: number, r: number, skin: string): string =>
    circle(
      x,
      y,
      r,
      drawing.radial(
        [
          [0, lighten(skin, 0.32)],
          [0.6, skin],
          [1, darken(skin, 0.14)],
        ],
        0.36,
        0.3,
        0.8,
      ),
    ) + stemLeaf(x, y - r + 4, palette.leaves[1]);
  const svg =
    groundShadow(140) +
    path('M-40 -96C-30 -150 -100 -176 -122 -166C-108 -160 -96 -130 -82 -94Z', palette.lit('#f8cf3f')) +
    path('M-20 -96C0 -160 -60 -196 -88 -188C-68 -176 -66 -140 -62 -94Z', palette.lit('#fadb62')) +
    ball(84, -112, 44, palette.lit('#f59a32')) +
    ball(-6, -124, 52, palette.lit('#dd4a40')) +
    ball(46, -96, 36, palette.lit('#a9c94f')) +
    [
      [-70, -96],
      [-50, -104],
      [-88, -86],
      [-60, -82],
      [-36, -90],
    ]
      .map(
        ([x = 0, y = 0]) =>
          circle(x, y, 15, palette.lit('#7a4fa0')) + circle(x - 4, y - 5, 4, '#ffffff', opacity(0.5)),
      )
      .join('') +
    path(
      'M-150 -84H150C146 -28 96 -2 56 0H-56C-96 -2 -146 -28 -150 -84Z',
      drawing.linear([
        [0, lighten(bowl, 0.2)],
        [1, darken(bowl, 0.14)],
      ]),
    ) +
    rect(-156, -92, 312, 15, lighten(bowl, 0.4), 7) +
    stroke('M-124 -54q14 14 28 0t28 0t28 0t28 0t28 0t28 0t28 0t28 0', lighten(bowl, 0.55), 4);
  return still(svg, 310, 190, 1.1);
};
