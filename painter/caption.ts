import type { PixelBox } from '../src/kernel/sandbox-mark.ts';
import { SHORT_SIDE } from './compose-scene.ts';
import { type FontMetrics, fontMetrics } from './font-metrics.ts';
import { drawableText, textElement } from './letters.ts';
import type { Stage } from './stage.ts';
import { path, place, rect, round, stroke } from './svg.ts';

/** Characters of the prompt that may reach the caption; the rest could not fit in any case. */
const READ_CHARACTERS = 600;
const BADGE = 'PLANTAIN SANDBOX';
const BADGE_SPACING = 0.07;
/** Heights of a line of the caption and of its box without further lines, in letters. */
const LINE_HEIGHT = 1.75;
const BOX_HEIGHT = 2.3;
const MARGIN = 26;

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

/** The prompt as one line that the font can draw. */
export function captionText(prompt: string, font: Pick<FontMetrics, 'has'>): string {
  return drawableText(prompt.slice(0, READ_CHARACTERS), font);
}

/** The little plantain of the badge, about 20 units high. */
const plantain =
  path('M-6 -9C-11 0 -4 10 9 8C11 7 11 5 9 4C3 3 -1 -2 -2 -9C-3 -11 -5 -11 -6 -9Z', '#ffd84f') +
  stroke('M-4 -10L-4.600 -13', '#8fb04a', 2.4);

/** A box in drawing units. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Letters are sized by real pixels, so that they stay legible in small pictures. */
export const letterSize = (shortSidePx: number): number => Math.max(17, (8.5 * SHORT_SIDE) / shortSidePx);

const badgeWidth = (size: number, font: FontMetrics): number =>
  (font.widthOf(BADGE) + BADGE.length * BADGE_SPACING + 1.5) * size;

const pill = ({ x, y, width, height }: Box, size: number): string =>
  rect(x, y + 3, width, height, '#120c24', size * 1.15, 'fill-opacity="0.18"') +
  rect(x, y, width, height, '#1f1636', size * 1.15, 'fill-opacity="0.66"');

const badge = (x: number, baseline: number, size: number): string =>
  place(plantain, { x: x + size * 0.45, y: baseline - size * 0.34, scale: size / 17 }) +
  textElement(
    BADGE,
    x + size * 1.5,
    baseline,
    size,
    '#ffe9a6',
    `letter-spacing="${round(size * BADGE_SPACING)}"`,
  );

/** How large the badge alone is with letters of a size. */
export function badgeSize(size: number): Pick<Box, 'width' | 'height'> {
  return { width: badgeWidth(size, fontMetrics()) + size * 1.9, height: size * BOX_HEIGHT };
}

/** The badge without the prompt, where only a part of the picture will be seen. */
export function drawBadge({ drawing }: Pick<Stage, 'drawing'>, box: Box): Box {
  const size = box.height / BOX_HEIGHT;
  drawing.add(pill(box, size), badge(box.x + size * 0.95, box.y + size * 1.5, size));
  return box;
}

/**
 * The mark that says who drew this: a pill with the badge in the lower left corner, the prompt beside it or, in narrow
 * pictures, under it, and a line for what could not be drawn. Returns the pill.
 */
export function drawCaption(
  { drawing, width, height }: Pick<Stage, 'drawing' | 'width' | 'height'>,
  prompt: string,
  shortSidePx: number,
  notice = '',
): Box {
  const font = fontMetrics();
  const wanted = letterSize(shortSidePx);
  const room = width - MARGIN * 2;
  // In a very narrow picture the badge shrinks to fit rather than run over the edge.
  const size = Math.min(wanted, (room * wanted) / (badgeWidth(wanted, font) + wanted * 2.7));
  const promptSize = size * 1.14;
  const padding = size * 0.95;
  const badgeUnits = badgeWidth(size, font);
  const narrow = width < 1300;
  const available = narrow ? room - padding * 2 : Math.min(room - padding * 3 - badgeUnits - size, 1500);
  const fits =
    (units: number) =>
    (candidate: string): boolean =>
      font.widthOf(candidate) * promptSize <= Math.min(units, 44 * promptSize);
  const caption = fitText(captionText(prompt, font), fits(available));
  const told = fitText(notice, fits(room - padding * 2));
  const captionUnits = font.widthOf(caption) * promptSize;
  const isUnder = narrow && caption !== '' && badgeUnits + captionUnits + size * 2.4 > room - padding * 2;
  const lines = [...(isUnder ? [caption] : []), ...(told === '' ? [] : [told])];
  const firstLine = isUnder || caption === '' ? badgeUnits : badgeUnits + size * 2 + captionUnits;
  const boxHeight = size * (BOX_HEIGHT + LINE_HEIGHT * lines.length);
  const box = {
    x: MARGIN,
    y: height - MARGIN - boxHeight,
    width: padding * 2 + Math.max(firstLine, ...lines.map((line) => font.widthOf(line) * promptSize)),
    height: boxHeight,
  };
  const baseline = box.y + size * 1.5;
  const left = box.x + padding;
  drawing.add(pill(box, size), badge(left, baseline, size));
  if (caption !== '' && !isUnder) {
    const bar = { x: left + badgeUnits + size * 0.9, y: box.y + size * 0.64, height: size * 1.02 };
    drawing.add(
      rect(bar.x, bar.y, Math.max(1.5, size * 0.09), bar.height, '#ffffff', 0, 'fill-opacity="0.4"'),
      textElement(caption, left + badgeUnits + size * 2, baseline, promptSize, '#ffffff'),
    );
  }
  for (const [index, line] of lines.entries()) {
    const fill = line === told ? '#ffc7a8' : '#ffffff';
    drawing.add(textElement(line, left, baseline + size * LINE_HEIGHT * (index + 1), promptSize, fill));
  }
  return box;
}

/** A box of the drawing in pixels of the picture. */
export function pixelBox({ x, y, width, height }: Box, pixelsPerUnit: number): PixelBox {
  const px = (units: number): number => Math.max(0, Math.round(units * pixelsPerUnit));
  return { left: px(x), top: px(y), width: px(width), height: px(height) };
}
