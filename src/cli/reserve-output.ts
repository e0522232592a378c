import { closeSync, lstatSync, openSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errorCodeOf } from '../kernel/error-code.ts';
import { randomBase62 } from '../kernel/ids.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { extensionOfFormat, type FileFormat, formatOfExtension } from './picture-file-format.ts';
import { type FilesPlan, plannedPath } from './plan-output.ts';
import { ReservedFile } from './reserved-file.ts';
import { systemReason } from './system-reason.ts';

export interface WrittenPicture {
  /** Absolute. */
  readonly path: string;
  /** Set when the file is not called as planned: why. */
  readonly note: string | undefined;
}

/** Places for the pictures of a plan, opened and tried before anything is drawn. */
export interface ReservedOutput {
  /** Writes picture `index`, which has this format. Throws CommandError that tells where it was saved instead. */
  write(index: number, bytes: Buffer, format: FileFormat): WrittenPicture;
  /** Removes what was not used. */
  release(): void;
}

const maxNames = 10_000;

/** Takes room for `count` pictures. Throws CommandError when they could not be written: nothing is paid yet. */
export function reserveOutput(plan: FilesPlan, count: number): ReservedOutput {
  const files: ReservedFile[] = [];
  const release = (): void => {
    for (const file of files) file.discard();
  };
  try {
    for (let index = 0; index < count; index++) {
      const name = plannedPath(plan, index, plan.extension ?? '.png');
      if (!plan.overwrite) tryName(name);
      files.push(new ReservedFile(path.dirname(plan.overwrite ? linkTarget(name) : name)));
    }
  } catch (error) {
    release();
    const name = plannedPath(plan, 0, plan.extension ?? '');
    throw new CommandError(`${name} cannot be written: ${systemReason(error)}.`, exitCodes.failed, error);
  }
  return {
    write(index, bytes, format) {
      const file = files[index];
      if (file === undefined) throw new RangeError('more pictures than places');
      try {
        return writePicture(plan, index, file, bytes, format);
      } catch (error) {
        const planned = plannedPath(plan, index, plan.extension ?? extensionOfFormat(format));
        throw saveElsewhere(planned, bytes, format, error);
      }
    },
    release,
  };
}

/**
 * Puts a picture that is paid for where it can be, since it cannot be where it should. The error that comes back
 * tells both.
 */
export function saveElsewhere(
  target: string,
  bytes: Buffer,
  format: FileFormat,
  cause: unknown,
): CommandError {
  const reason = `${target} cannot be written: ${systemReason(cause)}.`;
  for (const folder of [tmpdir(), process.cwd()]) {
    const saved = path.join(folder, `plantain-${randomBase62(12)}${extensionOfFormat(format)}`);
    try {
      writeFileSync(saved, bytes, { flag: 'wx' });
      return new CommandError(
        `${reason} The picture was saved as ${saved} instead.`,
        exitCodes.failed,
        cause,
      );
    } catch {
      rmSync(saved, { force: true });
    }
  }
  return new CommandError(`${reason} It could not be saved elsewhere either.`, exitCodes.failed, cause);
}

/**
 * Under its planned name, or under a truthful one when the bytes are of another format. A file that appeared
 * meanwhile is not touched: the picture is paid for and gets the next free name.
 */
function writePicture(
  plan: FilesPlan,
  index: number,
  file: ReservedFile,
  bytes: Buffer,
  format: FileFormat,
): WrittenPicture {
  const promised = plan.extension === undefined ? undefined : formatOfExtension(plan.extension);
  const isTruthful = promised === format;
  const extension = isTruthful ? (plan.extension ?? '') : extensionOfFormat(format);
  const first = plannedPath(plan, index, extension);
  file.fill(bytes);
  if (plan.overwrite && isTruthful) {
    file.replace(linkTarget(first));
    return { path: first, note: undefined };
  }
  const written = moveToFree(file, first, extension);
  if (plan.extension === undefined) return { path: written, note: undefined };
  if (!isTruthful) {
    const note = `the server sent ${format}, not ${promised ?? ''}; the file is named after what it is`;
    return { path: written, note };
  }
  return {
    path: written,
    note: written === first ? undefined : 'a file of the planned name appeared meanwhile',
  };
}

function moveToFree(file: ReservedFile, first: string, extension: string): string {
  for (let attempt = 1; attempt <= maxNames; attempt++) {
    const name =
      attempt === 1
        ? first
        : `${first.slice(0, first.length - extension.length)}-${String(attempt)}${extension}`;
    if (file.moveToFree(name)) return name;
  }
  throw new Error(`it and ${String(maxNames)} further names exist already`);
}

/** Some names are refused only when a file is made: too long, or with characters that the disk does not take. */
function tryName(name: string): void {
  try {
    closeSync(openSync(name, 'wx'));
    rmSync(name);
  } catch (error) {
    if (errorCodeOf(error) !== 'EEXIST') throw error;
  }
}

/** Where a symbolic link leads, be there a file or not: the link stays, and what it leads to is written. */
function linkTarget(name: string): string {
  let target = name;
  for (let hop = 0; hop < 40; hop++) {
    const isLink = lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    if (!isLink) return target;
    target = path.resolve(realpathSync(path.dirname(target)), readlinkSync(target));
  }
  throw new Error('its symbolic links go in a circle');
}
