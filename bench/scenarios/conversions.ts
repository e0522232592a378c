import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import type { OutputFormat } from '../../src/journey/image-order.ts';
import type { BenchContext } from '../bench-context.ts';
import { type PhotographName, photograph, photographNames, photographSidePx } from '../bodies/photograph.ts';
import { pictureLoss } from '../measure/picture-loss.ts';
import type { ConversionFigures } from '../results.ts';

type EncodeModule = typeof import('../../src/pixels/encode-picture.ts');

/** A way to encode. */
interface Setting {
  readonly format: OutputFormat;
  readonly setting: string;
  /** On pictures of 4K it takes longer than anybody would wait. */
  readonly isSlow?: boolean;
  readonly encode: (pipeline: Sharp) => Sharp;
}

/** What the product does comes first, then the steps around it. */
function settingsOf({ encodeAs }: EncodeModule): Setting[] {
  const ours = (['png', 'jpeg', 'webp', 'avif'] as const).map(
    (format): Setting => ({
      format,
      setting: '**Plantain, by default**',
      encode: (pipeline) => encodeAs(pipeline, format),
    }),
  );
  const png = [1, 2, 3, 6, 9].flatMap((compressionLevel) =>
    [false, true].map(
      (adaptiveFiltering): Setting => ({
        format: 'png',
        setting: `level ${compressionLevel}, ${adaptiveFiltering ? 'adaptive filters' : 'no filter'}`,
        isSlow: compressionLevel > 6,
        encode: (pipeline) => pipeline.png({ compressionLevel, adaptiveFiltering }),
      }),
    ),
  );
  const jpeg = [85, 95].flatMap((quality) =>
    (['4:2:0', '4:4:4'] as const).flatMap((chromaSubsampling) =>
      (['', ', optimised', ', mozjpeg'] as const).map(
        (more): Setting => ({
          format: 'jpeg',
          setting: `quality ${quality}, ${chromaSubsampling}${more}`,
          encode: (pipeline) =>
            pipeline.jpeg({
              quality,
              chromaSubsampling,
              optimiseCoding: more !== '',
              mozjpeg: more === ', mozjpeg',
            }),
        }),
      ),
    ),
  );
  const webp = [85, 92, 96].flatMap((quality) =>
    [0, 1, 2, 4].map(
      (effort): Setting => ({
        format: 'webp',
        setting: `quality ${quality}, effort ${effort}`,
        isSlow: effort > 2,
        encode: (pipeline) => pipeline.webp({ quality, effort }),
      }),
    ),
  );
  const avif = [70, 80].flatMap((quality) =>
    [0, 1, 2].map(
      (effort): Setting => ({
        format: 'avif',
        setting: `quality ${quality}, effort ${effort}`,
        isSlow: effort > 1,
        encode: (pipeline) => pipeline.avif({ quality, effort, chromaSubsampling: '4:4:4' }),
      }),
    ),
  );
  return [...ours, ...png, ...jpeg, ...webp, ...avif].toSorted(
    (left, right) => formats.indexOf(left.format) - formats.indexOf(right.format),
  );
}

const formats: readonly OutputFormat[] = ['png', 'jpeg', 'webp', 'avif'];

/**
 * What encoders take, from a JPEG as Google's models draw it, decoding included, on one thread as in the product: time, bytes,
 * and what is lost against the pixels of that JPEG.
 */
export async function measureConversions(context: BenchContext): Promise<ConversionFigures[]> {
  const { options } = context;
  const file = join(options.productDir, 'src/pixels/encode-picture.ts');
  const settings = settingsOf((await import(pathToFileURL(file).href)) as EncodeModule);
  sharp.concurrency(1);
  sharp.cache(false);
  const figures: ConversionFigures[] = [];
  for (const picture of photographNames) {
    context.log(`conversions of a ${picture}`);
    const drawn = await photograph(picture);
    const before = await sharp(drawn).raw().toBuffer();
    for (const setting of settings) {
      if (setting.isSlow === true && picture.endsWith('4K')) continue;
      figures.push(await measureSetting(picture, setting, drawn, before, options.isQuick ? 1 : 2));
    }
  }
  return figures;
}

async function measureSetting(
  picture: PhotographName,
  { format, setting, encode }: Setting,
  drawn: Buffer,
  before: Buffer,
  rounds: number,
): Promise<ConversionFigures> {
  let cpuMs = Number.POSITIVE_INFINITY;
  let made = Buffer.alloc(0);
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    made = await encode(sharp(drawn)).toBuffer();
    const { user, system } = process.cpuUsage(start);
    cpuMs = Math.min(cpuMs, (user + system) / 1000);
  }
  const after = await sharp(made).removeAlpha().raw().toBuffer();
  const loss = pictureLoss(before, after, photographSidePx(picture));
  return { picture, format, setting, cpuMs, bytes: made.length, sourceBytes: drawn.length, ...loss };
}
