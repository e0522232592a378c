import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { loadCommandConfig } from './config-options.ts';
import { drawPictures } from './draw-pictures.ts';
import { examplesHelp } from './examples-help.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { addPictureOptions, type PictureOptions, pictureSettings } from './picture-options.ts';
import { readPictureFile } from './read-picture-file.ts';
import { readPrompt } from './read-prompt.ts';

interface EditOptions extends PictureOptions {
  readonly image: readonly string[];
  readonly mask?: string;
}

const maxImages = 16;

export function registerEditCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('edit')
    .summary('draw a picture from pictures and a prompt')
    .description(
      'Draw a picture from one or more pictures and a prompt. With a mask, only its transparent part changes; outside it every pixel stays.',
    )
    .argument('<prompt>', 'what to change; - reads it from standard input')
    .requiredOption('-i, --image <file>', 'a picture to start from; repeat it for more, at most 16', collect)
    .option('-m, --mask <file>', 'PNG of the same size whose transparent pixels may change');
  addPictureOptions(command)
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain edit -i cat.png "Give the cat a red scarf" -o scarf.png', 'change a picture'],
        [
          'plantain edit -i room.png -m window.png "A view of the sea" -o sea.png',
          'change only a part of it',
        ],
        ['plantain edit -i cat.png -i hat.png "The cat wears the hat" -o both.png', 'join two pictures'],
      ]),
    )
    .action(async (prompt: string, options: EditOptions, self: Command) => {
      const loaded = loadCommandConfig(self, context, pictureSettings);
      if (options.image.length > maxImages) {
        throw new CommandError(
          `at most ${String(maxImages)} pictures can be given with -i.`,
          exitCodes.usage,
        );
      }
      const { maxReferenceBytes } = loaded.config.limits;
      const read = (file: string) => readPictureFile(context.cwd, file, maxReferenceBytes);
      const images = await Promise.all(options.image.map(read));
      const mask = options.mask === undefined ? undefined : await read(options.mask);
      const text = await readPrompt(prompt, context.stdin);
      await drawPictures({ operation: 'edit', prompt: text, options, images, mask }, loaded, context);
    });
}

function collect(file: string, files: readonly string[] = []): readonly string[] {
  return [...files, file];
}
