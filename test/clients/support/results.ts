import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { type Feature, featureNames } from './features.ts';
import { differingOutsideHole } from './inputs.ts';

/** One line `@result {…}` of a suite, whatever its language. */
export interface Reported {
  readonly feature: Feature;
  readonly status: 'pass' | 'fail' | 'unsupported';
  readonly detail?: string;
  readonly pictures?: readonly ReportedPicture[];
}

interface ReportedPicture {
  readonly file: string;
  /** Expected pixels, such as `1024x1024`. */
  readonly size?: string;
  /** Expected format in sharp's words: `png`, `jpeg`, `webp`. */
  readonly format?: string;
  /** The result of an edit with `mask.png`: outside it nothing may differ. */
  readonly masked?: boolean;
}

export type Verdicts = ReadonlyMap<Feature, { readonly mark: '✓' | '–' | '✗'; readonly detail: string }>;

/** Reads a suite's output and decodes every picture it wrote. A feature it is silent about failed. */
export async function judge(stdout: string, inputs: string): Promise<Verdicts> {
  const verdicts = new Map<Feature, { mark: '✓' | '–' | '✗'; detail: string }>();
  for (const feature of featureNames) verdicts.set(feature, { mark: '✗', detail: 'not reported' });
  for (const [, json] of stdout.matchAll(/^@result (\{.*\})\s*$/gm)) {
    const reported = JSON.parse(json ?? '') as Reported;
    if (reported.status === 'unsupported') {
      verdicts.set(reported.feature, { mark: '–', detail: reported.detail ?? '' });
      continue;
    }
    const problem =
      reported.status === 'fail' ? (reported.detail ?? 'failed') : await problemWith(reported, inputs);
    verdicts.set(
      reported.feature,
      problem === undefined ? { mark: '✓', detail: '' } : { mark: '✗', detail: problem },
    );
  }
  return verdicts;
}

async function problemWith({ pictures = [] }: Reported, inputs: string): Promise<string | undefined> {
  for (const { file, size, format, masked } of pictures) {
    const problem = await pictureProblem(file, size, format);
    if (problem !== undefined) return problem;
    const differing = masked === true ? await differingOutsideHole(file, inputs) : 0;
    if (differing > 0) return `${differing} pixels outside the mask differ`;
  }
  return undefined;
}

/** Why a file is not the picture it should be; undefined when it is. Every pixel is decoded. */
export async function pictureProblem(
  file: string,
  size: string | undefined,
  format: string | undefined,
): Promise<string | undefined> {
  try {
    const bytes = await readFile(file);
    const metadata = await sharp(bytes).metadata();
    await sharp(bytes, { failOn: 'warning' }).raw().toBuffer();
    const found = `${metadata.width}x${metadata.height}`;
    if (size !== undefined && found !== size) return `the picture is ${found}, not ${size}`;
    if (format !== undefined && metadata.format !== format)
      return `the picture is ${metadata.format}, not ${format}`;
    return undefined;
  } catch (error) {
    return `the picture cannot be decoded: ${error instanceof Error ? error.message : String(error)}`;
  }
}
