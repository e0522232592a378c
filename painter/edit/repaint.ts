import { rgbOf } from '../colour.ts';
import type { LightName, SeasonName } from '../prompt-motif.ts';
import type { Pixels } from './frame.ts';
import type { LookName } from './read-edit.ts';

export type Rgb = readonly [red: number, green: number, blue: number];

/** How the pixels of a picture are to change. */
export interface Repainting {
  readonly look: LookName | null;
  readonly light: LightName | null;
  /** Whether a lamp of its own lights what is in front: the light of the scene reaches it only in part. */
  readonly isLit: boolean;
  readonly season: SeasonName | null;
  readonly isWet: boolean;
  /** A colour for what is in the picture, and for what surrounds it. */
  readonly colour: string | null;
  readonly backdrop: string | null;
  /** Where what takes the colour is; null for everywhere. */
  readonly spot: Spot | null;
}

/** An ellipse, in fractions of the picture. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly across: number;
  readonly down: number;
  /** The colour that is to be another there; what has a different hue keeps its own. */
  readonly from: Rgb;
}

/** One change: a pixel's colour, how much of it is sky (0–1), and how far down and along it is (0–1). */
type Change = (colour: Rgb, sky: number, down: number, along: number) => Rgb;

const luma = ([red, green, blue]: Rgb): number => (red * 0.3 + green * 0.59 + blue * 0.11) / 255;
const blend = (from: Rgb, to: Rgb, amount: number): Rgb => [
  from[0] + (to[0] - from[0]) * amount,
  from[1] + (to[1] - from[1]) * amount,
  from[2] + (to[2] - from[2]) * amount,
];
const clamp = (value: number): number => Math.min(1, Math.max(0, value));
const saturation = ([red, green, blue]: Rgb): number => {
  const most = Math.max(red, green, blue);
  return most === 0 ? 0 : (most - Math.min(red, green, blue)) / most;
};

/** A colour with the light and shade of another, 0 black to 1 white. */
function shaded(colour: Rgb, lightness: number): Rgb {
  const own = luma(colour);
  return lightness <= own
    ? blend([18, 12, 34], colour, lightness / Math.max(0.01, own))
    : blend(colour, [255, 253, 246], (lightness - own) / Math.max(0.01, 1 - own));
}

/** 1 for the same hue, 0 and less for the opposite one. */
function hueLikeness(one: Rgb, other: Rgb): number {
  const [first, second] = [chroma(one), chroma(other)];
  const lengths = Math.hypot(...first) * Math.hypot(...second);
  return lengths < 1 ? 0 : (first[0] * second[0] + first[1] * second[1]) / lengths;
}

/** The plane of hues: red against cyan, and yellow-green against violet. */
const chroma = ([red, green, blue]: Rgb): readonly [number, number] => [
  red - (green + blue) / 2,
  (green - blue) * 0.866,
];

interface Lighting {
  /** The sky from top to horizon. */
  readonly sky: readonly [string, string, string];
  /** What the light does to each channel of what is lit. */
  readonly gain: Rgb;
  /** Below 1 brightens the shadows. */
  readonly gamma: number;
}

const lightings: Readonly<Record<LightName, Lighting>> = {
  night: { sky: ['#0a1034', '#1d2c66', '#4a5596'], gain: [0.3, 0.38, 0.66], gamma: 1.12 },
  sunset: { sky: ['#4b3c8c', '#e2648a', '#ffb862'], gain: [1.02, 0.74, 0.7], gamma: 1 },
  dawn: { sky: ['#8493d8', '#efb8c6', '#ffe6bd'], gain: [1.04, 0.93, 0.96], gamma: 0.94 },
  day: { sky: ['#58b4e5', '#a9def2', '#fdf3da'], gain: [1.06, 1.05, 1], gamma: 0.82 },
};

function relight({ sky, gain, gamma }: Lighting, isNight: boolean, share: number): Change {
  const [top, middle, low] = sky.map(rgbOf) as [Rgb, Rgb, Rgb];
  return (colour, skiness, down) => {
    const height = clamp(down / 0.62);
    const drawn =
      height < 0.55 ? blend(top, middle, height / 0.55) : blend(middle, low, (height - 0.55) / 0.45);
    // Clouds stay in the new sky as they were in the old.
    const cloud = blend(
      drawn,
      [255, 250, 240],
      clamp((luma(colour) - 0.7) * (isNight ? 0.16 : 0.7)) * (1 - saturation(colour)),
    );
    const lift = (channel: 0 | 1 | 2): number => 255 * clamp(colour[channel] / 255) ** gamma * gain[channel];
    let lit: Rgb = [lift(0), lift(1), lift(2)];
    // Lamps and windows: what is warm and bright goes on shining.
    if (isNight) {
      const warm = clamp((colour[0] - colour[2] - 40) / 90) * clamp((luma(colour) - 0.62) * 4);
      lit = blend(lit, [255, 214, 128], warm * 0.75);
    }
    return blend(blend(colour, lit, share), cloud, skiness * 0.92);
  };
}

