import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const sourceRoot = resolve(import.meta.dirname, '../../src');

export interface SourceFile {
  /** Below src/, with forward slashes. */
  readonly path: string;
  /** The first folder, or '' for the files at the top. */
  readonly room: string;
  readonly lines: number;
  readonly text: string;
  /** Imports of our own files, as paths below src/. */
  readonly own: readonly string[];
  /** Packages and node: modules. */
  readonly packages: readonly string[];
}

/** Every product file: tests and contract suites apart. */
export function sourceFiles(): SourceFile[] {
  return readdirSync(sourceRoot, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith('.ts') && !/\.(?:test|contract)\.ts$/.test(entry.name),
    )
    .map((entry) => read(join(entry.parentPath, entry.name)))
    .filter((file) => !/(?:^|\/)test-/.test(file.path));
}

function read(absolutePath: string): SourceFile {
  const path = relative(sourceRoot, absolutePath).replaceAll('\\', '/');
  const text = readFileSync(absolutePath, 'utf8');
  const specifiers = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'|(?:^|\n)import\s+'([^']+)'/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  const own = specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) =>
      relative(sourceRoot, resolve(dirname(absolutePath), specifier)).replaceAll('\\', '/'),
    );
  const packages = specifiers.filter((specifier) => !specifier.startsWith('.'));
  const room = path.includes('/') ? (path.split('/')[0] ?? '') : '';
  return { path, room, lines: text.split('\n').length - 1, text, own, packages };
}
