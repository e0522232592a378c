import { darken, lighten, mix } from '../colour.ts';
import type { Pen } from '../stage.ts';
import { circle, ellipse, opacity, path, place, rect, round, stroke } from '../svg.ts';
import { blush, coat, type DrawFigure, eyes, type Figure, groundShadow } from './figure.ts';

/** A tiny face, for fruit that is pleased to see you. */
const littleFace = (x: number, y: number): string =>
  eyes(x, y, 13, 4.6) + blush(x, y + 10, 22, 6) + stroke(`M${x - 5} ${y + 7}q5 6 10 0`, '#5a2a2a', 2.4);

const stemLeaf = (x: number, y: number, leaf: string): string =>
  stroke(`M${x} ${y}q2 -14 8 -20`, '#7a4f32', 6) +
  path(
    `M${x + 5} ${y - 12}C${x + 14} ${y - 34} ${x + 40} ${y - 34} ${x + 50} ${y - 24}C${x + 40} ${y - 8} ${x + 18} ${y - 6} ${x + 5} ${y - 12}Z`,
    leaf,
  );

const still = (svg: string, width: number, height: number, importance = 1): Figure => ({
  svg,
  width,
  height,
  stance: 'stands',
  head: { x: 0, y: -height, width: Math.min(width * 0.6, 100) },
  importance,
});

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
      ellipse(-38, -100, 16, 9, '#ffffff', 'fill-opacity="0.5" stroke-opacity="0.5" transform="rotate(-30 -38 -100)"') +
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

export const cup: DrawFigure = (pen) => {
  const { palette, drawing, random } = pen;
  const china = coat(pen, random.pick(['#f4a89a', '#8fc4c0', '#f2d08a', '#b9b0e0', '#fdf4e8']));
  const wisp = (x: number, tall: number): string =>
    stroke(`M${x} -134c-18 -20 16 -34 0 ${-tall}`, '#ffffff', 8, opacity(0.6));
  const svg =
    ellipse(0, 0, 156, 21, darken(china, 0.2), opacity(0.4)) +
    ellipse(0, -7, 142, 18, lighten(china, 0.35)) +
    ellipse(0, -9, 98, 11, darken(china, 0.1)) +
    stroke('M80 -92C136 -104 134 -34 66 -36', darken(china, 0.08), 17) +
    path(
      'M-92 -116H92C92 -52 70 -8 26 -8H-26C-70 -8 -92 -52 -92 -116Z',
      drawing.linear(
        [
          [0, lighten(china, 0.25)],
          [0.6, china],
          [1, darken(china, 0.14)],
        ],
        0,
        0,
        1,
        0,
      ),
    ) +
    ellipse(0, -116, 92, 19, lighten(china, 0.5)) +
    ellipse(0, -114, 81, 14, '#7a4a30') +
    path(
      'M-30 -113C-18 -121 -4 -118 0 -112C4 -118 18 -121 30 -113C22 -105 8 -104 0 -103C-8 -104 -22 -105 -30 -113Z',
      '#f6dfbd',
    ) +
    littleFace(0, -66) +
    wisp(-26, 50) +
    wisp(4, 66) +
    wisp(34, 48) +
    place(
      path('M-34 4Q-36 -20 0 -22Q36 -20 34 4Z', palette.lit('#d9a05a')) +
        [
          [-14, -8],
          [6, -12],
          [16, -4],
          [-4, -4],
        ]
          .map(([x = 0, y = 0]) => circle(x, y, 3.4, '#6b4028'))
          .join(''),
      { x: -118, y: -10, scale: 0.9 },
    );
  return still(svg, 300, 200);
};

