import { darken, lighten, mix } from '../colour.ts';
import type { Pen } from '../stage.ts';
import { circle, ellipse, opacity, path, place, rect, round, stroke } from '../svg.ts';
import { coat, type DrawFigure } from './figure.ts';

const glass = ({ palette }: Pen): string =>
  palette.dark ? '#ffdc82' : palette.lit(mix('#bfe3ee', palette.sky[0], 0.2));

function windowPane(pen: Pen, x: number, y: number, width: number, height: number, frame: string): string {
  return (
    rect(x - 5, y - 5, width + 10, height + 10, frame, 4) +
    rect(x, y, width, height, glass(pen), 2) +
    stroke(`M${x + width / 2} ${y}v${height}M${x} ${y + height / 2}h${width}`, frame, 3.6) +
    path(
      `M${x + 4} ${y + height - 4}L${x + width * 0.4} ${y + 4}H${x + width * 0.6}L${x + 8} ${y + height - 4}Z`,
      '#ffffff',
      opacity(0.25),
    )
  );
}

/** A cottage with a chimney, flower boxes and a round-topped door. */
export const cottage: DrawFigure = (pen) => {
  const { palette, drawing, random } = pen;
  const wall = palette.lit(pen.motif.subjectColour ?? random.pick(['#fbeeda', '#f4d9c4', '#f7f1e8']));
  const roof = palette.lit(random.pick(['#c9563f', '#b5524e', '#4f7a8f', '#8a5a86']));
  const trim = palette.lit('#fffaf0');
  const door = palette.lit(palette.accentTwo);
  const leaf = palette.leaves[1];
  const snow = pen.motif.season === 'winter';
  const tiles = Array.from({ length: 5 }, (_, row) =>
    Array.from({ length: 15 - row }, (_, column) =>
      stroke(
        `M${round(-172 + row * 13 + column * 22)} ${round(-126 - row * 21)}q11 10 22 0`,
        darken(roof, 0.16),
        3,
      ),
    ).join(''),
  ).join('');
  const box = (x: number, y: number): string =>
    rect(x - 6, y, 62, 11, darken(roof, 0.2), 3) +
    [0, 1, 2, 3, 4]
      .map((index) =>
        circle(
          x + 3 + index * 11.5,
          y - 4 - (index % 2) * 4,
          7,
          index % 2 === 0 ? palette.lit(palette.accent) : leaf,
        ),
      )
      .join('');
  const smoke = [0, 1, 2, 3]
    .map((index) =>
      circle(
        104 + index * 15 + index * index * 5,
        -262 - index * 32,
        14 + index * 7,
        lighten(palette.haze, 0.4),
        opacity(0.75 - index * 0.15),
      ),
    )
    .join('');
  const svg =
    ellipse(0, 4, 200, 20, '#1d1330', opacity(0.16)) +
    smoke +
    rect(82, -244, 36, 90, mix(roof, wall, 0.3)) +
    rect(77, -252, 46, 15, darken(roof, 0.16), 3) +
    rect(
      -146,
      -128,
      292,
      130,
      drawing.linear([
        [0, wall],
        [1, darken(wall, 0.07)],
      ]),
    ) +
    rect(-146, -16, 292, 18, palette.lit('#b9a394')) +
    path(
      'M-192 -116L-110 -236H110L192 -116Q0 -102 -192 -116Z',
      drawing.linear([
        [0, lighten(roof, 0.14)],
        [1, roof],
      ]),
    ) +
    tiles +
    (snow
      ? path(
          'M-118 -226L-110 -240H110L150 -180Q120 -200 96 -188Q70 -206 40 -192Q10 -208 -20 -194Q-56 -210 -86 -190Q-110 -200 -140 -184Z',
          '#ffffff',
        )
      : '') +
    path('M-58 -130L0 -206L58 -130Z', wall) +
    stroke('M-66 -122L0 -208L66 -122', darken(roof, 0.14), 13) +
    circle(0, -154, 17, trim) +
    circle(0, -154, 12, glass(pen)) +
    stroke('M-12 -154h24M0 -166v24', trim, 3) +
    path('M-28 0V-66A28 30 0 0 1 28 -66V0Z', trim) +
    path('M-22 0V-64A22 25 0 0 1 22 -64V0Z', door) +
    stroke('M-8 -4V-84M8 -4V-84', darken(door, 0.14), 3) +
    circle(14, -40, 3.6, '#ffe39a') +
    rect(-36, -4, 72, 9, palette.lit('#a89488'), 3) +
    windowPane(pen, -116, -88, 50, 48, trim) +
    box(-116, -36) +
    windowPane(pen, 66, -88, 50, 48, trim) +
    box(66, -36) +
    [
      [-164, 28],
      [-140, 20],
      [148, 22],
      [170, 30],
    ]
      .map(([x = 0, r = 0]) => circle(x, -r * 0.55, r, x < -150 || x > 160 ? darken(leaf, 0.08) : leaf))
      .join('') +
    [
      [-170, -26],
      [-150, -14],
      [160, -24],
      [176, -14],
    ]
      .map(([x = 0, y = 0]) => circle(x, y, 4.6, palette.lit(palette.accent)))
      .join('');
  return { svg, width: 400, height: 270, stance: 'stands', importance: 1.15 };
};

