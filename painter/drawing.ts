import { round } from './svg.ts';

/** One colour of a gradient: how far along (0–1), the colour, and how solid it is (0–1, 1 when left out). */
export type Stop = readonly [offset: number, colour: string, solidity?: number];

/** A picture being drawn: its parts in painting order, and the gradients they use. */
export class Drawing {
  readonly #gradients: string[] = [];
  readonly #parts: string[] = [];
  #nextGradient = 0;

  add(...parts: readonly string[]): void {
    this.#parts.push(...parts);
  }

  /** Puts what another drawing, without gradients, holds on top. */
  append(other: Drawing): void {
    this.#parts.push(...other.#parts);
  }

  /** A gradient along a line, as a paint. Coordinates are fractions of the painted shape's box; the default runs downwards. */
  linear(stops: readonly Stop[], x1 = 0, y1 = 0, x2 = 0, y2 = 1): string {
    return this.#gradient(
      `<linearGradient x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"`,
      'linearGradient',
      stops,
    );
  }

  /** A gradient around a point, as a paint. Coordinates are fractions of the painted shape's box. */
  radial(stops: readonly Stop[], cx = 0.5, cy = 0.5, r = 0.5): string {
    return this.#gradient(`<radialGradient cx="${cx}" cy="${cy}" r="${r}"`, 'radialGradient', stops);
  }

  #gradient(opening: string, tag: string, stops: readonly Stop[]): string {
    const id = `g${this.#nextGradient}`;
    this.#nextGradient += 1;
    const inside = stops.map(
      ([offset, colour, solidity = 1]) =>
        `<stop offset="${round(offset)}" stop-color="${colour}" stop-opacity="${round(solidity)}"/>`,
    );
    this.#gradients.push(opening.replace(' ', ` id="${id}" `), '>', ...inside, `</${tag}>`);
    return `url(#${id})`;
  }

  /** The whole picture as SVG text, `width` x `height` drawing units large. */
  toSvg(width: number, height: number): string {
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
      `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">` +
      `<defs>${this.#gradients.join('')}</defs>${this.#parts.join('')}</svg>`
    );
  }
}
