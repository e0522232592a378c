import path from 'node:path';
import { formatMicroUsd } from '../kernel/money.ts';
import { printable } from '../kernel/printable.ts';
import type { CommandContext } from './command-context.ts';
import type { PictureAnswer } from './picture-answer.ts';
import type { FileFormat } from './picture-file-format.ts';
import type { WrittenPicture } from './reserve-output.ts';

/** A picture in its file, as its own bytes describe it. */
export interface DrawnPicture extends WrittenPicture {
  readonly format: FileFormat;
  /** `1024x1024`. */
  readonly size: string;
}

/** Tells what was written: lines for people, or one JSON document. */
export function reportPictures(
  drawn: readonly DrawnPicture[],
  answer: PictureAnswer,
  seconds: number,
  asJson: boolean,
  { stdout, stderr, cwd }: CommandContext,
): void {
  for (const { note, path: file } of drawn) {
    if (note !== undefined) stderr.write(`plantain: ${shortPath(cwd, file)}: ${note}.\n`);
  }
  if (answer.adapted !== undefined) stderr.write(`plantain: adapted: ${answer.adapted}\n`);
  if (asJson) {
    const document = {
      files: drawn.map((file) => ({ path: file.path, format: file.format, size: file.size })),
      size: drawn[0]?.size ?? null,
      cost_micro_usd: answer.costMicroUsd ?? null,
      upstream: answer.upstream ?? null,
      adapted: answer.adapted ?? null,
      request_id: answer.requestId ?? null,
      seconds: Math.round(seconds * 1000) / 1000,
    };
    stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const shown = drawn.map((file) => ({ ...file, path: shortPath(cwd, file.path) }));
  for (const line of pictureLines(shown, answer, seconds)) stdout.write(`${line}\n`);
}

/**
 * `otter.png  1024x1024 png  $0.039  gemini  3.2 s`. Cost and time are the whole order's, so several pictures
 * have them once, in a line of their own.
 */
function pictureLines(
  drawn: readonly DrawnPicture[],
  answer: Pick<PictureAnswer, 'costMicroUsd' | 'upstream'>,
  seconds: number,
): string[] {
  const files = drawn.map(({ path: file, format, size }) => joined([file, `${size} ${format}`]));
  const order = joined([
    answer.costMicroUsd === undefined ? '' : formatMicroUsd(answer.costMicroUsd),
    answer.upstream ?? '',
    `${seconds.toFixed(1)} s`,
  ]);
  if (files.length === 1) return [joined([...files, order])];
  return files.length === 0 ? [] : [...files, joined([`${String(files.length)} pictures`, order])];
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('  ');
}

/** On one line, also where a name has a line end. */
function shortPath(cwd: string, file: string): string {
  const relative = path.relative(cwd, file);
  return printable(relative.startsWith('..') ? file : relative);
}
