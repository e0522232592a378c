import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Pack, pack } from 'tar-stream';
import { errorCodeOf } from '../../kernel/error-code.ts';
import { isImageName } from '../../gallery/image-name.ts';
import {
  type BackedUpFile,
  type BackupManifest,
  companionNames,
  databaseName,
  manifestName,
  picturesFolder,
} from './backup-manifest.ts';
import { appliedSteps, copyDatabase } from './copied-database.ts';

export interface BackupWish {
  readonly dataDir: string;
  /** PostgreSQL's is not copied. */
  readonly database: BackupManifest['database'];
  readonly withPictures: boolean;
  /** A folder with room for a copy of the database, which is taken away again. */
  readonly workFolder: string;
  /** The version that makes it. */
  readonly version: string;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/**
 * Writes an archive of a data folder, also while a server runs on it: the database as it is at one moment, the secrets, and
 * pictures if asked for. `send` gets it piece by piece. Throws Error with a plain sentence, or what `send` throws.
 */
export async function writeBackup(
  wish: BackupWish,
  send: (bytes: Buffer) => Promise<void>,
): Promise<BackupManifest> {
  const work = await mkdtemp(join(wish.workFolder, '.plantain-backup-'));
  try {
    const copy = join(work, databaseName);
    if (wish.database === 'sqlite') await copyDatabase(join(wish.dataDir, databaseName), copy);
    wish.signal.throwIfAborted();
    const schema = wish.database === 'sqlite' ? (appliedSteps(copy).at(-1) ?? null) : null;
    const archive = pack();
    const sent = sendAll(archive, send, wish.signal);
    // Whoever fills it waits for its reader, and fails with it.
    sent.catch(() => undefined);
    try {
      const files: BackedUpFile[] = [];
      if (wish.database === 'sqlite') files.push(...(await addFile(archive, sent, databaseName, copy)));
      for (const name of companionNames)
        files.push(...(await addFile(archive, sent, name, join(wish.dataDir, name))));
      if (wish.withPictures)
        for await (const name of picturesIn(wish.dataDir))
          files.push(...(await addFile(archive, sent, name, join(wish.dataDir, name))));
      const manifest: BackupManifest = {
        format: 'plantain-backup',
        format_version: 1,
        plantain: wish.version,
        made_at: new Date(wish.nowMs).toISOString(),
        database: wish.database,
        schema,
        files,
      };
      // The last of it, as only now it is known: an archive without one is not whole.
      archive.entry({ name: manifestName, mode: 0o600 }, `${JSON.stringify(manifest, null, 2)}\n`);
      archive.finalize();
      await sent;
      return manifest;
    } finally {
      archive.destroy();
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function sendAll(
  archive: Pack,
  send: (bytes: Buffer) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for await (const bytes of archive) {
    signal.throwIfAborted();
    await send(bytes);
  }
}

/** Adds a file, if it is there, and tells what was added. */
async function addFile(
  archive: Pack,
  sent: Promise<void>,
  name: string,
  path: string,
): Promise<readonly BackedUpFile[]> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    // Pictures are removed when their time is over, and not every folder has every secret.
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
  try {
    const stats = await handle.stat();
    return [{ name, size: stats.size, sha256: await addBytes(archive, sent, name, handle, stats) }];
  } finally {
    await handle.close();
  }
}

async function addBytes(
  archive: Pack,
  sent: Promise<void>,
  name: string,
  handle: FileHandle,
  { size, mtime }: Stats,
): Promise<string> {
  const hash = createHash('sha256');
  const { promise: isWritten, resolve, reject } = Promise.withResolvers<void>();
  const entry = archive.entry({ name, size, mtime, mode: 0o600 }, (error) =>
    error ? reject(error) : resolve(),
  );
  const ended = Promise.race([isWritten, sent.then(() => isWritten)]);
  ended.catch(() => undefined);
  if (size > 0)
    for await (const bytes of handle.createReadStream({ autoClose: false, end: size - 1 })) {
      hash.update(bytes as Buffer);
      if (!entry.write(bytes)) await Promise.race([once(entry, 'drain'), ended]);
    }
  entry.end();
  await ended;
  return hash.digest('hex');
}

async function* picturesIn(dataDir: string): AsyncGenerator<string> {
  const folder = join(dataDir, picturesFolder);
  for (const shard of (await namesIn(folder)).filter((name) => /^[0-9A-Za-z]{2}$/.test(name)))
    for (const name of (await namesIn(join(folder, shard))).filter(isImageName))
      yield `${picturesFolder}/${shard}/${name}`;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).then(
    (names) => names.toSorted(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
}
