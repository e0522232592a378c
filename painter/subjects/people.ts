import { darken, lighten, mix } from '../colour.ts';
import type { Random } from '../random.ts';
import { circle, ellipse, opacity, path, place, rect, stroke } from '../svg.ts';
import { blush, coat, type DrawFigure, eyes, groundShadow } from './figure.ts';

const skins = ['#f6cdae', '#e8b08a', '#c98a62', '#9a6444', '#6f4632', '#fbdcc4'] as const;
const hairs = ['#3a2730', '#6b4030', '#c9803f', '#e8c06a', '#a8483a', '#4a4a66', '#e6e0e6'] as const;

type HairStyle = 'bob' | 'bun' | 'long' | 'curls' | 'short' | 'waves';

const stylesFor: Readonly<Record<'long' | 'short' | 'any', readonly [HairStyle, ...HairStyle[]]>> = {
  long: ['bob', 'bun', 'long', 'curls', 'waves'],
  short: ['short', 'short', 'curls'],
  any: ['bob', 'bun', 'long', 'curls', 'short', 'waves'],
};

function hairBehind(style: HairStyle, hair: string): string {
  const dark = darken(hair, 0.16);
  switch (style) {
    case 'long':
      return path(
        'M0 -252C-76 -252 -98 -196 -96 -140C-96 -80 -108 -30 -118 0H118C108 -30 96 -80 96 -140C98 -196 76 -252 0 -252Z',
        dark,
      );
    case 'waves':
      return path(
        'M0 -254C-84 -256 -108 -190 -98 -150C-120 -120 -92 -104 -108 -74C-116 -52 -84 -34 -60 -50H60C84 -34 116 -52 108 -74C92 -104 120 -120 98 -150C108 -190 84 -256 0 -254Z',
        dark,
      );
    case 'bob':
      return path(
        'M0 -254C-82 -254 -100 -196 -98 -140C-98 -110 -92 -96 -78 -94H78C92 -96 98 -110 98 -140C100 -196 82 -254 0 -254Z',
        dark,
      );
    case 'bun':
      return (
        circle(0, -266, 38, dark) +
        ellipse(-10, -276, 16, 9, lighten(hair, 0.2), opacity(0.5)) +
        path('M0 -248C-70 -248 -84 -200 -80 -150H80C84 -200 70 -248 0 -248Z', dark)
      );
    case 'curls':
      return Array.from({ length: 15 }, (_, index) =>
        circle(
          Math.cos((index / 15) * 6.283) * 84,
          -168 + Math.sin((index / 15) * 6.283) * 78,
          34,
          index % 2 === 0 ? dark : hair,
        ),
      ).join('');
    case 'short':
      return path('M0 -246C-70 -246 -84 -200 -78 -160H78C84 -200 70 -246 0 -246Z', dark);
  }
}

function hairInFront(style: HairStyle, hair: string, random: Random): string {
  const side = random.chance(0.5);
  const shape =
    style === 'curls'
      ? [
          [-52, -222],
          [-22, -236],
          [12, -238],
          [44, -226],
          [66, -204],
          [-68, -200],
        ]
          .map(([x = 0, y = 0]) => circle(x, y, 27, hair))
          .join('')
      : style === 'short'
        ? path(
            'M-78 -168C-92 -236 -40 -266 14 -256C70 -256 92 -214 78 -166C74 -188 66 -200 56 -206C30 -196 -20 -194 -48 -212C-66 -204 -74 -190 -78 -168Z',
            hair,
          )
        : path(
            'M-80 -150C-92 -230 -50 -258 6 -256C68 -256 92 -220 80 -150C74 -176 58 -196 26 -214C-6 -196 -62 -190 -80 -150Z',
            hair,
          ) + stroke('M-60 -190Q-34 -216 18 -222', lighten(hair, 0.25), 4, opacity(0.5));
  return place(shape, { flip: side });
}

