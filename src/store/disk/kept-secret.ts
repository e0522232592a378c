import { constants } from 'node:fs';
import { chmod, copyFile, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCodeOf } from '../../kernel/error-code.ts';
import { randomBase62 } from '../../kernel/ids.ts';

/** A secret that is made once and then stays the same, in a file for its owner alone (mode 0600). */
export interface KeptSecret {
  readonly path: string;
  /** What it is, for the operator: "The secret that signs links to pictures". */
  readonly what: string;
  readonly make: () => Buffer;
  /** Why these bytes cannot be it, with the cure; undefined when they can. */
  readonly fault: (bytes: Buffer) => string | undefined;
}

/**
 * The secret, made if there is none yet. Processes that start at the same moment all get the same one.
 *
 * Throws Error with a plain sentence that tells the cure when the file is damaged, or cannot be read or made.
 */
export async function loadKeptSecret(secret: KeptSecret): Promise<Buffer> {
  try {
    return (await readSecret(secret)) ?? (await makeSecret(secret));
  } catch (thrown) {
    if (!(thrown instanceof Error) || errorCodeOf(thrown) === undefined) throw thrown;
    throw new Error(
      `${secret.what}, ${secret.path}, cannot be read or made: ${thrown.message}. Check that the disk has room and that this user may write the folder.`,
      { cause: thrown },
    );
  }
}

async function makeSecret(secret: KeptSecret): Promise<Buffer> {
  await mkdir(dirname(secret.path), { recursive: true });
  const temporaryPath = `${secret.path}.${randomBase62(12)}.tmp`;
  try {
    const handle = await open(temporaryPath, 'wx', 0o600);
    try {
      await handle.writeFile(secret.make());
      await handle.sync();
    } finally {
      await handle.close();
    }
    await placeWithoutReplacing(temporaryPath, secret.path);
  } finally {
    await rm(temporaryPath, { force: true });
  }
  const made = await readSecret(secret);
  if (made === undefined)
    throw new Error(`${secret.path} was removed while the server was starting. Start it again.`);
  return made;
}

/** A rename would replace the file of a process that was quicker, and with it the secret it already uses. */
async function placeWithoutReplacing(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return;
    // Some network and desktop file systems have no hard links.
    await copyFile(from, to, constants.COPYFILE_EXCL).catch((copyError: unknown) => {
      if (errorCodeOf(copyError) !== 'EEXIST') throw copyError;
    });
  }
}

async function readSecret({ path, fault }: KeptSecret): Promise<Buffer | undefined> {
  try {
    const bytes = await readFile(path);
    const problem = fault(bytes);
    if (problem !== undefined) throw new Error(`${path} is damaged: ${problem}`);
    // Copied data directories often lose their modes; others on the machine must not be able to use it.
    if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
    return bytes;
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
