import { rmSync, writeFileSync } from 'node:fs';
import { CommandError, exitCodes } from './exit-codes.ts';
import {
  extensionOfFormat,
  formatOfBytes,
  formatOfExtension,
  type PictureFormat,
} from './picture-file-format.ts';
import { type OutputPlan, plannedPath } from './plan-output.ts';

export interface WrittenPicture {
  /** Absolute. */
  readonly path: string;
  readonly format: PictureFormat | undefined;
  /** Set when the file is not called as planned: why. */
  readonly note: string | undefined;
}

const maxNames = 10_000;

/**
 * Writes one picture under its planned name, or under a truthful one when the bytes are of another format.
 * A file that appeared meanwhile is not touched: the picture is paid for and gets the next free name.
 */
export function writePicture(
  plan: Extract<OutputPlan, { kind: 'files' }>,
  index: number,
  bytes: Buffer,
): WrittenPicture {
  const format = formatOfBytes(bytes);
  const promised = plan.extension === undefined ? undefined : formatOfExtension(plan.extension);
  const isTruthful =
    plan.extension !== undefined && (promised === undefined || format === undefined || promised === format);
  const extension = isTruthful
    ? (plan.extension ?? '')
    : format === undefined
      ? '.bin'
      : extensionOfFormat(format);
  const first = plannedPath(plan, index, extension);
  const path = writeFree(first, extension, bytes, plan.overwrite && isTruthful);
  const isRenamed = plan.extension !== undefined && !isTruthful;
  const note = isRenamed
    ? `the server sent ${format ?? 'another format'}, not ${promised ?? ''}; the file is named after what it is`
    : path !== first && plan.extension !== undefined
      ? 'a file of the planned name appeared meanwhile'
      : undefined;
  return { path, format, note };
}

function writeFree(first: string, extension: string, bytes: Buffer, overwrite: boolean): string {
  for (let attempt = 1; attempt <= maxNames; attempt++) {
    const path =
      attempt === 1
        ? first
        : `${first.slice(0, first.length - extension.length)}-${String(attempt)}${extension}`;
    try {
      writeFileSync(path, bytes, { flag: overwrite ? 'w' : 'wx' });
      return path;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EEXIST') continue;
      if (code === 'ENOSPC') rmSync(path, { force: true });
      throw new CommandError(
        `${path} cannot be written: ${(error as Error).message}.`,
        exitCodes.failed,
        error,
      );
    }
  }
  throw new CommandError(`${first} and ${String(maxNames)} further names exist already.`, exitCodes.failed);
}
