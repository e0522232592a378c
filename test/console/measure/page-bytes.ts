import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the first load weighed when somebody last looked; `npm run measure:console -- --only bytes --record` writes it. */
export const recordedFile = join(import.meta.dirname, 'recorded-bytes.json');
const folder = join(import.meta.dirname, '../../../dist/web');

interface Chunk {
  readonly file: string;
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

/** Every page of the built console, the first load at the head: what its document names, all of which is asked for at once. */
export function pageBytes(): PageBytes[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, Chunk>;
  const filesOf = (source: string): string[] => {
    const chunk = manifest[source];
    if (chunk === undefined) return [];
    return [chunk.file, ...(chunk.css ?? []), ...(chunk.imports ?? []).flatMap(filesOf)];
  };
  const document = readFileSync(join(folder, 'index.html'), 'utf8');
  const first = new Set(document.match(/assets\/[\w.-]+\.(?:js|css)(?=")/g));
  const sizesOf = (source: string, files: Iterable<string>): PageBytes => {
    const [script, style] = ['.js', '.css'].map((ending) =>
      sum([...files].filter((file) => file.endsWith(ending))),
    );
    return { source, isFirst: source === 'index.html', script: script ?? none, style: style ?? none };
  };
  const others = Object.keys(manifest).filter((source) => manifest[source]?.isDynamicEntry);
  return [
    sizesOf('index.html', first),
    ...others.map((source) => sizesOf(source, new Set(filesOf(source)).difference(first))),
  ];
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
