import { isStorageFailure } from '../kernel/storage-failure.ts';
import { type CommandContext, printableOutput, type TextOutput } from './command-context.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-codes.ts';
import { systemReason } from './system-reason.ts';

/** Runs what a command does and returns its exit code. Every failure is one plain line on stderr for each problem. */
export async function commandOutcome(
  given: CommandContext,
  run: (context: CommandContext) => Promise<void>,
): Promise<ExitCode> {
  const context = {
    ...given,
    stdout: printableOutput(given.stdout),
    stderr: printableOutput(given.stderr),
  };
  try {
    await run(context);
  } catch (error) {
    const { lines, exitCode } = explainFailure(error);
    for (const line of lines) context.stderr.write(`plantain: ${line}\n`);
    return exitCode;
  }
  return checkOutput(context.stdout, context.stderr);
}

/** What a command printed may not have arrived: a reader such as `head` leaves when it has enough, which is no failure to tell. */
async function checkOutput(stdout: TextOutput, stderr: TextOutput): Promise<ExitCode> {
  const failure = await stdout.flush();
  if (failure === undefined) return exitCodes.done;
  if (failure.code === 'EPIPE') return exitCodes.brokenPipe;
  stderr.write(`plantain: standard output cannot be written: ${systemReason(failure)}.\n`);
  return exitCodes.failed;
}

function explainFailure(error: unknown): { lines: readonly string[]; exitCode: ExitCode } {
  if (error instanceof CommandError) return { lines: [oneLine(error.message)], exitCode: error.exitCode };
  if (error instanceof Error && 'problems' in error && Array.isArray(error.problems)) {
    return { lines: error.problems.map(String), exitCode: exitCodes.usage };
  }
  const message = error instanceof Error ? error.message : String(error);
  // Who runs the command is the operator that the message sends callers to.
  const cause = isStorageFailure(error) && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return { lines: [oneLine(`${message}${cause}`)], exitCode: exitCodes.failed };
}

export function oneLine(text: string): string {
  return text.replace(/(?<!\s)\s*\n\s*/g, ' ').trim();
}
