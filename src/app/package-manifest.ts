import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

export interface PackageManifest {
  readonly version: string;
  readonly description: string;
}

/** The package.json above this file, in a checkout as in an installed package. */
export const packageManifest: PackageManifest = JSON.parse(
  readFileSync(findPackageJSON(import.meta.url) ?? 'package.json', 'utf8'),
) as PackageManifest;
