import { Command, CommanderError } from 'commander';

import { type CommandContext, processContext } from './command-context.ts';
import { commandOutcome, oneLine } from './command-outcome.ts';
import { commandTable } from './command-table.ts';
import { CommandError, type ExitCode, exitCodeMeanings, exitCodes } from './exit-codes.ts';
import { naturalGuess } from './natural-guess.ts';
import { packageManifest } from '../app/package-manifest.ts';

/** Runs one command and returns its exit code. Every failure is one plain line on stderr for each problem. */
export function runCommandLine(
  words: readonly string[],
  given: CommandContext = processContext(),
): Promise<ExitCode> {
  return commandOutcome(given, (context) => runProgram(words, context));
}

async function runProgram(words: readonly string[], context: CommandContext): Promise<void> {
  const program = await buildProgram(words, context);
  try {
    if (words.length === 0) program.outputHelp();
    else await program.parseAsync(meant(words), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version are "errors" to commander, already printed.
    if (error.exitCode === 0 || error.code === 'commander.help') return;
    throw new CommandError(whatIsWrong(error, words), exitCodes.usage, error);
  }
}

/** What commander found, and where it is known, what was meant. */
function whatIsWrong({ code, message }: CommanderError, words: readonly string[]): string {
  const line = withoutArgument(oneLine(message.replace(/^error: /, '')));
  const isUnknown = code === 'commander.unknownCommand' || code === 'commander.excessArguments';
  const guess = isUnknown ? naturalGuess(words) : undefined;
  const [told = line] = guess === undefined ? [line] : line.split(' (Did you mean ');
  const sentence = `${told}${/[.)]$/.test(told) ? '' : '.'}`;
  return guess === undefined ? sentence : `${sentence} ${guess}`;
}

/** What an argument must be says it all, but where it begins with a pronoun. */
function withoutArgument(line: string): string {
  if (!line.startsWith('command-argument value ')) return line;
  const named = line.indexOf(" is invalid for argument '");
  const hint = line.slice(line.indexOf("'. ", named) + 3);
  return named < 0 || /^(It|Allowed) /.test(hint) ? line : hint;
}

/** `-V` is common for the version too, and help for a command that there is none of is as wrong as that command. */
function meant(words: readonly string[]): readonly string[] {
  const [first, second, ...more] = words;
  if (first === '-V') return ['-v'];
  const isMistyped =
    first === 'help' && second !== undefined && !commandTable.some(({ name }) => name === second);
  return isMistyped && !/^(-|help$)/.test(second) ? [second, ...more] : words;
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
