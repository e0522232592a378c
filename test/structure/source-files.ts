import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');
/** Folders of our own code: the product, the sandbox's painter, the bench. */
const roots = ['src', 'painter', 'bench'] as const;

export interface SourceFile {
  /** Below the repository, with forward slashes. */
  readonly path: string;
  /** The room: the folder below `src/`, `main` for the entry, else the root folder itself. */
  readonly room: string;
  readonly lines: number;
  readonly text: string;
  /** Imports of our own files, as paths below the repository. */
  readonly own: readonly string[];
  /** Packages and node: modules. */
  readonly packages: readonly string[];
}

/** Tests, their support, and the generators of the documentation: all that may import our code besides itself. */
export function testFiles(): { readonly path: string; readonly text: string }[] {
  return [...roots, 'test', 'docs']
    .flatMap((root) => readdirSync(join(repository, root), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/[/\\](?:node_modules|\.cache|peers|clients)[/\\]/.test(path))
    .filter((path) => path.endsWith('.test.ts') || /[/\\](?:test|docs)[/\\]/.test(path))
    .map((path) => ({ path: relative(repository, path), text: readFileSync(path, 'utf8') }));
}

/** Every file of our own code, tests apart. */
export function sourceFiles(): SourceFile[] {
  return roots.flatMap((root) =>
    readdirSync(join(repository, root), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !/[/\\](?:node_modules|\.cache|peers)[/\\]/.test(path))
      .map(read),
  );
}

/** The room a path below the repository lies in. */
export function roomOf(path: string): string {
  const [root = '', folder = '', ...rest] = path.split('/');
  if (root !== 'src') return root;
  return rest.length > 0 ? folder : folder.replace(/\.ts$/, '');
}

function read(absolutePath: string): SourceFile {
  const below = (target: string): string => relative(repository, target).replaceAll('\\', '/');
  const text = readFileSync(absolutePath, 'utf8');
  const specifiers = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'|(?:^|\n)import\s+'([^']+)'/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  const path = below(absolutePath);
  return {
    path,
    room: roomOf(path),
    lines: text.split('\n').length - 1,
    text,
    own: specifiers
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => below(resolve(dirname(absolutePath), specifier)))
      // No room's: it says what the program is called, and its version.
      .filter((target) => target !== 'package.json'),
    packages: specifiers.filter((specifier) => !specifier.startsWith('.')),
  };
}
