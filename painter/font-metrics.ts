import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The one typeface of the captions. It lies beside this file in `src/` and in `dist/` alike. */
export const fontFile = fileURLToPath(new URL('./fonts/inter-semibold.ttf', import.meta.url));
export const fontFamily = 'Inter';

/** What a caption has to know of its typeface: which characters it can draw, and how wide they are. */
export interface FontMetrics {
  has(character: string): boolean;
  /** The width of a text at font size 1; characters the font lacks count as nothing. */
  widthOf(text: string): number;
}

/** Maps code points to glyph numbers from a format 4 subtable, the one every font has for the basic plane. */
function readCharacterMap(font: DataView, start: number): Map<number, number> {
  const glyphs = new Map<number, number>();
  const segments = font.getUint16(start + 6) / 2;
  const ends = start + 14;
  const starts = ends + segments * 2 + 2;
  const deltas = starts + segments * 2;
  const offsets = deltas + segments * 2;
  for (let segment = 0; segment < segments; segment += 1) {
    const from = font.getUint16(starts + segment * 2);
    const to = font.getUint16(ends + segment * 2);
    const delta = font.getUint16(deltas + segment * 2);
    const offset = font.getUint16(offsets + segment * 2);
    for (let code = from; code <= to && code !== 0xffff; code += 1) {
      const at = offsets + segment * 2 + offset + (code - from) * 2;
      const glyph = offset === 0 ? code : font.getUint16(at);
      if (glyph !== 0) glyphs.set(code, (glyph + delta) & 0xffff);
    }
  }
  return glyphs;
}

function readMetrics(): FontMetrics {
  const file = readFileSync(fontFile);
  const font = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tables = new Map<string, number>();
  for (let index = 0; index < font.getUint16(4); index += 1) {
    const at = 12 + index * 16;
    tables.set(file.toString('latin1', at, at + 4), font.getUint32(at + 8));
  }
  const table = (name: string): number => {
    const offset = tables.get(name);
    if (offset === undefined) throw new Error(`The caption font ${fontFile} has no ${name} table.`);
    return offset;
  };
  const unitsPerEm = font.getUint16(table('head') + 18);
  const advances = font.getUint16(table('hhea') + 34);
  const maps = table('cmap');
  let glyphs = new Map<number, number>();
  for (let index = 0; index < font.getUint16(maps + 2); index += 1) {
    const start = maps + font.getUint32(maps + 8 + index * 8);
    if (font.getUint16(start) === 4) glyphs = readCharacterMap(font, start);
  }
  const advanceOf = (glyph: number): number =>
    font.getUint16(table('hmtx') + Math.min(glyph, advances - 1) * 4) / unitsPerEm;
  return {
    has: (character) => glyphs.has(character.codePointAt(0) ?? 0),
    widthOf: (text) => {
      let width = 0;
      for (const character of text) {
        const glyph = glyphs.get(character.codePointAt(0) ?? 0);
        if (glyph !== undefined) width += advanceOf(glyph);
      }
      return width;
    },
  };
}

let metrics: FontMetrics | undefined;

/** Read once per worker, at its first caption. */
export function fontMetrics(): FontMetrics {
  metrics ??= readMetrics();
  return metrics;
}
