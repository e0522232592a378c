import { accessSync, closeSync, constants, mkdirSync, openSync, type Stats, statSync } from 'node:fs';
import { errorCodeOf } from '../../kernel/error-code.ts';

/** This user may not write a folder; the message is a plain sentence with the cure. */
export class UnwritableFolderError extends Error {}

/**
 * Makes the directory and its missing parents for the owner alone. One that exists keeps the mode its owner chose.
 * Throws UnwritableFolderError where this user may not write, as with a folder of root's that is mounted into a container.
 */
export function ensurePrivateDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (thrown) {
    const code = errorCodeOf(thrown);
    if (code === 'EROFS')
      throw new UnwritableFolderError(
        `The data folder ${path} is on a read-only file system. Mount a volume there, or name another folder with PLANTAIN_DATA_DIR.`,
        { cause: thrown },
      );
    // The last is what Node.js says of a missing folder in a read-only root.
    if (code === 'EACCES' || code === 'EPERM' || code === 'ENOENT')
      throw new UnwritableFolderError(rightsCure(path), { cause: thrown });
    throw thrown;
  }
}

function rightsCure(path: string): string {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  if (uid === undefined || gid === undefined) return `This user may not write the data folder ${path}.`;
  const user = `${String(uid)}:${String(gid)}`;
  const found = statOf(path);
  if (found === undefined)
    return `This user (${user}) may not make the data folder ${path}. Make it for them with "mkdir -p ${path} && chown ${user} ${path}", or name another folder with PLANTAIN_DATA_DIR.`;
  const [owner, cure] =
    found.uid === uid
      ? ['this user', `chmod u+rwx ${path}`]
      : [`${String(found.uid)}:${String(found.gid)}`, `chown -R ${user} ${path}`];
  return `This user (${user}) may not write the data folder ${path}, which belongs to ${owner}. Give it to them with "${cure}", or, when it is mounted into a container, with the same for its folder on the host.`;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Makes an empty file for the owner alone, so that SQLite finds it and gives its journals the same mode.
 * A file that exists is not even opened: closing it again would drop the POSIX locks this process holds on it.
 */
export function ensurePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (thrown) {
    if (errorCodeOf(thrown) !== 'EEXIST') throw thrown;
  }
}