/** Head and shoulders, about 290 units tall, growing out of the lower edge. */
export const portrait: DrawFigure = (pen) => {
  const { random, palette, drawing, motif } = pen;
  const skin = palette.lit(random.pick(skins));
  const hair = palette.lit(
    motif.person.elder ? random.pick(['#e9e4e8', '#cfcbd6', '#b9b4c4']) : random.pick(hairs),
  );
  const clothes = palette.lit(motif.subjectColour ?? palette.accent);
  const shade = mix(darken(skin, 0.1), '#c9605a', 0.22);
  const style = random.pick(stylesFor[motif.person.hair]);
  const rings =
    style === 'short' || motif.person.hair === 'short'
      ? ''
      : circle(-74, -126, 6, palette.lit(palette.accentTwo)) +
        circle(74, -126, 6, palette.lit(palette.accentTwo));
  const leaf = palette.leaves[1];
  const sprig = (x: number, rotate: number, scale: number): string =>
    place(
      stroke('M0 0Q10 -80 0 -160', darken(leaf, 0.1), 4) +
        Array.from({ length: 7 }, (_, index) =>
          place(
            path('M0 0C10 -16 34 -18 46 -8C34 6 12 8 0 0Z', index % 2 === 0 ? leaf : lighten(leaf, 0.14)),
            { x: 3, y: -24 - index * 20, flip: index % 2 === 0, rotate: index % 2 === 0 ? 24 : -24 },
          ),
        ).join(''),
      { x, y: 10, rotate, scale },
    );
  const svg =
    sprig(-150, -16, 1.3) +
    sprig(-190, -34, 1) +
    sprig(152, 14, 1.25) +
    sprig(192, 32, 1.05) +
    hairBehind(style, hair) +
    path(
      'M-168 10C-160 -44 -110 -58 -44 -68H44C110 -58 160 -44 168 10Z',
      drawing.linear([
        [0, lighten(clothes, 0.12)],
        [1, darken(clothes, 0.12)],
      ]),
    ) +
    path('M-30 -96H30V-66C30 -40 14 -30 0 -30C-14 -30 -30 -40 -30 -66Z', shade) +
    stroke('M-46 -66Q0 6 46 -66', lighten(clothes, 0.4), 9) +
    [
      [-100, -20],
      [-60, -8],
      [60, -8],
      [100, -20],
      [-130, 2],
      [130, 2],
      [0, 2],
    ]
      .map(([x = 0, y = 0]) => circle(x, y, 6, lighten(clothes, 0.4), opacity(0.8)))
      .join('') +
    ellipse(-76, -146, 13, 18, shade) +
    ellipse(76, -146, 13, 18, shade) +
    rings +
    path(
      'M0 -238C52 -238 76 -204 76 -156C76 -104 40 -72 0 -72C-40 -72 -76 -104 -76 -156C-76 -204 -52 -238 0 -238Z',
      drawing.linear([
        [0, lighten(skin, 0.08)],
        [1, skin],
      ]),
    ) +
    hairInFront(style, hair, random) +
    eyes(0, -150, 29, 7.6, '#2f2028') +
    stroke('M-44 -173q14 -9 27 -2M44 -173q-14 -9 -27 -2', darken(hair, 0.1), 5) +
    blush(0, -124, 45, 13) +
    stroke('M-3 -140Q5 -126 -5 -124', shade, 3.6) +
    stroke('M-16 -104Q0 -90 16 -104', '#b8434a', 4.6) +
    (motif.person.elder
      ? stroke('M-52 -136q6 6 14 6M52 -136q-6 6 -14 6', shade, 3) +
        circle(-29, -150, 24, 'none', `stroke="${darken(clothes, 0.3)}" stroke-width="5"`) +
        circle(29, -150, 24, 'none', `stroke="${darken(clothes, 0.3)}" stroke-width="5"`) +
        stroke('M-6 -152q6 -5 12 0', darken(clothes, 0.3), 5)
      : '');
  return {
    svg,
    width: 400,
    height: 300,
    stance: 'stands',
    head: { x: 0, y: -240, width: 150 },
    importance: 1.45,
  };
};

/** A small astronaut waving. */
export const astronaut: DrawFigure = (pen) => {
  const { palette, drawing, random } = pen;
  const suit = palette.lit('#f6f4f0');
  const shade = darken(suit, 0.14);
  const trim = coat(pen, palette.accent);
  const visor = drawing.linear(
    [
      [0, '#5a6fb8'],
      [1, '#1f2a5c'],
    ],
    0,
    0,
    1,
    1,
  );
  const skin = random.pick(skins);
  const svg =
    groundShadow(70) +
    rect(-48, -112, 96, 84, shade, 20) +
    place(stroke('M0 0C22 8 38 -8 46 -34', suit, 27) + circle(48, -42, 15, trim), { x: 38, y: -84 }) +
    place(stroke('M0 0C-18 12 -26 26 -28 40', suit, 27) + circle(-29, 46, 15, trim), { x: -38, y: -84 }) +
    path('M-34 -40H-4V-4Q-4 4 -14 4H-34Q-42 4 -40 -6Z', suit) +
    path('M34 -40H4V-4Q4 4 14 4H34Q42 4 40 -6Z', suit) +
    rect(-42, -10, 40, 15, trim, 7) +
    rect(2, -10, 40, 15, trim, 7) +
    path(
      'M-42 -104H42C48 -70 44 -40 36 -26H-36C-44 -40 -48 -70 -42 -104Z',
      drawing.linear([
        [0, suit],
        [1, shade],
      ]),
    ) +
    rect(-22, -80, 44, 30, lighten(suit, 0.5), 6) +
    circle(-10, -70, 4.4, '#ef6f5e') +
    circle(3, -70, 4.4, '#f6c453') +
    rect(-14, -61, 26, 4, '#7ab8d8', 2) +
    circle(
      0,
      -144,
      58,
      drawing.linear([
        [0, suit],
        [1, shade],
      ]),
    ) +
    rect(-66, -158, 14, 30, trim, 6) +
    rect(52, -158, 14, 30, trim, 6) +
    path(
      'M0 -184C36 -184 46 -166 46 -142C46 -114 28 -104 0 -104C-28 -104 -46 -114 -46 -142C-46 -166 -36 -184 0 -184Z',
      visor,
    ) +
    ellipse(0, -134, 32, 28, skin, opacity(0.92)) +
    path('M-32 -140C-30 -166 30 -166 32 -140C20 -152 -14 -154 -32 -140Z', random.pick(hairs), opacity(0.92)) +
    eyes(0, -132, 13, 5) +
    blush(0, -121, 20, 6) +
    stroke('M-6 -121Q0 -114 6 -121', '#8a3038', 2.6) +
    path('M-34 -160C-28 -172 -18 -177 -8 -178C-20 -170 -28 -160 -32 -146Z', '#ffffff', opacity(0.6)) +
    stroke('M0 -202V-216', shade, 4) +
    circle(0, -219, 6, trim);
  return { svg, width: 170, height: 222, stance: 'stands', head: { x: 0, y: -200, width: 100 } };
};

