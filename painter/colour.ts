/** Colours are `#rrggbb`. Mixing happens in OKLab, where halfway between two colours looks halfway. */
type Lab = readonly [lightness: number, a: number, b: number];

function toLinear(channel: number): number {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function fromLinear(value: number): string {
  const encoded = value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
  return Math.round(Math.min(1, Math.max(0, encoded)) * 255)
    .toString(16)
    .padStart(2, '0');
}

/** The red, green and blue of a colour, 0–255 each. */
export function rgbOf(colour: string): readonly [number, number, number] {
  const bits = Number.parseInt(colour.slice(1), 16);
  return [(bits >> 16) & 255, (bits >> 8) & 255, bits & 255];
}

function toLab(colour: string): Lab {
  const [r, g, b] = rgbOf(colour).map(toLinear) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromLab([lightness, a, b]: Lab): string {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = fromLinear(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = fromLinear(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = fromLinear(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return `#${red}${green}${blue}`;
}

/** `amount` 0 gives the first colour, 1 the second. */
export function mix(first: string, second: string, amount: number): string {
  const from = toLab(first);
  const to = toLab(second);
  const between = (index: 0 | 1 | 2): number => from[index] + (to[index] - from[index]) * amount;
  return fromLab([between(0), between(1), between(2)]);
}

export const lighten = (colour: string, amount: number): string => mix(colour, '#fffdf6', amount);

/** Darkens towards a plum black: shadows with a little colour look alive, plain black looks like dirt. */
export const darken = (colour: string, amount: number): string => mix(colour, '#1d1330', amount);

/** Turns the hue by `degrees`, keeping lightness and strength of colour. */
export function turnHue(colour: string, degrees: number): string {
  const [lightness, a, b] = toLab(colour);
  const angle = (degrees * Math.PI) / 180;
  return fromLab([
    lightness,
    a * Math.cos(angle) - b * Math.sin(angle),
    a * Math.sin(angle) + b * Math.cos(angle),
  ]);
}

/** How light a colour looks: 0 black, 1 white. */
export const lightnessOf = (colour: string): number => toLab(colour)[0];
