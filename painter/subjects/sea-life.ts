import { darken, lighten, mix } from '../colour.ts';
import { circle, ellipse, opacity, path, place, stroke } from '../svg.ts';
import { blush, coat, type DrawFigure, eyes, groundShadow } from './figure.ts';

export const fish: DrawFigure = (pen) => {
  const { palette, random, drawing } = pen;
  const scale = coat(pen, random.pick(['#f58a3c', '#f2b632', '#e8607a', '#3fb0a8']));
  const fin = darken(scale, 0.14);
  const band = palette.lit('#fff6e6');
  const svg =
    path('M62 0C88 -16 106 -50 128 -48C124 -20 124 20 128 48C106 50 88 16 62 0Z', fin) +
    stroke('M84 -6L116 -32M86 0H116M84 6L116 32', lighten(fin, 0.2), 3) +
    path('M-30 -52C-10 -92 40 -84 56 -50C40 -46 -6 -44 -30 -52Z', fin) +
    path('M-10 52C0 80 30 82 40 56Z', fin) +
    path(
      'M-104 2C-90 -48 -40 -66 0 -62C40 -58 70 -24 74 0C70 24 40 60 0 62C-40 64 -92 48 -104 2Z',
      drawing.linear([
        [0, lighten(scale, 0.18)],
        [1, scale],
      ]),
    ) +
    path(
      'M-44 -58C-30 -30 -30 30 -44 58C-30 62 -18 63 -8 62C4 30 4 -30 -8 -62C-18 -63 -30 -62 -44 -58Z',
      band,
    ) +
    path('M34 -50C44 -20 44 20 34 50C42 46 48 40 54 34C60 10 60 -10 54 -34Z', band, opacity(0.92)) +
    stroke('M10 -20q10 8 0 18M10 8q10 8 0 18M22 -8q10 8 0 18', lighten(scale, 0.35), 3, opacity(0.8)) +
    path('M-6 4C20 4 30 22 22 38C6 34 -6 22 -6 4Z', fin) +
    circle(-66, -12, 15, '#fffaf0') +
    circle(-69, -11, 10, '#2a1c26') +
    circle(-73, -15, 3.8, '#ffffff') +
    ellipse(-62, 16, 10, 6, '#f4776f', opacity(0.6)) +
    stroke('M-100 10q8 8 16 4', darken(scale, 0.45), 3.4) +
    circle(-128, -24, 8, '#ffffff', 'fill-opacity="0.25" stroke="#ffffff" stroke-width="2"') +
    circle(-140, -52, 12, '#ffffff', 'fill-opacity="0.25" stroke="#ffffff" stroke-width="2"');
  return { svg, width: 240, height: 140, stance: 'floats', head: { x: -30, y: -58, width: 60 } };
};

export const whale: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const skin = coat(pen, '#5a86b8');
  const belly = palette.lit('#eef4f4');
  const [far, middle] = palette.water;
  const drop = lighten(far, 0.55);
  const svg =
    stroke(
      'M-50 -120C-54 -160 -90 -168 -100 -146M-50 -120C-46 -164 -8 -170 2 -146M-50 -122V-160',
      drop,
      9,
      opacity(0.9),
    ) +
    circle(-104, -126, 5, drop) +
    circle(8, -124, 6, drop) +
    circle(-50, -176, 5, drop) +
    path(
      'M-170 -20C-170 -90 -110 -116 -40 -112C40 -108 80 -60 120 -60C132 -62 140 -78 140 -90C122 -92 104 -106 104 -122C126 -124 142 -114 150 -100C158 -116 176 -124 196 -120C194 -102 178 -90 162 -88C166 -40 130 30 20 36C-80 40 -168 30 -170 -20Z',
      drawing.linear([
        [0, lighten(skin, 0.18)],
        [1, darken(skin, 0.1)],
      ]),
    ) +
    path('M-168 -8C-120 14 -40 12 20 -10C10 20 -20 36 -60 36C-120 36 -164 24 -168 -8Z', belly) +
    stroke('M-140 10Q-90 24 -40 20M-120 22Q-80 32 -40 28', mix(belly, skin, 0.35), 3) +
    circle(-112, -40, 9, '#20202c') +
    circle(-115, -43, 3.4, '#ffffff') +
    ellipse(-96, -22, 11, 7, '#f58f8f', opacity(0.55)) +
    stroke('M-166 -16Q-144 -4 -122 -14', darken(skin, 0.4), 3.4) +
    path('M-40 -4C-20 -4 0 16 -6 34C-30 34 -48 16 -40 -4Z', darken(skin, 0.18)) +
    [
      [20, -70],
      [50, -50],
      [0, -86],
      [76, -36],
    ]
      .map(([x = 0, y = 0]) => circle(x, y, 4, lighten(skin, 0.4), opacity(0.7)))
      .join('') +
    path(
      'M-196 4Q-160 -10 -126 2T-54 2T18 4T90 0T170 4C160 40 100 50 0 50C-100 50 -180 40 -196 4Z',
      middle,
      opacity(0.9),
    ) +
    stroke('M-200 4Q-160 -10 -126 2T-54 2T18 4T90 0T176 4', lighten(far, 0.7), 4, opacity(0.85));
  return {
    svg,
    width: 390,
    height: 170,
    stance: 'swims',
    head: { x: -80, y: -110, width: 100 },
    importance: 1.25,
  };
};

