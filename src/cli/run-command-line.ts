import { Command, CommanderError } from 'commander';

import { isStorageFailure } from '../kernel/storage-failure.ts';
import { type CommandContext, printableOutput, processContext, type TextOutput } from './command-context.ts';
import { commandTable } from './command-table.ts';
import { CommandError, type ExitCode, exitCodeMeanings, exitCodes } from './exit-codes.ts';
import { systemReason } from './system-reason.ts';
import { packageManifest } from '../app/package-manifest.ts';

/** Runs one command and returns its exit code. Every failure is one plain line on stderr for each problem. */
export async function runCommandLine(
  words: readonly string[],
  given: CommandContext = processContext(),
): Promise<ExitCode> {
  const context = {
    ...given,
    stdout: printableOutput(given.stdout),
    stderr: printableOutput(given.stderr),
  };
  const exitCode = await runProgram(words, context);
  return exitCode === exitCodes.done ? checkOutput(context.stdout, context.stderr) : exitCode;
}

/** What a command printed may not have arrived: a reader such as `head` leaves when it has enough, which is no failure to tell. */
async function checkOutput(stdout: TextOutput, stderr: TextOutput): Promise<ExitCode> {
  const failure = await stdout.flush();
  if (failure === undefined) return exitCodes.done;
  if (failure.code === 'EPIPE') return exitCodes.brokenPipe;
  stderr.write(`plantain: standard output cannot be written: ${systemReason(failure)}.\n`);
  return exitCodes.failed;
}

async function runProgram(words: readonly string[], context: CommandContext): Promise<ExitCode> {
  const program = await buildProgram(words, context);
  try {
    if (words.length === 0) program.outputHelp();
    // Both letters are common for it.
    else await program.parseAsync(words[0] === '-V' ? ['-v'] : words, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    const { lines, exitCode } = explainFailure(error);
    for (const line of lines) context.stderr.write(`plantain: ${line}\n`);
    return exitCode;
  }
}

/** The program with every command named, and the one that `words` ask for complete. */
export async function buildProgram(words: readonly string[], context: CommandContext): Promise<Command> {
  const program = emptyProgram(context);
  const whole = () => wholeProgram(context);
  const chosen = words.filter((word) => !word.startsWith('-') && word !== 'help')[0];
  for (const { name, summary, load } of commandTable) {
    if (name === chosen) (await load())(program, context, whole);
    else program.command(name).summary(summary).description(summary);
  }
  return program;
}

async function wholeProgram(context: CommandContext): Promise<Command> {
  const program = emptyProgram(context);
  for (const { load } of commandTable) (await load())(program, context, async () => program);
  return program;
}

function emptyProgram(context: CommandContext): Command {
  return new Command('plantain')
    .description(packageManifest.description)
    .version(packageManifest.version, '-v, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns ?? 100,
      // Told by runCommandLine, in one line like every other failure.
      outputError: () => undefined,
    })
    .addHelpText('after', `\n${exitCodesHelp}\nMore about a command: plantain help <command>`);
}

const exitCodesHelp = `Exit codes:\n${exitCodeMeanings.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`).join('\n')}\n`;

function explainFailure(error: unknown): { lines: readonly string[]; exitCode: ExitCode } {
  if (error instanceof CommanderError) {
    // Help and version are "errors" to commander, already printed.
    if (error.exitCode === 0 || error.code === 'commander.help')
      return { lines: [], exitCode: exitCodes.done };
    const line = oneLine(error.message.replace(/^error: /, ''));
    return { lines: [`${line}${/[.)]$/.test(line) ? '' : '.'}`], exitCode: exitCodes.usage };
  }
  if (error instanceof CommandError) return { lines: [oneLine(error.message)], exitCode: error.exitCode };
  if (error instanceof Error && 'problems' in error && Array.isArray(error.problems)) {
    return { lines: error.problems.map(String), exitCode: exitCodes.usage };
  }
  const message = error instanceof Error ? error.message : String(error);
  // Who runs the command is the operator that the message sends callers to.
  const cause = isStorageFailure(error) && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return { lines: [oneLine(`${message}${cause}`)], exitCode: exitCodes.failed };
}

function oneLine(text: string): string {
  return text.replace(/(?<!\s)\s*\n\s*/g, ' ').trim();
}
