import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import path from 'node:path';
import { CommandError, exitCodes } from './exit-codes.ts';
import { systemReason } from './system-reason.ts';
import {
  extensionOfFormat,
  formatOfExtension,
  type PictureFormat,
  pictureExtensions,
} from './picture-file-format.ts';

export interface OutputWishes {
  /** `-o`; `-` is standard output. */
  readonly output: string | undefined;
  /** `--format`. */
  readonly format: PictureFormat | undefined;
  readonly count: number;
  readonly prompt: string;
  readonly force: boolean;
  readonly cwd: string;
  /** Standard output is a terminal, which a picture's bytes would only garble. */
  readonly isTerminal: boolean;
}

export type OutputPlan = { readonly kind: 'stdout'; readonly format: PictureFormat | undefined } | FilesPlan;

export interface FilesPlan {
  readonly kind: 'files';
  /** What to ask the server for, so that name and bytes agree; undefined: the model's own format. */
  readonly format: PictureFormat | undefined;
  /** Absolute path without number and extension. */
  readonly stem: string;
  /** As the user wrote it; undefined when the true one is to be added. */
  readonly extension: string | undefined;
  readonly isNumbered: boolean;
  /** False: an existing file is never touched, the next free name is taken. */
  readonly overwrite: boolean;
}

/**
 * Decides names and format before anything is drawn, since a picture that cannot be kept still costs money.
 * Throws CommandError for names that cannot work.
 */
export function planOutput(wishes: OutputWishes): OutputPlan {
  const { output, format, count, force, cwd } = wishes;
  if (output === '') throw usage('-o is empty. Give a file name, or leave it out.');
  if (output === '-') {
    if (count > 1)
      throw usage('-o - writes one picture to standard output; -n asks for more. Give a file name.');
    if (wishes.isTerminal)
      throw usage(
        '-o - would write a picture into the terminal. Send it on, as with > otter.png, or give a file name.',
      );
    return { kind: 'stdout', format };
  }
  const isNumbered = count > 1;
  const target = path.resolve(cwd, output ?? '.');
  if (output === undefined || isFolder(target) || /[/\\]$/.test(output)) {
    requireFolder(target);
    return {
      kind: 'files',
      format,
      stem: path.join(target, slug(wishes.prompt)),
      extension: undefined,
      isNumbered,
      overwrite: false,
    };
  }
  requireFolder(path.dirname(target));
  requireNoDevice(target, cwd);
  const written = path.extname(target);
  const promised = formatOfExtension(written);
  if (written !== '' && promised === undefined) {
    const endings = pictureExtensions.join(', ');
    throw usage(
      `-o ${output}: pictures are written as ${endings}. Take one of these endings, or none: the true one is then added.`,
    );
  }
  if (promised !== undefined && format !== undefined && promised !== format) {
    throw usage(`-o ${output} and --format ${format} disagree. Leave one of them out.`);
  }
  const wanted = format ?? promised;
  const extension = written === '' ? (wanted === undefined ? undefined : extensionOfFormat(wanted)) : written;
  const plan: FilesPlan = {
    kind: 'files',
    format: wanted,
    stem: written === '' ? target : target.slice(0, -written.length),
    extension,
    isNumbered,
    overwrite: force,
  };
  if (extension !== undefined) {
    for (let index = 0; index < count; index++) requireTarget(plannedPath(plan, index, extension), wishes);
  }
  return plan;
}

/** A name that is free, or with `--force` a file that may be overwritten. */
function requireTarget(name: string, { force, cwd }: OutputWishes): void {
  const shown = path.relative(cwd, name);
  const isTaken = look(shown, () => lstatSync(name, { throwIfNoEntry: false })) !== undefined;
  if (isTaken && !force) throw usage(`${shown} exists. Choose another name, or overwrite it with --force.`);
  if (requireNoDevice(name, cwd)) look(shown, () => accessSync(name, constants.W_OK));
}

/** Whether there is something. What is no file, such as a device, a pipe or a folder, is no place for a picture. */
function requireNoDevice(name: string, cwd: string): boolean {
  const shown = path.relative(cwd, name);
  const status = look(shown, () => statSync(name, { throwIfNoEntry: false }));
  if (status === undefined || status.isFile()) return status !== undefined;
  throw usage(`${shown} is not a file. Give a file name, or write to standard output with -o -.`);
}

function look<Value>(shown: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw new CommandError(`${shown} cannot be written: ${systemReason(error)}.`, exitCodes.failed, error);
  }
}

/** The path of picture `index` with this extension. */
export function plannedPath(plan: FilesPlan, index: number, extension: string): string {
  return `${plan.stem}${plan.isNumbered ? `-${String(index + 1)}` : ''}${extension}`;
}

/** A file name from the prompt: `a-cute-baby-sea-otter`. */
export function slug(prompt: string): string {
  const words = prompt
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+/, '');
  const cut = Array.from(words)
    .slice(0, 40)
    .join('')
    .replace(/(?<!-)-+$/, '');
  return cut === '' ? 'picture' : cut;
}

function isFolder(target: string): boolean {
  try {
    return statSync(target).isDirectory();
  } catch {
    return false;
  }
}

function requireFolder(folder: string): void {
  if (!isFolder(folder)) throw usage(`there is no folder ${folder}. Make it first.`);
}

function usage(message: string): CommandError {
  return new CommandError(message, exitCodes.usage);
}
