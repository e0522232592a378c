import { type Command, InvalidArgumentError, Option } from 'commander';
import { configSetting } from '../config/config-schema.ts';
import { addConfigOptions } from './config-options.ts';
import { type PictureFormat, pictureFormats } from './picture-file-format.ts';

/** Flags of `generate` and `edit`. */
export interface PictureOptions {
  readonly output?: string;
  readonly force?: true;
  readonly model?: string;
  readonly ratio?: string;
  readonly imageSize?: string;
  readonly size?: string;
  readonly n: number;
  readonly quality?: string;
  readonly format?: PictureFormat;
  readonly compression?: number;
  readonly json?: true;
  readonly dryRun?: true;
}

/** Settings these commands take as flags. */
export const pictureSettings = [
  configSetting('dataDir'),
  configSetting('client.baseUrl'),
  configSetting('client.key'),
];

export function addPictureOptions(command: Command): Command {
  command
    .option(
      '-o, --output <file>',
      'where to write; - is standard output (default: a name made from the prompt)',
    )
    .option('--force', 'overwrite existing files')
    .option('--model <id>', "model (default: the server's)")
    .option('--ratio <w:h>', 'aspect ratio, such as 16:9')
    .option('--image-size <tier>', 'size tier: 512, 1K, 2K or 4K')
    .option('--size <WxH>', 'size in pixels, such as 1536x1024: the nearest the model draws')
    .addOption(
      new Option('-n <count>', 'number of pictures, 1 to 10').argParser(wholeNumber(1, 10)).default(1),
    )
    .option('--quality <level>', 'low, medium, high: picks the size tier when nothing else does')
    .addOption(
      new Option('--format <format>', "file format (default: the file name's, else the model's own)").choices(
        pictureFormats,
      ),
    )
    .addOption(
      new Option('--compression <percent>', 'quality of jpeg, webp and avif, 0 to 100').argParser(
        wholeNumber(0, 100),
      ),
    )
    .option('--dry-run', 'tell what would be drawn and the most it can cost, and draw nothing')
    .option('--json', 'print what was written as JSON');
  return addConfigOptions(command, pictureSettings);
}

/** The flags as fields of the Images API. Values are the server's to judge: it knows its models. */
export function pictureBody(
  prompt: string,
  options: PictureOptions,
  format: PictureFormat | undefined,
): Record<string, string | number> {
  const fields: Record<string, string | number | undefined> = {
    model: options.model,
    prompt,
    n: options.n > 1 ? options.n : undefined,
    aspect_ratio: options.ratio,
    image_size: options.imageSize,
    size: options.size,
    quality: options.quality,
    output_format: format,
    output_compression: options.compression,
  };
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string | number] => field[1] !== undefined),
  );
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${String(min)} to ${String(max)}.`);
  };
}
