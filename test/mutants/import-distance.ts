import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import { repository } from './lane.ts';

const typeImports = /^import type [^;]*;/gm;
/** Paths of our own that a text names, whether it imports them or starts a thread with them. */
const ownPaths = /['"](\.{1,2}\/[^'"\n]+\.ts)['"]/g;

/**
 * How many imports lead from a file to another, by the shortest way: 1 where it imports it itself, Infinity where it never
 * gets there. Both below the repository.
 */
export function importDistance(from: string, to: string): number {
  const seen = new Set([from]);
  let edge = [from];
  for (let distance = 0; edge.length > 0; distance++) {
    if (edge.includes(to)) return distance;
    edge = edge.flatMap((file) => importsOf(file)).filter((file) => !seen.has(file));
    for (const file of edge) seen.add(file);
  }
  return Number.POSITIVE_INFINITY;
}

const known = new Map<string, readonly string[]>();

function importsOf(file: string): readonly string[] {
  const found = known.get(file);
  if (found !== undefined) return found;
  const text = readFileSync(join(repository, file), 'utf8');
  const paths = [...text.replaceAll(typeImports, '').matchAll(ownPaths)].map(([, path = '']) =>
    join(file, '..', path),
  );
  const own = [...new Set(paths)].filter((path) => existsSync(join(repository, path)));
  known.set(file, own);
  return own;
}
