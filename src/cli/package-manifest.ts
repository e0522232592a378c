import { readFileSync } from 'node:fs';

export interface PackageManifest {
  readonly version: string;
  readonly description: string;
}

/** package.json stands two folders up, from src/cli as from dist/cli. */
export const packageManifest: PackageManifest = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as PackageManifest;
