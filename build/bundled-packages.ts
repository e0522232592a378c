import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import path from 'node:path';

/** A package of which something is in what is built, or lies beside it. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As SPDX names it. */
  readonly license: string;
  /** Its licence and its notices, whole. */
  readonly texts: readonly string[];
}

/** One that is installed here. */
export interface InstalledPackage extends BundledPackage {
  readonly folder: string;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The packages that files belong to, by name and version. Files that are no package's are passed over. */
export function packagesOf(files: Iterable<string>): BundledPackage[] {
  const folders = new Set<string>();
  for (const file of files) {
    const [, folder] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
    if (folder !== undefined) folders.add(folder);
  }
  return [...folders].map(readPackage);
}

/** The packages of which something is in the console, as its own build tells; none where it was not built. */
export function packagesOfConsole(file: string): BundledPackage[] {
  if (!existsSync(file)) return [];
  const told = JSON.parse(readFileSync(file, 'utf8')) as {
    name: string;
    version: string;
    identifier: string;
    text: string;
  }[];
  return told.map(({ name, version, identifier, text }) => ({
    name,
    version,
    license: identifier,
    texts: [text],
  }));
}

/** Packages that are not bundled, and what they need on this machine: all that has to lie beside the bundle. */
export function packagesBeside(names: readonly string[], importer: string): InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const visit = (name: string, from: string): void => {
    const manifest = manifestOf(name, from);
    if (manifest === undefined || found.has(manifest)) return;
    found.set(manifest, readPackage(path.dirname(manifest)));
    const { dependencies, optionalDependencies } = readManifest(manifest);
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) visit(needed, manifest);
  };
  for (const name of names) visit(name, importer);
  return [...found.values()];
}

/** Packages for other machines are not installed. */
function manifestOf(name: string, from: string): string | undefined {
  try {
    return findPackageJSON(name, from);
  } catch {
    return undefined;
  }
}

const readManifest = (file: string): Manifest => JSON.parse(readFileSync(file, 'utf8')) as Manifest;

function readPackage(folder: string): InstalledPackage {
  const { name, version, license } = readManifest(path.join(folder, 'package.json'));
  if (name === undefined || version === undefined || license === undefined)
    throw new Error(`${folder}: a package without a name, a version or a licence cannot be shipped`);
  const texts = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|notice|copying)/i.test(file))
    .map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
  return { name, version, license, folder, texts };
}
