import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { acceptedEncoding } from './accepted-encoding.ts';

/** A file of the console in the coding that its client takes. */
export interface ConsoleFile {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly coding: string | undefined;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/** How long a name that is not there is taken for missing. */
const namesKeptMs = 1000;

/**
 * The built console in its folder. Nothing is opened before the first request, and nothing but names is held: browsers
 * keep the files. Only what lies there is served, so that no path leads out of it.
 */
export class ConsoleFiles {
  readonly #folder: string;
  #names: Promise<ReadonlySet<string>> = Promise.resolve(new Set());
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The document of a page by its name, which has only letters and dots in it, or the one of all others; undefined while nothing is built. */
  async page(name: string | undefined): Promise<string | undefined> {
    const own = name === undefined ? undefined : await this.#text(`pages/${name}.html`);
    return own ?? (await this.#text('index.html'));
  }

  async #text(name: string): Promise<string | undefined> {
    try {
      return await readFile(path.join(this.#folder, name), 'utf8');
    } catch {
      return undefined;
    }
  }

  /** One of the files that the page refers to, by its place below the folder. */
  async asset(name: string, acceptEncoding: string | undefined): Promise<ConsoleFile | undefined> {
    const contentType = contentTypes[path.extname(name)];
    if (contentType === undefined) return undefined;
    let names = await this.#names;
    // A checkout builds anew beside a running server: a name that is not known may have come.
    if (!names.has(name) && performance.now() - this.#readAtMs > namesKeptMs) {
      this.#readAtMs = performance.now();
      this.#names = namesIn(this.#folder);
    }
    // Those that ask meanwhile wait for the same list.
    names = await this.#names;
    if (!names.has(name)) return undefined;
    const chosen = acceptedEncoding(acceptEncoding, (ending) => names.has(`${name}${ending}`));
    try {
      const bytes = await readFile(path.join(this.#folder, `${name}${chosen?.ending ?? ''}`));
      return { bytes, contentType, coding: chosen?.coding };
    } catch {
      return undefined;
    }
  }
}

async function namesIn(folder: string): Promise<ReadonlySet<string>> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return new Set(
      entries
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
    );
  } catch {
    return new Set();
  }
}
