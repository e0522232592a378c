import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { errorCodeOf } from '../kernel/error-code.ts';
import { configTemplate } from '../config/config-template.ts';
import type { CommandContext } from './command-context.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { systemReason } from './system-reason.ts';

export function registerInitCommand(program: Command, context: CommandContext): void {
  program
    .command('init')
    .argument('[file]', 'where to write it', 'plantain.yaml')
    .summary('write a plantain.yaml to start from')
    .description(
      'Write a plantain.yaml with every setting and what it does, commented out at its default. A file that is there is kept.',
    )
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain init', 'plantain.yaml in this folder, which `plantain serve` reads'],
        ['plantain init /etc/plantain.yaml', 'elsewhere, for `plantain serve --config`'],
      ]),
    )
    .action((file: string) => {
      const target = path.resolve(context.cwd, file);
      try {
        // For its owner alone: keys may be written into it.
        writeFileSync(target, configTemplate(), { flag: 'wx', mode: 0o600 });
      } catch (error) {
        if (errorCodeOf(error) === 'EEXIST')
          throw new CommandError(`${file} exists and is kept. Name another file.`, exitCodes.usage, error);
        throw new CommandError(`${file} cannot be written: ${systemReason(error)}.`, exitCodes.failed, error);
      }
      context.stdout.write(
        `Wrote ${file}: every setting, at its default. Take the "#" away from those you change, then:\n  plantain config check ${file}\n`,
      );
    });
}