export const cake: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const icing = coat(pen, '#f7a9b8');
  const sponge = palette.lit('#f1cf98');
  const candle = (x: number, colour: string): string =>
    rect(x - 5, -222, 10, 44, colour, 4) +
    stroke(`M${x - 5} -202l10 -8M${x - 5} -188l10 -8`, '#ffffff', 3, opacity(0.7)) +
    circle(x, -238, 22, '#ffe9a0', opacity(0.35)) +
    path(
      `M${x} -254C${x + 11} -238 ${x + 7} -226 ${x} -226C${x - 7} -226 ${x - 11} -238 ${x} -254Z`,
      '#ffb540',
    ) +
    ellipse(x, -233, 3, 5, '#fff3c0');
  const drip = (y: number, half: number): string => {
    let d = `M${-half} ${y}H${half}V${y + 18}`;
    for (let x = half; x > -half + 4; x -= half / 4)
      d += `q${round(-half / 8)} ${x % 2 === 0 ? 26 : 16} ${round(-half / 4)} 0`;
    return `${d}Z`;
  };
  const svg =
    groundShadow(150) +
    ellipse(0, -2, 158, 17, palette.lit('#fff8ee')) +
    rect(
      -120,
      -94,
      240,
      92,
      drawing.linear([
        [0, sponge],
        [1, darken(sponge, 0.12)],
      ]),
      15,
    ) +
    rect(-120, -48, 240, 12, palette.lit('#fff6ea')) +
    path(drip(-98, 122), icing) +
    rect(
      -82,
      -178,
      164,
      82,
      drawing.linear([
        [0, sponge],
        [1, darken(sponge, 0.1)],
      ]),
      13,
    ) +
    path(drip(-182, 84), lighten(icing, 0.45)) +
    [-96, -58, -20, 20, 58, 96]
      .map((x, index) =>
        circle(x, -104, 12, index % 2 === 0 ? palette.lit('#e5404f') : palette.lit('#fff6ea')),
      )
      .join('') +
    candle(-44, palette.lit(palette.accentTwo)) +
    candle(0, palette.lit('#7ab8d8')) +
    candle(44, palette.lit('#f6c453')) +
    littleFace(0, -128) +
    [
      [-90, -66],
      [-40, -22],
      [44, -20],
      [88, -64],
      [0, -66],
      [-62, -72],
    ]
      .map(([x = 0, y = 0], index) =>
        place(
          rect(-6, -2.4, 12, 5, [palette.accent, palette.accentTwo, '#7ab8d8'][index % 3] ?? icing, 2.4),
          { x, y, rotate: index * 50 },
        ),
      )
      .join('');
  return still(svg, 310, 250, 1.1);
};

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

export const iceCream: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const scoop = (x: number, y: number, r: number, fill: string): string =>
    circle(
      x,
      y,
      r,
      drawing.radial(
        [
          [0, lighten(fill, 0.3)],
          [1, fill],
        ],
        0.36,
        0.3,
        0.8,
      ),
    ) +
    path(
      `M${x - r} ${y + r * 0.4}q${r * 0.25} ${r * 0.7} ${r * 0.5} 0t${r * 0.5} 0t${r * 0.5} 0t${r * 0.5} 0Z`,
      fill,
    );
  const cone = palette.lit('#e3a75f');
  const flavour = coat(pen, '#f6a3b6');
  const svg =
    groundShadow(50) +
    path('M-58 -118H58L8 0Q0 8 -8 0Z', cone) +
    stroke(
      'M-44 -112L20 -26M-12 -112L32 -54M20 -112L44 -80M44 -112L-20 -26M12 -112L-32 -54M-20 -112L-44 -80',
      darken(cone, 0.14),
      3.4,
    ) +
    scoop(0, -206, 50, palette.lit('#a8d8c0')) +
    scoop(-34, -152, 54, flavour) +
    scoop(36, -150, 54, palette.lit('#fbe7b4')) +
    circle(6, -262, 15, '#d92f45') +
    stroke('M8 -274q6 -20 22 -24', '#7a4a3a', 3.6) +
    littleFace(0, -146) +
    [
      [-20, -226],
      [20, -216],
      [-54, -176],
      [58, -172],
      [0, -190],
    ]
      .map(([x = 0, y = 0], index) =>
        place(rect(-6, -2.4, 12, 5, ['#ef6f5e', '#7ab8d8', '#f6c453'][index % 3] ?? cone, 2), {
          x,
          y,
          rotate: index * 66,
        }),
      )
      .join('');
  return still(svg, 190, 285);
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

export const heart: DrawFigure = (pen: Pen) => {
  const { drawing } = pen;
  const red = coat(pen, '#e8566b');
  const svg =
    circle(
      0,
      -80,
      190,
      drawing.radial([
        [0, lighten(red, 0.5), 0.6],
        [1, red, 0],
      ]),
    ) +
    path(
      'M0 20C-150 -70 -120 -190 -58 -186C-26 -184 -6 -162 0 -140C6 -162 26 -184 58 -186C120 -190 150 -70 0 20Z',
      drawing.radial(
        [
          [0, lighten(red, 0.3)],
          [0.6, red],
          [1, darken(red, 0.14)],
        ],
        0.34,
        0.26,
        0.85,
      ),
    ) +
    ellipse(-58, -146, 24, 14, '#ffffff', 'fill-opacity="0.55" stroke-opacity="0.55" transform="rotate(-30 -58 -146)"') +
    littleFace(0, -84);
  return { svg, width: 250, height: 190, stance: 'floats', importance: 1 };
};
