import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where installs and builds are kept between runs; CI may keep this one directory. */
export const cacheDir =
  process.env['PLANTAIN_CLIENTS_CACHE'] ?? join(homedir(), '.cache', 'plantain-clients');

const running = new Map<string, Promise<string>>();

/**
 * Prepares `cacheDir/name` once for given lock files: the same contents are not installed again, by this run or
 * a later one. Returns the directory.
 */
export function prepared(
  name: string,
  lockFiles: readonly string[],
  prepare: (directory: string) => Promise<void>,
): Promise<string> {
  const known = running.get(name);
  if (known !== undefined) return known;
  const work = prepareOnce(name, lockFiles, prepare);
  running.set(name, work);
  return work;
}

async function prepareOnce(
  name: string,
  lockFiles: readonly string[],
  prepare: (directory: string) => Promise<void>,
): Promise<string> {
  const directory = join(cacheDir, name);
  const stampFile = join(directory, '.prepared-for');
  const hash = createHash('sha256').update(`${process.version} ${directory}`);
  for (const file of lockFiles) hash.update(await readFile(file));
  const stamp = hash.digest('hex');
  if (existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp) return directory;
  await mkdir(directory, { recursive: true });
  await prepare(directory);
  await writeFile(stampFile, stamp);
  return directory;
}
