import { lighten, mix } from '../colour.ts';
import { hotAirBalloon } from '../subjects/vehicles.ts';
import { circle, ellipse, opacity, path, place, rect, round, smooth, stroke } from '../svg.ts';
import type { Random } from '../random.ts';
import type { Stage } from '../stage.ts';

/** A heap of cloud on a flat base, `width` units long, its base at the origin. */
export function cloud(random: Random, width: number, fill: string, extra = ''): string {
  const bumps = random.whole(4, 6);
  const step = width / bumps;
  let d = `M${round(-width / 2)} 0`;
  let y = 0;
  for (let index = 0; index < bumps; index += 1) {
    const along = (index + 1) / bumps;
    const nextY = index === bumps - 1 ? 0 : -Math.sin(along * Math.PI) * width * random.range(0.13, 0.24);
    const reach = Math.hypot(step, nextY - y) * random.range(0.54, 0.62);
    d += `a${round(reach)} ${round(reach)} 0 0 1 ${round(step)} ${round(nextY - y)}`;
    y = nextY;
  }
  return path(`${d}Z`, fill, extra);
}

function stars({ drawing, width, random: base }: Stage, bottom: number): void {
  const random = base.fork('stars');
  const count = Math.min(420, Math.round((width * bottom) / 5200));
  for (let index = 0; index < count; index += 1) {
    const x = random.range(0, width);
    const y = random.next() ** 1.25 * bottom;
    const size = random.next() ** 3 * 3.6 + 0.9;
    drawing.add(circle(x, y, size, '#fff6da', opacity(random.range(0.35, 0.95))));
    if (size > 3.4) {
      const ray = size * 4.2;
      const d = `M${round(x)} ${round(y - ray)}Q${round(x)} ${round(y)} ${round(x + ray)} ${round(y)}Q${round(x)} ${round(y)} ${round(x)} ${round(y + ray)}Q${round(x)} ${round(y)} ${round(x - ray)} ${round(y)}Q${round(x)} ${round(y)} ${round(x)} ${round(y - ray)}Z`;
      drawing.add(path(d, '#fffbe8', opacity(0.9)));
    }
  }
}

function moon(random: Random, r: number, colour: string): string {
  const shade = mix(colour, '#8d8fc0', 0.28);
  return (
    circle(0, 0, r, colour) +
    circle(-r * 0.34, -r * 0.2, r * 0.2, shade, opacity(0.55)) +
    circle(r * 0.3, r * 0.28, r * 0.27, shade, opacity(0.5)) +
    circle(r * random.range(0.2, 0.4), -r * 0.42, r * 0.12, shade, opacity(0.5)) +
    circle(-r * 0.2, r * 0.5, r * 0.1, shade, opacity(0.45))
  );
}

function flock({ drawing, width, random: base, palette }: Stage, bottom: number): void {
  const random = base.fork('flock');
  const x = random.range(0.25, 0.75) * width;
  const y = Math.max(150, bottom * random.range(0.3, 0.52));
  for (let index = 0; index < random.whole(3, 6); index += 1) {
    const size = random.range(11, 20);
    const bird = stroke(
      `M${-size} ${round(-size * 0.35)}Q${round(-size * 0.4)} ${round(-size * 0.75)} 0 0Q${round(size * 0.4)} ${round(-size * 0.75)} ${size} ${round(-size * 0.35)}`,
      palette.ink,
      3.4,
      opacity(0.5),
    );
    drawing.add(
      place(bird, {
        x: x + random.range(-130, 130),
        y: y + random.range(-70, 70),
        rotate: random.range(-12, 12),
      }),
    );
  }
}

