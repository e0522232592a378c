import path from 'node:path';
import { formatMicroUsd } from '../kernel/money.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { openPictureMaker } from './open-picture-maker.ts';
import type { InputPicture, PictureMaker } from './picture-maker.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { type AnsweredPicture, type PictureAnswer, readPictureAnswer } from './picture-answer.ts';
import { type PictureOptions, pictureBody } from './picture-options.ts';
import { planOutput } from './plan-output.ts';
import { startProgress } from './progress-line.ts';
import { type WrittenPicture, writePicture } from './write-picture.ts';

export interface DrawInput {
  readonly operation: 'generate' | 'edit';
  readonly prompt: string;
  readonly options: PictureOptions;
  readonly images: readonly InputPicture[];
  readonly mask: InputPicture | undefined;
}

/** Draws, writes the files and prints one line for each. Throws CommandError with the exit code of the failure. */
export async function drawPictures(
  input: DrawInput,
  loaded: LoadedConfig,
  context: CommandContext,
): Promise<void> {
  const { operation, prompt, options, images, mask } = input;
  const plan = planOutput({
    output: options.output,
    format: options.format,
    count: options.n,
    prompt,
    force: options.force === true,
    cwd: context.cwd,
  });
  if (plan.kind === 'stdout' && options.json === true) {
    throw new CommandError(
      '-o - and --json both write to standard output. Leave one of them out.',
      exitCodes.usage,
    );
  }
  const startedMs = performance.now();
  const interruption = new AbortController();
  const release = context.onInterrupt(() => interruption.abort());
  let stopProgress = startProgress(context.stderr, 'starting');
  let maker: PictureMaker | undefined;
  try {
    maker = await openPictureMaker(loaded);
    stopProgress();
    stopProgress = startProgress(context.stderr, maker.label);
    const request = { operation, body: pictureBody(prompt, options, plan.format), images, mask };
    const answer = readPictureAnswer(await maker.ask(request, interruption.signal));
    const seconds = (performance.now() - startedMs) / 1000;
    const written: WrittenPicture[] = [];
    for (const [index, picture] of answer.pictures.entries()) {
      const bytes = await bytesOf(picture, maker, interruption.signal);
      stopProgress();
      if (plan.kind === 'files') written.push(writePicture(plan, index, bytes));
      else context.stdout.write(bytes);
    }
    report(written, answer, seconds, options.json === true, context);
    if (answer.pictures.length < options.n) {
      throw new CommandError(
        `${String(answer.pictures.length)} of ${String(options.n)} pictures were drawn.`,
        exitCodes.refused,
      );
    }
  } catch (error) {
    if (interruption.signal.aborted) throw new CommandError('interrupted.', exitCodes.interrupted, error);
    throw error;
  } finally {
    stopProgress();
    release();
    await maker?.close();
  }
}

async function bytesOf(picture: AnsweredPicture, maker: PictureMaker, signal: AbortSignal): Promise<Buffer> {
  return 'bytes' in picture ? picture.bytes : await maker.fetchLink(picture.url, signal);
}

function report(
  written: readonly WrittenPicture[],
  answer: PictureAnswer,
  seconds: number,
  asJson: boolean,
  { stdout, stderr, cwd }: CommandContext,
): void {
  for (const { note, path: file } of written) {
    if (note !== undefined) stderr.write(`plantain: ${shortPath(cwd, file)}: ${note}.\n`);
  }
  if (answer.adapted !== undefined) stderr.write(`plantain: adapted: ${answer.adapted}\n`);
  if (asJson) {
    const document = {
      files: written.map((file) => ({ path: file.path, format: file.format ?? null })),
      size: answer.size ?? null,
      cost_micro_usd: answer.costMicroUsd ?? null,
      upstream: answer.upstream ?? null,
      adapted: answer.adapted ?? null,
      request_id: answer.requestId ?? null,
      seconds: Math.round(seconds * 1000) / 1000,
    };
    stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const shown = written.map((file) => ({ ...file, path: shortPath(cwd, file.path) }));
  for (const line of pictureLines(shown, answer, seconds)) stdout.write(`${line}\n`);
}

/**
 * `otter.png  1024x1024 png  $0.039  gemini  3.2 s`. Cost and time are the whole order's, so several pictures
 * have them once, in a line of their own.
 */
export function pictureLines(
  written: readonly Pick<WrittenPicture, 'path' | 'format'>[],
  answer: Pick<PictureAnswer, 'size' | 'costMicroUsd' | 'upstream'>,
  seconds: number,
): string[] {
  const files = written.map(({ path: file, format }) =>
    joined([file, [answer.size, format].filter(Boolean).join(' ')]),
  );
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

function shortPath(cwd: string, file: string): string {
  const relative = path.relative(cwd, file);
  return relative.startsWith('..') ? file : relative;
}