export const octopus: DrawFigure = (pen) => {
  const { palette, random, drawing } = pen;
  const skin = coat(pen, random.pick(['#e8688a', '#f08a5a', '#9a74d0', '#4fb0a8']));
  const dark = darken(skin, 0.14);
  const arm = (x: number, d: string): string => place(stroke(d, x % 2 === 0 ? dark : skin, 24), { x });
  const suckers = [
    [-98, -4],
    [-88, 6],
    [98, -4],
    [88, 6],
    [-46, 8],
    [46, 8],
  ]
    .map(([x = 0, y = 0]) => circle(x, y, 4, lighten(skin, 0.5)))
    .join('');
  const svg =
    groundShadow(110) +
    arm(0, 'M-40 -40C-70 0 -104 10 -112 -20C-114 -34 -100 -40 -94 -30') +
    arm(0, 'M40 -40C70 0 104 10 112 -20C114 -34 100 -40 94 -30') +
    arm(1, 'M-26 -34C-34 4 -60 14 -74 0') +
    arm(1, 'M26 -34C34 4 60 14 74 0') +
    arm(1, 'M-9 -34C-10 0 -18 8 -26 4') +
    arm(1, 'M9 -34C10 0 18 8 26 4') +
    suckers +
    path(
      'M0 -190C58 -190 80 -146 72 -100C68 -72 62 -56 62 -36Q30 -16 0 -16Q-30 -16 -62 -36C-62 -56 -68 -72 -72 -100C-80 -146 -58 -190 0 -190Z',
      drawing.linear([
        [0, lighten(skin, 0.2)],
        [1, skin],
      ]),
    ) +
    ellipse(-30, -154, 16, 11, lighten(skin, 0.5), opacity(0.7)) +
    circle(-4, -164, 5, lighten(skin, 0.5), opacity(0.7)) +
    [
      [40, -130, 8],
      [52, -108, 5],
      [34, -150, 5],
    ]
      .map(([x = 0, y = 0, r = 0]) => circle(x, y, r, dark, opacity(0.6)))
      .join('') +
    eyes(0, -82, 26, 11) +
    blush(0, -60, 42, 9) +
    stroke('M-9 -62Q0 -52 9 -62', palette.ink, 3.2);
  return { svg, width: 240, height: 196, stance: 'stands', head: { x: 0, y: -184, width: 100 } };
};

export const jellyfish: DrawFigure = (pen) => {
  const { random, drawing } = pen;
  const bell = coat(pen, random.pick(['#f29ac0', '#a99af0', '#7fd0e0', '#f7b48a']));
  const tentacle = (x: number, long: number): string =>
    stroke(
      `M${x} -6C${x - 18} ${long * 0.3} ${x + 20} ${long * 0.6} ${x} ${long}`,
      lighten(bell, 0.25),
      6,
      opacity(0.75),
    );
  const svg =
    circle(
      0,
      -30,
      190,
      drawing.radial([
        [0, lighten(bell, 0.5), 0.45],
        [1, bell, 0],
      ]),
    ) +
    [-58, -34, -12, 12, 34, 58].map((x, index) => tentacle(x, 110 + (index % 3) * 30)).join('') +
    path(
      'M-26 -8C-40 30 -10 50 -24 92C-6 70 -14 40 0 20C14 40 6 70 24 92C10 50 40 30 26 -8Z',
      lighten(bell, 0.5),
      opacity(0.8),
    ) +
    path(
      'M-84 -10C-90 -84 -46 -112 0 -112C46 -112 90 -84 84 -10Q70 8 56 -8Q42 8 28 -8Q14 8 0 -8Q-14 8 -28 -8Q-42 8 -56 -8Q-70 8 -84 -10Z',
      drawing.linear([
        [0, lighten(bell, 0.5)],
        [1, bell],
      ]),
      opacity(0.94),
    ) +
    ellipse(-38, -82, 18, 10, '#ffffff', opacity(0.6)) +
    circle(-60, -60, 5, '#ffffff', opacity(0.55)) +
    eyes(0, -42, 22, 8) +
    blush(0, -26, 38, 8) +
    stroke('M-7 -28Q0 -20 7 -28', '#3a2438', 2.8);
  return { svg, width: 180, height: 250, stance: 'floats', head: { x: 0, y: -108, width: 90 } };
};

