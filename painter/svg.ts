/** Small, pure builders of SVG text. Numbers are rounded to hundredths, which keeps the text short and stable. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const round = (value: number): number => Math.round(value * 100) / 100;

/** Escapes text for XML and drops the characters XML 1.0 forbids, lone surrogates among them. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

export const ellipse = (x: number, y: number, rx: number, ry: number, fill: string, extra = ''): string =>
  `<ellipse cx="${round(x)}" cy="${round(y)}" rx="${round(rx)}" ry="${round(ry)}" fill="${fill}" ${extra}/>`;

export const circle = (x: number, y: number, r: number, fill: string, extra = ''): string =>
  `<circle cx="${round(x)}" cy="${round(y)}" r="${round(r)}" fill="${fill}" ${extra}/>`;

export const rect = (
  x: number,
  y: number,
  width: number,
  height: number,
  fill: string,
  radius = 0,
  extra = '',
): string =>
  `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${round(radius)}" fill="${fill}" ${extra}/>`;

/** A picture, given as a data URI, stretched into a box. */
export const image = (uri: string, x: number, y: number, width: number, height: number): string =>
  `<image x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" preserveAspectRatio="none" xlink:href="${uri}"/>`;

export const path = (d: string, fill: string, extra = ''): string =>
  `<path d="${d}" fill="${fill}" ${extra}/>`;

/** A round-ended line along the path. */
export const stroke = (d: string, colour: string, width: number, extra = ''): string =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${round(width)}" stroke-linecap="round" stroke-linejoin="round" ${extra}/>`;

/**
 * How solid a shape is. Written as fill and stroke opacity: plain `opacity` makes the rasterizer paint the
 * shape on a layer of its own first, which costs most of the time of a large picture.
 */
export const opacity = (value: number): string =>
  `fill-opacity="${round(value)}" stroke-opacity="${round(value)}"`;

export interface Placement {
  readonly x?: number;
  readonly y?: number;
  readonly scale?: number;
  readonly rotate?: number;
  /** Mirrors left and right. */
  readonly flip?: boolean;
}

/** Puts drawn parts somewhere else, turned and scaled about their own origin. */
export function place(
  content: string,
  { x = 0, y = 0, scale = 1, rotate = 0, flip = false }: Placement,
): string {
  const mirrored = flip ? -scale : scale;
  const turn = rotate === 0 ? '' : ` rotate(${round(rotate)})`;
  return `<g transform="translate(${round(x)} ${round(y)})${turn} scale(${Math.round(mirrored * 1e4) / 1e4} ${Math.round(scale * 1e4) / 1e4})">${content}</g>`;
}

/** A smooth curve through the points (Catmull-Rom as cubic Béziers), starting with `M`. */
export function smooth(points: readonly Point[], closed = false): string {
  const first = points[0];
  if (first === undefined) return '';
  const at = (index: number): Point => {
    const wrapped = closed
      ? (index + points.length) % points.length
      : Math.min(points.length - 1, Math.max(0, index));
    return points[wrapped] ?? first;
  };
  const segments: string[] = [`M${round(first.x)} ${round(first.y)}`];
  for (let index = 0; index < (closed ? points.length : points.length - 1); index += 1) {
    const [before, from, to, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    segments.push(
      `C${round(from.x + (to.x - before.x) / 6)} ${round(from.y + (to.y - before.y) / 6)} ` +
        `${round(to.x - (after.x - from.x) / 6)} ${round(to.y - (after.y - from.y) / 6)} ${round(to.x)} ${round(to.y)}`,
    );
  }
  return closed ? `${segments.join('')}Z` : segments.join('');
}

export const polygon = (points: readonly Point[]): string =>
  `M${points.map((point) => `${round(point.x)} ${round(point.y)}`).join('L')}Z`;