/** Sky down to `bottom`, with its sun or moon, stars, clouds and birds. Returns where the sun or moon is. */
export function drawSky(
  stage: Stage,
  bottom: number,
  options: { orb?: boolean; low?: boolean } = {},
): { x: number; y: number } {
  const { drawing, width, palette, motif } = stage;
  const random = stage.random.fork('sky');
  const [top, middle, low] = palette.sky;
  drawing.add(
    rect(
      0,
      0,
      width,
      bottom + 30,
      drawing.linear([
        [0, top],
        [0.58, middle],
        [1, low],
      ]),
    ),
  );
  if (palette.dark) stars(stage, bottom);
  const side = random.pick([-1, 1]);
  const x = width / 2 + side * Math.min(width * 0.27, 620) + random.range(-30, 30);
  const lowSun = options.low === true || motif.light === 'sunset' || motif.light === 'dawn';
  const y =
    lowSun && !palette.dark
      ? bottom - random.range(70, 170)
      : Math.max(150, Math.min(bottom * 0.34, bottom - 330));
  if (options.orb !== false) {
    const r = lowSun && !palette.dark ? random.range(88, 116) : random.range(58, 80);
    const glow = drawing.radial([
      [0, palette.orb, 0.85],
      [0.35, palette.orb, 0.28],
      [1, palette.orb, 0],
    ]);
    drawing.add(circle(x, y, r * 4.4, glow, opacity(palette.dark ? 0.5 : 0.8)));
    drawing.add(palette.dark ? place(moon(random, r, palette.orb), { x, y }) : circle(x, y, r, palette.orb));
  }
  if (motif.weather === 'rainbow') {
    const bands = ['#ee6a5f', '#f5a04e', '#f6d55c', '#7cc47f', '#5aa5dd', '#8f74c9'];
    for (const [index, band] of bands.entries()) {
      const r = Math.min(640, bottom * 0.95) - index * 21;
      const cx = width / 2 - side * 140;
      drawing.add(
        stroke(
          `M${round(cx - r)} ${round(bottom + 10)}A${round(r)} ${round(r)} 0 0 1 ${round(cx + r)} ${round(bottom + 10)}`,
          band,
          22,
          opacity(0.5),
        ),
      );
    }
  }
  const storeys = Math.max(1, Math.round(bottom / 420));
  const count = Math.min(40, Math.round((width / 330) * storeys * (palette.dark ? 0.5 : 0.85)) + 1);
  for (let index = 0; index < count; index += 1) {
    const cloudY = random.range(0.14, 0.8) * bottom;
    const fill = mix(lighten(middle, palette.dark ? 0.14 : 0.55), low, cloudY / bottom / 2);
    const size = random.range(130, 310) * (1.15 - (0.5 * cloudY) / bottom);
    const place_ = { x: ((index + random.range(0.1, 0.9)) / count) * width * 1.1 - width * 0.05, y: cloudY };
    drawing.add(place(cloud(random, size, fill, opacity(palette.dark ? 0.45 : 0.85)), place_));
    drawing.add(ellipse(place_.x + size * 0.1, cloudY + 9, size * 0.32, 4, fill, opacity(0.5)));
  }
  if (!palette.dark)
    for (let index = 0; index < Math.min(5, width / 1000); index += 1)
      flock({ ...stage, random: stage.random.fork(`flock${index}`) }, bottom);
  // A tall sky would be empty with clouds alone.
  for (let top = 420; top < bottom - 900; top += random.range(620, 900)) {
    if (palette.dark)
      drawing.add(
        place(cloud(random, random.range(420, 620), lighten(middle, 0.12), opacity(0.5)), {
          x: random.range(0.2, 0.8) * width,
          y: top,
        }),
      );
    else {
      const balloon = hotAirBalloon({
        ...stage,
        random: random.fork(`balloon${round(top)}`),
        motif: { ...motif, subjectColour: null },
        palette: { ...palette, accentTwo: random.pick(['#2f9c95', '#5a6fd0', '#f4a259', '#c86fa0']) },
      });
      drawing.add(
        place(balloon.svg, { x: random.range(0.24, 0.76) * width, y: top, scale: random.range(0.7, 1.7) }),
      );
    }
  }
  return { x, y };
}

/** What falls or floats in front of everything: snow, rain, leaves, petals, fireflies, confetti. */
export function drawWeather({ drawing, width, height, palette, motif, random: base }: Stage): void {
  const random = base.fork('weather');
  const area = Math.min(8, (width * height) / 1e6);
  const scatter = (count: number, one: (x: number, y: number) => string): void => {
    for (let index = 0; index < count * area; index += 1)
      drawing.add(one(random.range(0, width), random.range(0, height)));
  };
  if (motif.weather === 'rain') {
    scatter(110, (x, y) =>
      stroke(
        `M${round(x)} ${round(y)}l-7 ${round(random.range(22, 46))}`,
        '#e8f4ff',
        2.2,
        opacity(random.range(0.25, 0.6)),
      ),
    );
  } else if (motif.weather === 'fireflies') {
    const glow = drawing.radial([
      [0, '#fff3a8', 0.95],
      [0.25, '#ffe27a', 0.5],
      [1, '#ffd95a', 0],
    ]);
    scatter(30, (x, y) => circle(x, y, random.range(12, 34), glow) + circle(x, y, 3, '#fffbe0'));
  } else if (motif.weather === 'confetti') {
    const colours = [palette.accent, palette.accentTwo, '#f7c948', '#64b5e8', '#ef7f9e'] as const;
    scatter(80, (x, y) =>
      place(rect(-5, -3, random.range(8, 14), 7, random.pick(colours), 2), {
        x,
        y: y * 0.85,
        rotate: random.range(0, 180),
      }),
    );
  } else if (motif.season === 'winter' && motif.setting !== 'space' && motif.setting !== 'underwater') {
    scatter(130, (x, y) =>
      circle(x, y, random.next() ** 2 * 6 + 1.8, '#ffffff', opacity(random.range(0.45, 0.95))),
    );
  } else if (
    (motif.season === 'autumn' || motif.season === 'spring') &&
    !['space', 'underwater', 'sea', 'desert', 'studio', 'abstract'].includes(motif.setting)
  ) {
    const leaf = smooth(
      [
        { x: -9, y: 0 },
        { x: 0, y: -5 },
        { x: 10, y: 0 },
        { x: 0, y: 5 },
      ],
      true,
    );
    scatter(24, (x, y) =>
      place(path(leaf, random.pick([palette.leaves[0], palette.leaves[2]]), opacity(0.9)), {
        x,
        y: y * 0.9,
        rotate: random.range(0, 180),
        scale: random.range(0.7, 1.5),
      }),
    );
  }
}
