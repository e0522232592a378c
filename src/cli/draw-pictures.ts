import type { LoadedConfig } from '../config/load-config.ts';
import type { CommandContext, TextOutput } from './command-context.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { describePicture, type FileFormat } from './picture-file-format.ts';
import type { InputPicture, PictureMaker } from './picture-maker.ts';
import { type PictureOptions, pictureBody } from './picture-options.ts';
import { type DrawnPicture, reportPictures } from './picture-report.ts';
import { type OutputPlan, planOutput } from './plan-output.ts';
import { startProgress } from './progress-line.ts';
import { reportPreview } from './report-preview.ts';
import { type ReservedOutput, reserveOutput, saveElsewhere } from './reserve-output.ts';

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
  const plan = planPictures(input, context);
  const output = plan.kind === 'files' && !options.dryRun ? reserveOutput(plan, options.n) : undefined;
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
    if (options.dryRun) {
      const preview = await maker.preview(request, interruption.signal);
      stopProgress();
      reportPreview(preview, options.json === true, context);
      return;
    }
    const answer = await maker.ask(request, interruption.signal);
    const seconds = (performance.now() - startedMs) / 1000;
    const asked = answer.pictures.slice(0, options.n);
    const drawn: DrawnPicture[] = [];
    const problems: CommandError[] = [];
    for (const [index, picture] of asked.entries()) {
      try {
        const bytes =
          'bytes' in picture ? picture.bytes : await maker.fetchLink(picture.url, interruption.signal);
        drawn.push(await keepPicture(index, bytes, output, context.stdout));
      } catch (error) {
        // The others are paid for as well.
        if (!(error instanceof CommandError) || interruption.signal.aborted) throw error;
        problems.push(error);
      }
    }
    stopProgress();
    if (answer.pictures.length > options.n) {
      const [sent, kept] = [answer.pictures.length, options.n].map(String);
      const verb = options.n === 1 ? 'is' : 'are';
      context.stderr.write(
        `plantain: the server sent ${sent} pictures; the ${kept} asked for ${verb} kept.\n`,
      );
    }
    if (output !== undefined) reportPictures(drawn, answer, seconds, options.json === true, context);
    const last = problems.pop();
    for (const { message } of problems) context.stderr.write(`plantain: ${message}\n`);
    if (last !== undefined) throw last;
    if (drawn.length < options.n) {
      throw new CommandError(
        `${String(drawn.length)} of ${String(options.n)} pictures were drawn.`,
        exitCodes.refused,
      );
    }
  } catch (error) {
    if (interruption.signal.aborted) throw new CommandError('interrupted.', exitCodes.interrupted, error);
    throw error;
  } finally {
    stopProgress();
    release();
    output?.release();
    await maker?.close();
  }
}

function planPictures({ prompt, options }: DrawInput, { cwd, stdout }: CommandContext): OutputPlan {
  const plan = planOutput({
    output: options.output,
    format: options.format,
    count: options.n,
    prompt,
    force: options.force === true,
    cwd,
    isTerminal: stdout.isTTY === true,
  });
  if (plan.kind === 'stdout' && options.json === true) {
    throw new CommandError(
      '-o - and --json both write to standard output. Leave one of them out.',
      exitCodes.usage,
    );
  }
  return plan;
}

/** The server that the configuration or `--base-url` names, else an application in this process. */
async function openPictureMaker(loaded: LoadedConfig): Promise<PictureMaker> {
  const { baseUrl, key } = loaded.config.client;
  if (baseUrl === undefined && loaded.originOf(['client', 'key']).startsWith('flag '))
    throw new CommandError('--key is for a server. Name it with --base-url.', exitCodes.usage);
  if (baseUrl !== undefined) return (await import('./ask-server.ts')).serverPictureMaker(baseUrl, key);
  return await (await import('./ask-locally.ts')).localPictureMaker(loaded);
}

/** Into its reserved file, or without one to standard output. What is no picture is not kept. */
async function keepPicture(
  index: number,
  bytes: Buffer,
  output: ReservedOutput | undefined,
  stdout: TextOutput,
): Promise<DrawnPicture> {
  const facts = describePicture(bytes);
  if (facts === undefined)
    throw new CommandError('the server sent something that is no picture.', exitCodes.unavailable);
  if (output !== undefined) return { ...facts, ...output.write(index, bytes, facts.format) };
  await print(stdout, bytes, facts.format);
  return { ...facts, path: '-', note: undefined };
}

async function print(stdout: TextOutput, bytes: Buffer, format: FileFormat): Promise<void> {
  stdout.write(bytes);
  const failure = await stdout.flush();
  // A reader that left did not want the rest; anything else would lose a picture that is paid for.
  if (failure !== undefined && failure.code !== 'EPIPE')
    throw saveElsewhere('standard output', bytes, format, failure);
}