/** Snow lies on what is light and what is green; the rest only pales. */
const snowed: Change = (colour, sky) => {
  const [red, green, blue] = colour;
  const isGrowth = clamp((green - Math.max(red, blue) + 24) / 60);
  const lies = clamp(0.3 + isGrowth * 0.85 + (luma(colour) - 0.45) * 0.7);
  const pale = blend(colour, [226, 234, 246], 0.12);
  const snow = shaded([214, 226, 242], clamp(0.62 + luma(colour) * 0.55));
  return blend(blend(pale, snow, lies), blend(colour, [222, 230, 242], 0.45), sky);
};

/** Leaves turn: what is green becomes gold, rust and red, by how light it is. */
const autumnal: Change = (colour, sky) => {
  const [red, green, blue] = colour;
  const growth = clamp((green - Math.max(red * 0.98, blue) + 8) / 26) * (1 - sky);
  const leaf = blend([176, 62, 34], [246, 184, 66], clamp((luma(colour) - 0.2) * 1.9));
  return blend(blend(colour, [255, 214, 150], 0.1), shaded(leaf, luma(colour)), growth * 0.92);
};

const fresh: Change = (colour, sky) => {
  const [red, green, blue] = colour;
  const growth = clamp((green - Math.max(red, blue) + 20) / 40) * (1 - sky);
  return blend(colour, shaded([150, 208, 110], clamp(luma(colour) * 1.15)), growth * 0.7);
};

const wet: Change = (colour, sky) => {
  const grey = luma(colour) * 255;
  const dull = blend(colour, [grey * 0.92, grey * 0.97, grey * 1.06], 0.5);
  return blend(
    [dull[0] * 0.82, dull[1] * 0.85, dull[2] * 0.92],
    shaded([110, 132, 160], luma(colour) * 0.82),
    sky * 0.75,
  );
};

/** What has a colour takes the new one with its own light and shade; greys, whites and the sky keep theirs. */
const recoloured = (name: string, spot: Spot | null): Change => {
  const paint = rgbOf(name);
  return (colour, sky, down, along) => {
    const far = spot === null ? 0 : Math.hypot((along - spot.x) / spot.across, (down - spot.y) / spot.down);
    const near =
      spot === null ? 1 : clamp((1.25 - far) * 4) * clamp((hueLikeness(colour, spot.from) - 0.8) * 8);
    const strength = clamp((saturation(colour) - 0.08) * 2.2) * clamp(1 - sky * 1.1) * near;
    return blend(colour, shaded(paint, clamp(luma(colour) * 0.6 + luma(paint) * 0.4)), strength * 0.9);
  };
};

const backed = (name: string): Change => {
  const paint = rgbOf(name);
  return (colour, sky, down) => {
    const wall = blend(blend(paint, [255, 255, 255], 0.26 * (1 - down)), paint, 0.5);
    return blend(colour, wall, sky * 0.96);
  };
};

const tones: Partial<Record<LookName, Change>> = {
  mono: (colour) => {
    const grey = 255 * clamp((luma(colour) - 0.5) * 1.12 + 0.5);
    return [grey, grey, grey];
  },
  sepia: (colour) => shaded([176, 128, 78], clamp(luma(colour) * 0.92 + 0.08)),
  poster: (colour) => {
    const step = (value: number): number => Math.round(clamp((value / 255 - 0.5) * 1.3 + 0.5) * 4) * 63.75;
    return [step(colour[0]), step(colour[1]), step(colour[2])];
  },
  bright: (colour) =>
    blend(colour.map((value) => 255 * (value / 255) ** 0.68) as unknown as Rgb, [255, 255, 255], 0.04),
  dark: (colour) => [colour[0] * 0.56, colour[1] * 0.56, colour[2] * 0.62],
};

function changesOf({
  look,
  light,
  isLit,
  season,
  isWet,
  colour,
  backdrop,
  spot,
}: Repainting): readonly Change[] {
  return [
    ...(colour === null ? [] : [recoloured(colour, spot)]),
    ...(backdrop === null ? [] : [backed(backdrop)]),
    ...(season === 'winter' ? [snowed] : season === 'autumn' ? [autumnal] : season === null ? [] : [fresh]),
    ...(light === null ? [] : [relight(lightings[light], light === 'night', isLit ? 0.6 : 1)]),
    ...(isWet && light !== 'night' ? [wet] : []),
    ...[look === null ? undefined : tones[look]].filter((tone) => tone !== undefined),
  ];
}

/** Changes pixels where they are. `sky` has a byte a pixel, 255 where it is all sky. */
export function repaint({ data, widthPx, heightPx }: Pixels, sky: Buffer, wish: Repainting): void {
  const changes = changesOf(wish);
  if (changes.length === 0) return;
  for (let y = 0; y < heightPx; y += 1) {
    const down = y / heightPx;
    for (let x = 0; x < widthPx; x += 1) {
      const at = y * widthPx + x;
      let colour: Rgb = [data[at * 3] ?? 0, data[at * 3 + 1] ?? 0, data[at * 3 + 2] ?? 0];
      const skiness = (sky[at] ?? 0) / 255;
      for (const change of changes) colour = change(colour, skiness, down, x / widthPx);
      for (const channel of [0, 1, 2] as const)
        data[at * 3 + channel] = Math.min(255, Math.max(0, colour[channel]));
    }
  }
}
