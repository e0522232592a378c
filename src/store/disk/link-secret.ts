import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBase62 } from '../../kernel/ids.ts';

const secretBytes = 32;

/**
 * The 32 random bytes that sign picture links, kept in `<dataDirectory>/link-secret` (mode 0600) and made
 * at the first start. Links given out before a restart keep working after it. Processes that start at the
 * same moment all get the same secret. Deleting the file revokes every link.
 *
 * Throws Error with a plain sentence that tells the cure when the file is damaged, or cannot be read or made.
 */
export async function loadLinkSecret(dataDirectory: string): Promise<Buffer> {
  const path = join(dataDirectory, 'link-secret');
  try {
    return (await readSecret(path)) ?? (await makeSecret(dataDirectory, path));
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown)) throw thrown;
    throw new Error(
      `The secret that signs links to pictures, ${path}, cannot be read or made: ${thrown.message}. Check that the disk has room and that this user may write the folder.`,
      { cause: thrown },
    );
  }
}

async function makeSecret(dataDirectory: string, path: string): Promise<Buffer> {
  await mkdir(dataDirectory, { recursive: true });
  const temporaryPath = join(dataDirectory, `link-secret.${randomBase62(12)}.tmp`);
  try {
    const handle = await open(temporaryPath, 'wx', 0o600);
    try {
      await handle.writeFile(randomBytes(secretBytes));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await placeWithoutReplacing(temporaryPath, path);
  } finally {
    await rm(temporaryPath, { force: true });
  }
  const made = await readSecret(path);
  if (made === undefined)
    throw new Error(`${path} was removed while the server was starting. Start it again.`);
  return made;
}

/** A rename would replace the file of a process that was quicker, and with it the secret it already uses. */
async function placeWithoutReplacing(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (isCode(error, 'EEXIST')) return;
    // Some network and desktop file systems have no hard links.
    await copyFile(from, to, constants.COPYFILE_EXCL).catch((copyError: unknown) => {
      if (!isCode(copyError, 'EEXIST')) throw copyError;
    });
  }
}

async function readSecret(path: string): Promise<Buffer | undefined> {
  try {
    const secret = await readFile(path);
    if (secret.length !== secretBytes) {
      throw new Error(
        `${path} is damaged: it must hold exactly ${secretBytes} bytes. Delete it to make a new one; links given out so far then stop working.`,
      );
    }
    // Copied data directories often lose their modes; others on the machine must not be able to sign links.
    if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
    return secret;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