export const turtle: DrawFigure = (pen) => {
  const { palette, drawing } = pen;
  const skin = coat(pen, '#8fc46a');
  const shell = palette.lit('#4f8f6a');
  const plate = lighten(shell, 0.22);
  const flipper = (x: number, y: number, rotate: number, scale: number): string =>
    place(
      path('M0 0C30 -6 66 10 78 44C46 44 14 32 0 0Z', skin) +
        circle(34, 18, 5, darken(skin, 0.14)) +
        circle(48, 28, 4, darken(skin, 0.14)),
      { x, y, rotate, scale },
    );
  const svg =
    flipper(56, 14, 20, 0.7) +
    flipper(-66, 16, 84, 1.05) +
    path('M96 6L128 16L98 24Z', skin) +
    ellipse(
      -126,
      -10,
      42,
      38,
      drawing.linear([
        [0, lighten(skin, 0.16)],
        [1, skin],
      ]),
    ) +
    path('M-110 0Q-80 -8 -60 6L-66 34Q-96 34 -116 18Z', skin) +
    path(
      'M-100 14C-96 -58 -44 -84 4 -84C60 -84 104 -44 110 14Q4 44 -100 14Z',
      drawing.linear([
        [0, lighten(shell, 0.16)],
        [1, darken(shell, 0.1)],
      ]),
    ) +
    path('M-22 -72L30 -72L46 -36L6 -12L-36 -36Z', plate) +
    path('M-44 -34L-4 -8L-14 22L-74 20L-84 -6Z', plate, opacity(0.8)) +
    path('M54 -34L90 -14L98 14L28 24L14 -8Z', plate, opacity(0.8)) +
    path('M-60 -56L-34 -66L-46 -42L-78 -22Z', plate, opacity(0.7)) +
    path('M42 -66L70 -50L82 -28L56 -40Z', plate, opacity(0.7)) +
    stroke('M-100 14Q4 44 110 14', lighten(shell, 0.45), 8) +
    flipper(-40, 22, 42, 1.2) +
    circle(-136, -16, 9.4, '#2a1c26') +
    circle(-139, -20, 3.4, '#ffffff') +
    ellipse(-122, 2, 9, 6, '#f58f7f', opacity(0.6)) +
    stroke('M-160 0Q-150 10 -138 6', darken(skin, 0.45), 3.2);
  return { svg, width: 300, height: 150, stance: 'floats', head: { x: -126, y: -46, width: 70 } };
};

export const crab: DrawFigure = (pen) => {
  const { drawing } = pen;
  const shell = coat(pen, '#ea5f4a');
  const dark = darken(shell, 0.14);
  const side = (flip: boolean): string =>
    place(
      stroke('M60 -30L100 -14L110 2M54 -20L84 0L90 10M62 -42L108 -38L122 -20', dark, 10) +
        stroke('M56 -54Q92 -74 92 -104', shell, 14) +
        path(
          'M92 -96C66 -108 66 -144 92 -152C88 -138 94 -130 102 -126C106 -136 116 -142 124 -138C128 -114 116 -96 92 -96Z',
          shell,
        ),
      { flip },
    );
  const svg =
    groundShadow(110) +
    side(false) +
    side(true) +
    stroke('M-22 -78V-96M22 -78V-96', shell, 8) +
    path(
      'M0 -84C56 -84 84 -56 80 -34C74 -6 40 2 0 2C-40 2 -74 -6 -80 -34C-84 -56 -56 -84 0 -84Z',
      drawing.linear([
        [0, lighten(shell, 0.2)],
        [1, shell],
      ]),
    ) +
    circle(-22, -102, 15, '#fffaf0') +
    circle(22, -102, 15, '#fffaf0') +
    eyes(0, -102, 22, 9) +
    blush(0, -40, 42, 10, '#ffb38a') +
    stroke('M-14 -38Q0 -24 14 -38', '#7a241f', 3.6) +
    [
      [-40, -62],
      [-52, -50],
      [40, -62],
      [30, -70],
    ]
      .map(([x = 0, y = 0]) => circle(x, y, 4, lighten(shell, 0.4)))
      .join('');
  return { svg, width: 250, height: 155, stance: 'stands', head: { x: 0, y: -84, width: 90 } };
};
