import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { randomBase62 } from '../kernel/ids.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { systemReason } from './system-reason.ts';

/** Where an archive goes. */
export interface BackupOutput {
  /** A folder with room for a copy of the database. */
  readonly folder: string;
  readonly send: (bytes: Buffer) => Promise<void>;
  /** It is whole: it takes its name, from an older one too. */
  readonly keep: () => Promise<void>;
  /** Leaves nothing behind of one that was not kept. */
  readonly discard: () => Promise<void>;
}

/** A file for its owner alone, under another name until it is whole, or standard output. */
export async function backupOutput(
  file: string,
  { cwd, stdout }: CommandContext,
  dataDir: string,
): Promise<BackupOutput> {
  if (file === '-')
    return {
      folder: dataDir,
      send: async (bytes) => {
        if (stdout.write(bytes)) return;
        const failure = await stdout.flush();
        if (failure !== undefined)
          throw new CommandError(
            `standard output cannot be written: ${systemReason(failure)}.`,
            failure.code === 'EPIPE' ? exitCodes.brokenPipe : exitCodes.failed,
          );
      },
      keep: async () => undefined,
      discard: async () => undefined,
    };
  const target = path.resolve(cwd, file);
  const folder = path.dirname(target);
  const temporary = path.join(folder, `.plantain-${randomBase62(12)}.part`);
  const handle = await open(temporary, 'wx', 0o600);
  let isKept = false;
  return {
    folder,
    send: (bytes) => handle.writeFile(bytes),
    keep: async () => {
      await handle.sync();
      await handle.close();
      await rename(temporary, target);
      isKept = true;
    },
    discard: async () => {
      if (isKept) return;
      await handle.close().catch(() => undefined);
      await rm(temporary, { force: true });
    },
  };
}
