import { darken, lighten } from './colour.ts';
import { fontMetrics } from './font-metrics.ts';
import { drawableText, textElement } from './letters.ts';
import type { Stage } from './stage.ts';
import { place, rect, round, stroke } from './svg.ts';

const MAX_LINES = 4;
const LINE_HEIGHT = 1.24;

/** Breaks words into lines of about the same length, few enough for their letters to be large. */
export function breakLines(text: string, widthOf: (line: string) => number, widestEm: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && widthOf(longer) > widestEm && lines.length < MAX_LINES) lines.push(word);
    else lines[Math.max(0, lines.length - 1)] = longer;
  }
  return lines;
}

/** Where a sign may hang, in drawing units. */
export interface SignRoom {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Whether there is an edge above to hang it from. */
  readonly hangs: boolean;
}

/** A sign with the quoted words of the prompt on it; nothing when there are none that the font can draw. */
export function drawSign({ drawing, palette, motif, random: base }: Stage, room: SignRoom): void {
  const font = fontMetrics();
  const text = motif.words
    .map((words) => drawableText(words, font))
    .filter((words) => words !== '')
    .join('\n');
  if (text === '') return;
  const longest = Math.max(...text.split('\n').map((line) => font.widthOf(line)));
  const lines = text
    .split('\n')
    .flatMap((line) => breakLines(line, (candidate) => font.widthOf(candidate), Math.max(7, longest / 3)));
  const widest = Math.max(...lines.map((line) => font.widthOf(line)));
  const size = Math.min(
    room.width / (widest + 1.6),
    room.height / (lines.length * LINE_HEIGHT + 0.9 + (room.hangs ? 0.5 : 0)),
    SIGN_LETTERS_MOST,
  );
  const [width, height] = [(widest + 1.6) * size, (lines.length * LINE_HEIGHT + 0.9) * size];
  const middle = room.x + room.width / 2;
  const top = room.hangs ? room.y + size * 0.5 : room.y + (room.height - height) / 2;
  const paint = palette.accent;
  const border = size * 0.14;
  const half = width / 2;
  const rope = (x: number): string =>
    stroke(`M${round(x)} ${round(-top - 20)}V${round(size * 0.2)}`, darken('#8a6a45', 0.25), size * 0.07);
  const letters = lines.map((line, index) =>
    textElement(
      line,
      (-font.widthOf(line) * size) / 2,
      size * (0.45 + LINE_HEIGHT * index + 0.98),
      size,
      darken(paint, 0.55),
    ),
  );
  const board =
    (room.hangs ? rope(-half * 0.72) + rope(half * 0.72) : '') +
    rect(-half + size * 0.05, size * 0.1, width, height, '#120c24', size * 0.34, 'fill-opacity="0.22"') +
    rect(-half, 0, width, height, paint, size * 0.34) +
    rect(
      -half + border,
      border,
      width - border * 2,
      height - border * 2,
      lighten('#fff3da', 0.2),
      size * 0.24,
    ) +
    letters.join('');
  drawing.add(place(board, { x: middle, y: top, rotate: base.fork('sign').range(-1.6, 1.6) }));
}

/** The largest letters in drawing units: on a wide picture a short word should not fill the sky. */
const SIGN_LETTERS_MOST = 120;
