import { readdirSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import path from 'node:path';

/** A package of which something is in what is built, or lies beside it. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As SPDX names it. */
  readonly license: string;
  readonly folder: string;
  /** The texts of its licence and notices, whole. */
  readonly texts: readonly string[];
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
}

/** The packages that files belong to, by name and version. Files that are no package's are passed over. */
export function packagesOf(files: Iterable<string>): BundledPackage[] {
  const folders = new Set<string>();
  for (const file of files) {
    const [whole, folder] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
    if (whole !== undefined && folder !== undefined) folders.add(folder);
  }
  const packages = [...folders].map(readPackage);
  return packages.toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
}

const idOf = ({ name, version }: BundledPackage): string => `${name}@${version}`;

function readPackage(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  ) as Manifest;
  if (name === undefined || version === undefined || license === undefined)
    throw new Error(`${folder}: a package without a name, a version or a licence cannot be shipped`);
  const texts = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|notice|copying)\b/i.test(file))
    .map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
  return { name, version, license, folder, texts };
}

/** The packages at run time of one that is not bundled: itself, and what it needs on this machine. */
export function packagesBeside(names: readonly string[], from: string): BundledPackage[] {
  const found = new Map<string, BundledPackage>();
  const visit = (name: string, importer: string): void => {
    const manifest = manifestOf(name, importer);
    if (manifest === undefined || found.has(manifest)) return;
    found.set(manifest, readPackage(path.dirname(manifest)));
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      dependencies?: Record<string, string>;
      optionalDependencies?: Record<string, string>;
    };
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) visit(needed, manifest);
  };
  for (const name of names) visit(name, from);
  return [...found.values()].toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
}

/** Those for other machines are not installed. */
function manifestOf(name: string, importer: string): string | undefined {
  try {
    return findPackageJSON(name, importer);
  } catch {
    return undefined;
  }
}
