import { darken, lighten, mix } from '../colour.ts';
import type { Random } from '../random.ts';
import type { Stage } from '../stage.ts';
import { circle, ellipse, opacity, path, place, rect, round, smooth, stroke } from '../svg.ts';

/** A fir about 100 units tall, foot at the origin. */
export function fir(colour: string, snow: string | null): string {
  const shade = darken(colour, 0.16);
  const tier = (y: number, half: number, tall: number): string =>
    path(
      `M0 ${y - tall}Q${half * 0.45} ${y - tall * 0.35} ${half} ${y}Q${half * 0.5} ${y + 6} 0 ${y + 4}Q${-half * 0.5} ${y + 6} ${-half} ${y}Q${-half * 0.45} ${y - tall * 0.35} 0 ${y - tall}Z`,
      colour,
    ) +
    path(
      `M0 ${y - tall}Q${half * 0.45} ${y - tall * 0.35} ${half} ${y}Q${half * 0.5} ${y + 6} 0 ${y + 4}Z`,
      shade,
      opacity(0.55),
    ) +
    (snow === null
      ? ''
      : path(
          `M0 ${y - tall}Q${half * 0.3} ${y - tall * 0.5} ${half * 0.52} ${y - tall * 0.36}Q${half * 0.2} ${y - tall * 0.3} 0 ${y - tall * 0.42}Q${-half * 0.2} ${y - tall * 0.26} ${-half * 0.52} ${y - tall * 0.36}Q${-half * 0.3} ${y - tall * 0.5} 0 ${y - tall}Z`,
          snow,
          opacity(0.95),
        ));
  return (
    rect(-4, -14, 8, 15, darken(mix(colour, '#6a4630', 0.8), 0.2)) +
    tier(-10, 30, 38) +
    tier(-34, 24, 36) +
    tier(-58, 17, 40)
  );
}

/** A leafy tree about 100 units tall, foot at the origin. */
export function leafyTree(random: Random, leaf: string, trunk: string): string {
  const crown: { x: number; y: number }[] = [];
  for (let index = 0; index < 9; index += 1) {
    const angle = (index / 9) * Math.PI * 2;
    const reach = random.range(0.88, 1.12);
    crown.push({ x: Math.cos(angle) * 32 * reach, y: -64 + Math.sin(angle) * 33 * reach });
  }
  const light = lighten(leaf, 0.22);
  return (
    path('M-5 1Q-3 -24 -4 -48L4 -48Q3 -24 6 1Z', trunk) +
    stroke('M0 -34L13 -50M0 -28L-12 -44', trunk, 3.4) +
    path(smooth(crown, true), leaf) +
    path(
      smooth(
        crown.map(({ x, y }) => ({ x: x * 0.62 - 7, y: (y + 64) * 0.6 - 73 })),
        true,
      ),
      light,
      opacity(0.6),
    ) +
    [0, 1, 2, 3, 4]
      .map(() =>
        ellipse(random.range(-20, 22), random.range(-86, -44), 3.4, 2.2, darken(leaf, 0.14), opacity(0.5)),
      )
      .join('')
  );
}

/** A slim birch or pine trunk running up out of the picture. */
export function tallTrunk(random: Random, width: number, height: number, colour: string): string {
  let marks = '';
  for (let index = 0; index < height / 90; index += 1) {
    marks += ellipse(
      random.range(-0.3, 0.3) * width,
      -random.range(0, height),
      width * random.range(0.12, 0.26),
      3,
      darken(colour, 0.22),
      opacity(0.5),
    );
  }
  return (
    path(
      `M${-width * 0.75} 0Q${-width * 0.5} ${-width} ${-width * 0.45} ${-height}L${width * 0.45} ${-height}Q${width * 0.5} ${-width} ${width * 0.8} 0Z`,
      colour,
    ) +
    path(
      `M${width * 0.1} 0L${width * 0.05} ${-height}L${width * 0.45} ${-height}Q${width * 0.5} ${-width} ${width * 0.8} 0Z`,
      darken(colour, 0.16),
      opacity(0.6),
    ) +
    marks
  );
}

export type FlowerKind = 'daisy' | 'tulip' | 'poppy' | 'lavender' | 'sunflower' | 'rose';

