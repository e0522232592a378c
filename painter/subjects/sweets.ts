import { darken, lighten } from '../colour.ts';
import type { Pen } from '../stage.ts';
import { circle, ellipse, opacity, path, place, rect, round, stroke } from '../svg.ts';
import { coat, type DrawFigure, groundShadow } from './figure.ts';
import { littleFace, still } from './still-life.ts';

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
  return { svg, width: 310, height: 250, stance: 'stands', importance: 1.1 };
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
    ellipse(
      -58,
      -146,
      24,
      14,
      '#ffffff',
      'fill-opacity="0.55" stroke-opacity="0.55" transform="rotate(-30 -58 -146)"',
    ) +
    littleFace(0, -84);
  return { svg, width: 250, height: 190, stance: 'floats', importance: 1 };
};