/** A friendly robot with a face on a screen. */
export const robot: DrawFigure = (pen) => {
  const { drawing, random } = pen;
  const metal = coat(pen, random.pick(['#7fc4c9', '#f2b84b', '#ee8a6a', '#9fb0d8', '#b7a1e0']));
  const dark = darken(metal, 0.22);
  const light = lighten(metal, 0.35);
  const glowing = random.pick(['#7ff0e0', '#ffe08a', '#a8f08a']);
  const face = random.whole(0, 2);
  const look =
    face === 0
      ? circle(-24, -150, 10, glowing) + circle(24, -150, 10, glowing)
      : face === 1
        ? stroke('M-36 -146q12 -18 24 0M12 -146q12 -18 24 0', glowing, 6)
        : rect(-33, -162, 18, 24, glowing, 8) + rect(15, -162, 18, 24, glowing, 8);
  const svg =
    groundShadow(74) +
    stroke('M-24 -36V-10M24 -36V-10', dark, 15) +
    path('M-48 2V-8Q-48 -18 -26 -18Q-6 -18 -6 -8V2Z', dark) +
    path('M48 2V-8Q48 -18 26 -18Q6 -18 6 -8V2Z', dark) +
    stroke('M-52 -86C-80 -84 -86 -64 -80 -46', dark, 13) +
    path('M-92 -46q0 -12 12 -12q12 0 12 12l-6 12l-4 -10h-4l-4 10Z', light) +
    stroke('M52 -86C80 -92 90 -112 86 -128', dark, 13) +
    path('M74 -126q0 12 12 12q12 0 12 -12l-6 -12l-4 10h-4l-4 -10Z', light) +
    rect(
      -54,
      -106,
      108,
      76,
      drawing.linear([
        [0, lighten(metal, 0.16)],
        [1, darken(metal, 0.08)],
      ]),
      22,
    ) +
    rect(-34, -92, 68, 42, lighten(metal, 0.55), 10) +
    path(
      'M0 -58C-16 -70 -13 -84 -6 -84C-2 -84 0 -81 0 -79C0 -81 2 -84 6 -84C13 -84 16 -70 0 -58Z',
      '#ee6b6b',
    ) +
    circle(-24, -82, 3, dark) +
    circle(24, -82, 3, dark) +
    rect(-20, -116, 40, 14, dark, 4) +
    rect(
      -70,
      -200,
      140,
      92,
      drawing.linear([
        [0, lighten(metal, 0.2)],
        [1, metal],
      ]),
      30,
    ) +
    rect(-80, -170, 14, 34, dark, 6) +
    rect(66, -170, 14, 34, dark, 6) +
    rect(-54, -184, 108, 62, '#24304f', 22) +
    path(
      'M-44 -170Q-40 -178 -26 -178',
      'none',
      'stroke="#ffffff" stroke-width="4" stroke-linecap="round" fill-opacity="0.4" stroke-opacity="0.4"',
    ) +
    look +
    stroke('M-12 -133Q0 -124 12 -133', glowing, 4.4) +
    blush(0, -134, 41, 7, '#ff9fb0') +
    stroke('M0 -200V-222', dark, 6) +
    circle(0, -228, 10, '#f26d5e') +
    circle(-3, -231, 3.4, '#ffd0c4');
  return { svg, width: 190, height: 238, stance: 'stands', head: { x: 0, y: -200, width: 120 } };
};