/** A flower on its stem, foot at the origin; the head is about 40 units across. */
export function flower(
  random: Random,
  kind: FlowerKind,
  height: number,
  colour: string,
  stem: string,
): string {
  const lean = random.range(-14, 14);
  const head = (content: string): string => place(content, { x: lean, y: -height, rotate: lean * 0.8 });
  const leafAt = (share: number, side: number): string =>
    place(path('M0 0Q16 -16 36 -10Q22 6 0 0Z', stem), {
      x: lean * share,
      y: -height * share,
      flip: side < 0,
      rotate: side * -14,
    });
  const stalk =
    stroke(`M0 0Q${round(lean * 0.1)} ${round(-height * 0.6)} ${round(lean)} ${round(-height)}`, stem, 4.4) +
    leafAt(0.3, 1) +
    leafAt(0.48, -1);
  const petals = (count: number, rx: number, ry: number, away: number, fill: string): string =>
    Array.from({ length: count }, (_, index) =>
      place(ellipse(0, -away, rx, ry, fill), { rotate: (index / count) * 360 }),
    ).join('');
  const light = lighten(colour, 0.3);
  switch (kind) {
    case 'daisy':
      return (
        stalk +
        head(
          petals(11, 5.4, 13, 15, lighten(colour, 0.12)) +
            petals(11, 2, 8, 13, light) +
            circle(0, 0, 9, '#f6b93b') +
            circle(-2, -2, 4, '#fbd46d'),
        )
      );
    case 'sunflower':
      return (
        stalk +
        head(
          petals(15, 6, 16, 23, '#f2a51f') +
            place(petals(15, 5.4, 14, 21, '#f9c938'), { rotate: 12 }) +
            circle(0, 0, 17, '#6b3f22') +
            circle(0, 0, 11, '#855430') +
            circle(0, 0, 5, '#5a3319'),
        )
      );
    case 'tulip':
      return (
        stalk +
        head(
          path('M-17 -30Q-24 4 0 6Q24 4 17 -30Q9 -22 0 -36Q-9 -22 -17 -30Z', colour) +
            path('M-8 -24Q-10 2 0 6Q10 2 8 -24Q0 -40 -8 -24Z', light, opacity(0.55)),
        )
      );
    case 'poppy':
      return (
        stalk +
        head(
          ellipse(-11, -4, 16, 17, darken(colour, 0.1)) +
            ellipse(11, -4, 16, 17, darken(colour, 0.06)) +
            ellipse(0, 3, 19, 15, colour) +
            ellipse(-3, -1, 10, 6, light, opacity(0.5)) +
            circle(0, -2, 6, '#3a2436'),
        )
      );
    case 'rose':
      return (
        stalk +
        head(
          circle(0, -6, 20, darken(colour, 0.1)) +
            ellipse(-7, -2, 13, 15, colour) +
            ellipse(8, -1, 12, 14, mix(colour, light, 0.25)) +
            circle(0, -9, 11, mix(colour, light, 0.45)) +
            stroke('M-5 -10Q0 -17 6 -11Q3 -4 -3 -7Q-2 -11 2 -10', darken(colour, 0.22), 2.2),
        )
      );
    case 'lavender':
      return (
        stroke(`M0 0Q0 ${round(-height * 0.6)} ${round(lean)} ${round(-height)}`, stem, 3.4) +
        Array.from({ length: 9 }, (_, index) =>
          ellipse(
            lean * (1 - index * 0.03) + (index % 2 === 0 ? -5 : 5),
            -height - 12 + index * 9,
            5.6,
            7,
            index % 3 === 0 ? light : colour,
          ),
        ).join('')
      );
  }
}

/** Blades of grass along the bottom edge, in front of everything. */
export function grassFringe(
  { drawing, width, random: base }: Stage,
  y: number,
  colour: string,
  tall: number,
): void {
  const random = base.fork(`grass${Math.round(y)}`);
  let d = `M-20 ${round(y + 60)}L-20 ${round(y)}`;
  for (let x = -20; x < width + 30; x += random.range(9, 17)) {
    const blade = tall * random.range(0.35, 1);
    const lean = random.range(-16, 16);
    d += `L${round(x)} ${round(y)}Q${round(x + 3 + lean * 0.3)} ${round(y - blade * 0.6)} ${round(x + 5 + lean)} ${round(y - blade)}Q${round(x + 7 + lean * 0.3)} ${round(y - blade * 0.5)} ${round(x + 10)} ${round(y)}`;
  }
  drawing.add(path(`${d}L${round(width + 40)} ${round(y + 60)}Z`, colour));
}

/** Short tufts scattered over a lawn: the texture that keeps a green field from looking empty. */
export function tufts(
  { drawing, width, random: base }: Stage,
  top: number,
  bottom: number,
  colour: string,
): void {
  const random = base.fork(`tufts${Math.round(top)}`);
  const count = Math.min(160, (width * (bottom - top)) / 9000);
  for (let index = 0; index < count; index += 1) {
    const near = random.next();
    const size = 6 + near * 12;
    drawing.add(
      place(
        stroke(
          `M-6 0L-9 ${round(-size)}M0 0L0 ${round(-size * 1.3)}M6 0L9 ${round(-size)}`,
          colour,
          3,
          opacity(0.45),
        ),
        { x: random.range(0, width), y: top + near * (bottom - top), scale: 0.6 + near * 0.7 },
      ),
    );
  }
}
