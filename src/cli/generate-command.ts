import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { loadCommandConfig } from './config-options.ts';
import { drawPictures } from './draw-pictures.ts';
import { examplesHelp } from './examples-help.ts';
import { addPictureOptions, type PictureOptions, pictureSettings } from './picture-options.ts';
import { readPrompt } from './read-prompt.ts';

export function registerGenerateCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('generate')
    .summary('draw a picture from a prompt')
    .description(
      "Draw a picture from a prompt. Works alone, without a server; with --base-url it asks any server of OpenAI's Images API. Existing files are kept unless --force is given.",
    )
    .argument('<prompt>', 'what to draw; - reads it from standard input');
  addPictureOptions(command)
    .addHelpText(
      'after',
      examplesHelp([
        ['plantain generate "A cute baby sea otter" -o otter.png', 'one picture, as PNG because of its name'],
        [
          'plantain generate "A lighthouse" -n 3 --ratio 16:9 --image-size 2K -o light.jpg',
          'light-1.jpg, light-2.jpg, light-3.jpg',
        ],
        [
          'plantain generate "A fox" --base-url http://127.0.0.1:4747 --key sk-...',
          'drawn by a running server',
        ],
        ['echo "A fox" | plantain generate - -o - | display', 'in a pipe'],
      ]),
    )
    .action(async (prompt: string, options: PictureOptions, self: Command) => {
      const loaded = loadCommandConfig(self, context, pictureSettings);
      const text = await readPrompt(prompt, context.stdin);
      await drawPictures(
        { operation: 'generate', prompt: text, options, images: [], mask: undefined },
        loaded,
        context,
      );
    });
}
