import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the first load weighed when somebody last looked; `npm run measure:console -- --only bytes --record` writes it. */
export const recordedFile = join(import.meta.dirname, 'recorded-bytes.json');
const folder = join(import.meta.dirname, '../../../dist/web');

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly isDynamicEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** What comes over the line, compressed in one way. */
export interface Bytes {
  readonly gzip: number;
  readonly brotli: number;
}

/** What one page needs: the console's own page all of it, every other what it needs beside that. */
export interface PageBytes {
  /** Its file below `web/`. */
  readonly source: string;
  readonly isFirst: boolean;
  readonly script: Bytes;
  readonly style: Bytes;
}

/** Every page of the built console, the first load at the head. */
export function pageBytes(): PageBytes[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, Chunk>;
  const filesOf = (source: string): string[] => {
    const chunk = manifest[source];
    if (chunk === undefined) return [];
    return [chunk.file, ...(chunk.css ?? []), ...(chunk.imports ?? []).flatMap(filesOf)];
  };
  const entry = Object.keys(manifest).find((source) => manifest[source]?.isEntry) ?? '';
  const first = new Set(filesOf(entry));
  const sizesOf = (source: string, isFirst: boolean): PageBytes => {
    const own = [...new Set(filesOf(source))].filter((file) => isFirst || !first.has(file));
    const [script, style] = ['.js', '.css'].map((ending) => sum(own.filter((file) => file.endsWith(ending))));
    return { source, isFirst, script: script ?? none, style: style ?? none };
  };
  const others = Object.keys(manifest).filter((source) => manifest[source]?.isDynamicEntry);
  return [sizesOf(entry, true), ...others.map((source) => sizesOf(source, false))];
}

const none: Bytes = { gzip: 0, brotli: 0 };

function sum(files: readonly string[]): Bytes {
  const whole = (ending: string): number =>
    files.reduce((bytes, file) => {
      const packed = join(folder, `${file}${ending}`);
      return bytes + statSync(existsSync(packed) ? packed : join(folder, file)).size;
    }, 0);
  return { gzip: whole('.gz'), brotli: whole('.br') };
}
