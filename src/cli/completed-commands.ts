import type { Command, Option } from 'commander';

/** What a shell can complete behind one command. */
export interface CompletedCommand {
  /** The words that lead to it; none for the program itself. */
  readonly path: readonly string[];
  readonly subcommands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly CompletedOption[];
  /** Values of its argument; empty: file names are offered. */
  readonly choices: readonly string[];
}

export interface CompletedOption {
  /** `-o` and `--output`. */
  readonly names: readonly string[];
  readonly summary: string;
  readonly takesValue: boolean;
  /** Every value there is; empty: file names are offered. */
  readonly choices: readonly string[];
}

/** The program and every command in it, outside in. `choices`: what its argument may be, where commander does not say. */
export function completedCommands(
  command: Command,
  path: readonly string[] = [],
  choices: readonly string[] = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
): CompletedCommand[] {
  const help = command.createHelp();
  const inner = help.visibleCommands(command);
  const completed: CompletedCommand = {
    path,
    subcommands: inner.map((child) => ({
      name: child.name(),
      summary: child.summary() || child.description(),
    })),
    options: help.visibleOptions(command).map(completedOption),
    choices,
  };
  const names = inner.map((child) => child.name());
  return [
    completed,
    ...inner.flatMap((child) => {
      const name = child.name();
      return completedCommands(child, [...path, name], name === 'help' ? names : undefined);
    }),
  ];
}

function completedOption({
  short,
  long,
  description,
  required,
  optional,
  argChoices,
}: Option): CompletedOption {
  return {
    names: [short, long].filter((name) => name !== undefined),
    summary: description.split(/\. | \(default: /)[0] ?? '',
    takesValue: required || optional,
    choices: argChoices ?? [],
  };
}
