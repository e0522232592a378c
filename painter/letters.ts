import { fontFamily, type FontMetrics } from './font-metrics.ts';
import { escapeXml, round } from './svg.ts';

/** A text as the font can draw it: one line, no controls, no characters it has no shape for. */
export function drawableText(text: string, font: Pick<FontMetrics, 'has'>): string {
  const drawable = [...text.toWellFormed()]
    .map((character) => (/\s/.test(character) ? ' ' : font.has(character) ? character : ''))
    .join('');
  // Right-to-left letters joined to others would come out reordered; the font draws none of them.
  return drawable
    .replaceAll(/[\p{Cc}\p{Cf}\p{Mn}]/gu, '')
    .replaceAll(/ +/g, ' ')
    .trim();
}

/** A line of text, its baseline beginning at the point. */
export const textElement = (
  content: string,
  x: number,
  y: number,
  size: number,
  fill: string,
  extra = '',
): string =>
  `<text x="${round(x)}" y="${round(y)}" font-family="${fontFamily}" font-weight="600" font-size="${round(size)}" fill="${fill}" ${extra}>${escapeXml(content)}</text>`;
