import { fontFamily, type FontMetrics, fontMetrics } from './font-metrics.ts';
import { SHORT_SIDE } from './compose-scene.ts';
import type { Stage } from './stage.ts';
import { escapeXml, path, place, rect, round, stroke } from './svg.ts';

/** Characters of the prompt that may reach the caption; the rest could not fit in any case. */
const READ_CHARACTERS = 600;
const BADGE = 'PLANTAIN SANDBOX';
const BADGE_SPACING = 0.07;

/** The prompt as the font can draw it: one line, no controls, no characters it has no shape for. */
export function captionText(prompt: string, font: Pick<FontMetrics, 'has'>): string {
  const start = prompt.slice(0, READ_CHARACTERS).toWellFormed();
  const drawable = [...start]
    .map((character) => (/\s/.test(character) ? ' ' : font.has(character) ? character : ''))
    .join('');
  // Right-to-left letters joined to others would come out reordered; the font draws none of them.
  return drawable
    .replaceAll(/[\p{Cc}\p{Cf}\p{Mn}]/gu, '')
    .replaceAll(/ +/g, ' ')
    .trim();
}

/** Cuts at a word where it can, and marks the cut. */
export function fitText(text: string, fits: (candidate: string) => boolean): string {
  if (fits(text)) return text;
  const characters = [...text];
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(`${characters.slice(0, middle).join('').trimEnd()}…`)) low = middle;
    else high = middle - 1;
  }
  const cut = characters.slice(0, low).join('');
  const atWord = cut.lastIndexOf(' ');
  const kept = atWord > low * 0.6 ? cut.slice(0, atWord) : cut;
  return kept.trim() === '' ? '' : `${kept.trimEnd().replace(/[,;:.!?–-]+$/, '')}…`;
}

const text = (content: string, x: number, y: number, size: number, fill: string, extra = ''): string =>
  `<text x="${round(x)}" y="${round(y)}" font-family="${fontFamily}" font-weight="600" font-size="${round(size)}" fill="${fill}" ${extra}>${escapeXml(content)}</text>`;

/** The little plantain of the badge, about 20 units high. */
const plantain =
  path('M-6 -9C-11 0 -4 10 9 8C11 7 11 5 9 4C3 3 -1 -2 -2 -9C-3 -11 -5 -11 -6 -9Z', '#ffd84f') +
  stroke('M-4 -10L-4.600 -13', '#8fb04a', 2.4);

/**
 * The mark that says who drew this: a pill with the badge in the lower left corner, and the prompt beside
 * it or, in narrow pictures, under it. Letters are sized by real pixels, so they stay legible in small pictures.
 */
export function drawCaption({ drawing, width, height }: Stage, prompt: string, shortSidePx: number): void {
  const font = fontMetrics();
  const unitsPerPixel = SHORT_SIDE / shortSidePx;
  const narrow = width < 1300;
  const badgeWidth = (size: number): number =>
    font.widthOf(BADGE) * size + BADGE.length * BADGE_SPACING * size;
  const wanted = Math.max(17, 8.5 * unitsPerPixel);
  const margin = 26;
  const room = width - margin * 2;
  // In a very narrow picture the badge shrinks to fit rather than run over the edge.
  const size = Math.min(wanted, (room * wanted) / (badgeWidth(wanted) + wanted * 4.2));
  const promptSize = size * 1.14;
  const padding = size * 0.95;
  const icon = size * 1.5;
  const badge = icon + badgeWidth(size);
  const available = narrow ? room - padding * 2 : Math.min(room - padding * 3 - badge - size, 1500);
  const caption = fitText(
    captionText(prompt, font),
    (candidate) => font.widthOf(candidate) * promptSize <= Math.min(available, 44 * promptSize),
  );
  const captionWidth = font.widthOf(caption) * promptSize;
  const twoLines = narrow && caption !== '' && badge + captionWidth + size * 2.4 > room - padding * 2;
  const lineHeight = size * 1.75;
  const boxHeight = size * 2.3 + (twoLines ? lineHeight : 0);
  const boxWidth =
    padding * 2 +
    (caption === '' ? badge : twoLines ? Math.max(badge, captionWidth) : badge + size * 2 + captionWidth);
  const [x, y] = [margin, height - margin - boxHeight];
  const firstLine = y + size * 1.5;
  const parts = [
    rect(x, y + 3, boxWidth, boxHeight, '#120c24', size * 1.15, 'fill-opacity="0.18"'),
    rect(x, y, boxWidth, boxHeight, '#1f1636', size * 1.15, 'fill-opacity="0.66"'),
    place(plantain, { x: x + padding + size * 0.45, y: firstLine - size * 0.34, scale: size / 17 }),
    text(
      BADGE,
      x + padding + icon,
      firstLine,
      size,
      '#ffe9a6',
      `letter-spacing="${round(size * BADGE_SPACING)}"`,
    ),
  ];
  if (caption !== '') {
    parts.push(
      twoLines
        ? text(caption, x + padding, firstLine + lineHeight, promptSize, '#ffffff')
        : rect(
            x + padding + badge + size * 0.9,
            y + boxHeight * 0.28,
            Math.max(1.5, size * 0.09),
            boxHeight * 0.44,
            '#ffffff',
            0,
            'fill-opacity="0.4"',
          ) + text(caption, x + padding + badge + size * 2, firstLine, promptSize, '#ffffff'),
    );
  }
  drawing.add(...parts);
}
