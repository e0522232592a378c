import { Argument, type Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { completedCommands } from './completed-commands.ts';
import { completionScripts, type ShellName } from './completion-scripts.ts';
import { examplesHelp } from './examples-help.ts';

export function registerCompletionCommand(
  program: Command,
  context: CommandContext,
  whole: () => Promise<Command>,
): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell it is for').choices(Object.keys(completionScripts)))
    .summary('print completion for bash, zsh or fish')
    .description('Print a script that lets the shell complete commands, options and their values.')
    .addHelpText(
      'after',
      examplesHelp([
        ['eval "$(plantain completion bash)"', 'bash, in ~/.bashrc'],
        ['eval "$(plantain completion zsh)"', 'zsh, in ~/.zshrc, after compinit'],
        ['plantain completion fish > ~/.config/fish/completions/plantain.fish', 'fish, once'],
      ]),
    )
    .action(async (shell: ShellName) => {
      context.stdout.write(completionScripts[shell](completedCommands(await whole())));
    });
}
