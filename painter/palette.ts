import { darken, lighten, mix, turnHue } from './colour.ts';
import type { LightName, Motif, SeasonName } from './prompt-motif.ts';
import type { Random } from './random.ts';

/** The colours of one picture, all under the same light. */
export interface Palette {
  /** The sky from top to horizon. */
  readonly sky: readonly [string, string, string];
  /** The sun or the moon. */
  readonly orb: string;
  /** What far things fade into. */
  readonly haze: string;
  /** Water from the far, bright side to the depth. */
  readonly water: readonly [string, string, string];
  readonly ground: string;
  readonly leaves: readonly [string, string, string];
  /** Two strong colours that go together, for flowers, sails, roofs and clothes. */
  readonly accent: string;
  readonly accentTwo: string;
  readonly cream: string;
  readonly ink: string;
  readonly dark: boolean;
  /** A colour as this light shows it, `depth` 0 (near) to 1 (lost in the haze). */
  lit(colour: string, depth?: number): string;
}

type Triple = readonly [string, string, string];

const skies: Readonly<Record<LightName, readonly [Triple, ...Triple[]]>> = {
  day: [
    ['#58b4e5', '#a9def2', '#fff1d0'],
    ['#62c4c9', '#b3e6da', '#fff3d6'],
    ['#7aa7ee', '#bcd8fb', '#ffeadb'],
    ['#f5b193', '#fbd6b2', '#fff4da'],
    ['#8ccbe8', '#d3ecf0', '#fde6e2'],
  ],
  dawn: [
    ['#7f92d6', '#eeb6c6', '#ffe4b9'],
    ['#74a9c9', '#d9cfe0', '#ffdcc2'],
    ['#9a8fd0', '#f4b9b4', '#ffefc9'],
  ],
  sunset: [
    ['#53408f', '#e5668c', '#ffb657'],
    ['#35508f', '#ef7f75', '#ffd37c'],
    ['#7a3d76', '#f1774f', '#ffd889'],
    ['#3f5fa0', '#f29a8e', '#ffe0a3'],
  ],
  night: [
    ['#0c1339', '#25377a', '#6a6cb4'],
    ['#0d1c33', '#1d4466', '#4f93a3'],
    ['#1a1144', '#43307f', '#9a64b0'],
  ],
};

const shades: Readonly<Record<LightName, { shade: string; strength: number; orb: string }>> = {
  day: { shade: '#fff3d0', strength: 0.03, orb: '#fff8df' },
  dawn: { shade: '#d6a9d0', strength: 0.12, orb: '#fff1d4' },
  sunset: { shade: '#c1577a', strength: 0.16, orb: '#ffe9ae' },
  night: { shade: '#232c6d', strength: 0.3, orb: '#fdf3cf' },
};

const seas: Readonly<Record<LightName, Triple>> = {
  day: ['#8fdde0', '#3fb0cc', '#1f79ae'],
  dawn: ['#d8c9e0', '#86abd6', '#4a73b0'],
  sunset: ['#f9b58a', '#bf6a94', '#56407f'],
  night: ['#5a7cc4', '#27488c', '#122255'],
};

const foliage: Readonly<Record<SeasonName, { ground: string; leaves: Triple }>> = {
  spring: { ground: '#b1d975', leaves: ['#8ccf7a', '#5fae6b', '#f6bccb'] },
  summer: { ground: '#93c962', leaves: ['#71b75c', '#3f9463', '#b6d65c'] },
  autumn: { ground: '#d9b560', leaves: ['#e8963a', '#cf5f34', '#f0bf4c'] },
  winter: { ground: '#f0f5fb', leaves: ['#a9cbd8', '#6f9fb3', '#e6f0f6'] },
};

const accents: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ['#ef6f5e', '#f7c14d'],
  ['#e8577e', '#5a6fd0'],
  ['#f08a3c', '#2f9c95'],
  ['#d94f4f', '#3f7fc4'],
  ['#8a62c9', '#f4a259'],
  ['#2aa198', '#f26d6d'],
];

/** The palette a motif asks for; the random stream chooses among those that suit it. */
export function paletteFor(motif: Motif, random: Random): Palette {
  const { shade, orb } = shades[motif.light];
  // In space the sun always shines on whoever is there, however dark the sky.
  const strength = motif.setting === 'space' ? 0.06 : shades[motif.light].strength;
  const turn = random.range(-9, 9);
  const clear = random.pick(skies[motif.light]);
  const chosen: Triple =
    motif.weather === 'rain' && motif.light === 'day' ? ['#5f7a9c', '#93aabf', '#d3dde2'] : clear;
  const named = motif.backdropColour;
  const dark = motif.light === 'night';
  const sky: Triple =
    named === null
      ? [turnHue(chosen[0], turn), turnHue(chosen[1], turn), chosen[2]]
      : dark
        ? [
            mix(darken(named, 0.72), chosen[0], 0.2),
            mix(darken(named, 0.42), chosen[1], 0.2),
            lighten(named, 0.12),
          ]
        : [
            mix(named, chosen[0], 0.12),
            lighten(mix(named, chosen[1], 0.15), 0.38),
            lighten(mix(named, chosen[2], 0.2), 0.68),
          ];
  const haze = mix(sky[1], sky[2], 0.45);
  const lit = (colour: string, depth = 0): string => mix(mix(colour, shade, strength), haze, depth);
  const [accent, accentTwo] = random.pick(accents);
  const sea = seas[motif.light];
  const waterTurn = random.range(-14, 12);
  const water: Triple = [
    mix(turnHue(sea[0], waterTurn), named ?? sea[0], named === null ? 0 : 0.35),
    mix(turnHue(sea[1], waterTurn), named ?? sea[1], named === null ? 0 : 0.35),
    turnHue(sea[2], waterTurn),
  ];
  const { ground, leaves } = foliage[motif.season];
  return {
    sky,
    orb,
    haze,
    water,
    ground: lit(ground),
    leaves: [lit(leaves[0]), lit(leaves[1]), lit(leaves[2])],
    accent: named !== null && motif.setting === 'abstract' ? named : accent,
    accentTwo,
    cream: lit('#fff6e3'),
    ink: '#2b2038',
    dark,
    lit,
  };
}
