import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Entry, extract } from 'tar-stream';
import {
  type BackedUpFile,
  type BackupManifest,
  isBackupName,
  manifestName,
  picturesFolder,
  readManifest,
} from './backup-manifest.ts';

/** A million pictures and more are listed in it. */
const longestManifestBytes = 256 * 1024 * 1024;

/**
 * Writes the files of an archive into an empty folder, and makes sure that they are those, whole, that its manifest lists.
 * Throws Error with a plain sentence where it is damaged, cut off, or no backup of Plantain.
 */
export async function unpackBackup(
  chunks: AsyncIterable<Buffer | string>,
  folder: string,
  signal: AbortSignal,
): Promise<BackupManifest> {
  const archive = extract();
  const read = pipeline(Readable.from(chunks), archive, { signal });
  // What is wrong with it is told by whoever looks at its entries.
  read.catch(() => undefined);
  const found = new Map<string, BackedUpFile>();
  let manifest: BackupManifest | undefined;
  try {
    for await (const entry of archive) {
      const { name, type } = entry.header;
      if (manifest !== undefined) throw new Error(`it goes on after its end, with ${shown(name)}`);
      if (type !== 'file') throw new Error(`${shown(name)} is no file, but a ${String(type)}`);
      if (name === manifestName) manifest = readManifest(await textOf(entry));
      else if (!isBackupName(name))
        throw new Error(`${shown(name)} is nothing that belongs into a data folder`);
      else if (found.has(name)) throw new Error(`${shown(name)} is in it twice`);
      else found.set(name, await writeEntry(entry, name, folder));
    }
    await read;
  } catch (error) {
    signal.throwIfAborted();
    // A disk that is full, or a file that cannot be read, is no fault of the archive.
    if (!(error instanceof Error) || 'syscall' in error) throw error;
    const isCutOff = /destroyed|premature close|unexpected end/i.test(error.message);
    throw damaged(isCutOff ? 'it is cut off' : error.message, error);
  } finally {
    archive.destroy();
  }
  if (manifest === undefined) throw damaged('it has no manifest: it was cut off, or is another program’s');
  for (const { name, size, sha256 } of manifest.files) {
    const file = found.get(name);
    if (file === undefined) throw damaged(`${shown(name)} is missing`);
    if (file.size !== size || file.sha256 !== sha256)
      throw damaged(`${shown(name)} is not what it was: its checksum differs`);
    found.delete(name);
  }
  for (const name of found.keys()) throw damaged(`its manifest does not know ${shown(name)}`);
  return manifest;
}

async function writeEntry(entry: Entry, name: string, folder: string): Promise<BackedUpFile> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  const handle = await open(path, 'wx', 0o600);
  let size = 0;
  try {
    for await (const bytes of entry) {
      hash.update(bytes);
      size += bytes.length;
      await handle.writeFile(bytes);
    }
    // Of pictures there may be very many, and they come again from whoever drew them.
    if (!name.startsWith(`${picturesFolder}/`)) await handle.sync();
  } finally {
    await handle.close();
  }
  return { name, size, sha256: hash.digest('hex') };
}

async function textOf(entry: Entry): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const bytes of entry) {
    length += bytes.length;
    if (length > longestManifestBytes) throw new Error('its manifest is too long');
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}

function damaged(what: string, cause?: unknown): Error {
  return new Error(`This is no backup that can be restored: ${what}. Nothing was changed.`, { cause });
}

/** A name out of an archive may be anything. */
function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
