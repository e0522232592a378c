import { parseArgs } from 'node:util';
import { askHealth } from './ask-health.ts';
import { type CommandContext, processContext } from './command-context.ts';
import { commandOutcome } from './command-outcome.ts';
import type { ExitCode } from './exit-codes.ts';

/**
 * Runs the words of a command line. A probe, which containers start every few seconds, takes a short way that loads neither
 * the parser of command lines nor the configuration's schema; it is the same command.
 */
export async function runWords(
  words: readonly string[],
  context: CommandContext = processContext(),
): Promise<ExitCode> {
  const probe = probeOf(words);
  if (probe === undefined) return (await import('./run-command-line.ts')).runCommandLine(words, context);
  return commandOutcome(context, (printable) => askHealth(probe, printable));
}

/** Undefined: another command, or one that asks for help or is mistyped. */
function probeOf([command, ...args]: readonly string[]) {
  if (command !== 'health') return undefined;
  try {
    const options = {
      json: { type: 'boolean' },
      config: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
    } as const;
    return parseArgs({ args, options }).values;
  } catch {
    return undefined;
  }
}
