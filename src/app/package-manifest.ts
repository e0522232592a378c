import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import path from 'node:path';

export interface PackageManifest {
  readonly version: string;
  readonly description: string;
}

const file = findPackageJSON(import.meta.url) ?? 'package.json';

/** The folder that the package is in, be it a checkout or installed. */
export const packageFolder = path.dirname(file);

/** The package.json above this file. */
export const packageManifest: PackageManifest = JSON.parse(readFileSync(file, 'utf8')) as PackageManifest;