/** A castle of many towers with flags. */
export const castle: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const wall = coat(pen, '#ead9d6');
  const roof = palette.lit(palette.accent);
  const shade = darken(wall, 0.12);
  const slit = palette.dark ? '#ffdc82' : darken(wall, 0.5);
  const tower = (x: number, width: number, height: number): string => {
    const half = width / 2;
    return (
      stroke(`M${x} ${-height - width * 1.2}v-34`, shade, 3.4) +
      path(`M${x} ${round(-height - width * 1.2 - 34)}l30 9l-30 10Z`, palette.lit(palette.accentTwo)) +
      path(
        `M${x - half - 9} ${-height}L${x} ${round(-height - width * 1.25)}L${x + half + 9} ${-height}Q${x} ${-height + 9} ${x - half - 9} ${-height}Z`,
        roof,
      ) +
      path(
        `M${x} ${round(-height - width * 1.25)}L${x + half + 9} ${-height}Q${x + half * 0.4} ${-height + 7} ${x + half * 0.25} ${-height + 5}Z`,
        darken(roof, 0.18),
        opacity(0.6),
      ) +
      rect(
        x - half,
        -height,
        width,
        height + 2,
        drawing.linear(
          [
            [0, lighten(wall, 0.1)],
            [0.6, wall],
            [1, shade],
          ],
          0,
          0,
          1,
          0,
        ),
      ) +
      path(`M${x - 7} ${-height + 46}v-14a7 9 0 0 1 14 0v14Z`, slit) +
      path(`M${x - 6} ${-height + 92}v-12a6 8 0 0 1 12 0v12Z`, slit) +
      [0.3, 0.55, 0.8]
        .map((share, index) => rect(x - half + 6 + index * 9, -height * share, 14, 6, shade, 2, opacity(0.7)))
        .join('')
    );
  };
  const battlement = (from: number, to: number, y: number): string => {
    let d = `M${from} 2V${y}`;
    for (let x = from; x < to - 8; x += 22) d += `h11v11h11v-11`;
    return path(
      `${d}V2Z`,
      drawing.linear([
        [0, wall],
        [1, shade],
      ]),
    );
  };
  const svg =
    ellipse(0, 4, 200, 18, '#1d1330', opacity(0.15)) +
    tower(-64, 50, 210) +
    tower(70, 46, 188) +
    tower(4, 62, 262) +
    battlement(-130, 134, -116) +
    tower(-142, 58, 146) +
    tower(148, 58, 146) +
    path('M-30 2V-52A30 34 0 0 1 30 -52V2Z', darken(wall, 0.35)) +
    path('M-23 2V-50A23 28 0 0 1 23 -50V2Z', palette.lit('#7a4a34')) +
    stroke('M-8 0V-74M8 0V-74M-23 -30H23', darken('#7a4a34', 0.25), 3) +
    windowPane(pen, -82, -84, 22, 30, lighten(wall, 0.4)) +
    windowPane(pen, 62, -84, 22, 30, lighten(wall, 0.4)) +
    [
      [-178, 24],
      [-110, 18],
      [110, 18],
      [182, 24],
    ]
      .map(([x = 0, r = 0]) => circle(x, -r * 0.5, r, palette.leaves[1]))
      .join('');
  return { svg, width: 380, height: 380, stance: 'stands', importance: 1.25 };
};

/** A striped lighthouse, with its beam at night. */
export const lighthouse: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const white = palette.lit('#fdf8f0');
  const band = palette.lit(pen.motif.subjectColour ?? '#d94a43');
  const beam = drawing.linear(
    [
      [0, '#fff1b8', 0.75],
      [1, '#fff1b8', 0],
    ],
    0,
    0,
    1,
    0,
  );
  const dusk = palette.dark || pen.motif.light === 'sunset';
  const width = (y: number): number => 52 + (y / -330) * -22;
  const stripe = (from: number, to: number): string =>
    path(`M${-width(from)} ${from}L${-width(to)} ${to}H${width(to)}L${width(from)} ${from}Z`, band);
  const rocks = [
    [-96, 40],
    [-50, 52],
    [4, 46],
    [58, 54],
    [104, 36],
  ]
    .map(([x = 0, r = 0], index) =>
      ellipse(x, 4, r, r * 0.66, palette.lit(index % 2 === 0 ? '#7f7a90' : '#918ca3')),
    )
    .join('');
  const svg =
    (dusk
      ? path('M0 -366L560 -470V-290Z', beam) + place(path('M0 -366L560 -440V-300Z', beam), { flip: true })
      : '') +
    path(`M-52 0L-30 -330H30L52 0Z`, white) +
    stripe(-44, -104) +
    stripe(-164, -222) +
    stripe(-276, -326) +
    path('M14 0L10 -330H30L52 0Z', darken(white, 0.2), opacity(0.3)) +
    rect(-46, -340, 92, 15, darken(band, 0.3), 4) +
    rect(-26, -386, 52, 48, dusk ? '#ffe9a0' : palette.lit('#bfe6ee'), 4) +
    stroke('M-26 -386V-340M-9 -386V-340M9 -386V-340M26 -386V-340', darken(band, 0.35), 4) +
    path('M-34 -384Q0 -432 34 -384Z', band) +
    circle(0, -414, 6, darken(band, 0.2)) +
    stroke('M-44 -340v-16M-22 -340v-16M22 -340v-16M44 -340v-16M-46 -356H46', darken(band, 0.35), 3) +
    path('M-14 0V-34A14 16 0 0 1 14 -34V0Z', palette.lit('#7a4a3c')) +
    path('M-7 -128v-14a7 8 0 0 1 14 0v14Z', darken(white, 0.55)) +
    path('M-7 -240v-14a7 8 0 0 1 14 0v14Z', darken(white, 0.55)) +
    rocks;
  return { svg, width: 240, height: 430, stance: 'stands', importance: 1.35 };
};
