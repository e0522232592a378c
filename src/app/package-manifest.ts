import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };

export interface PackageManifest {
  readonly version: string;
  readonly description: string;
}

/** Of the package.json of the checkout; a bundle has it inside. */
export const packageManifest: PackageManifest = {
  version: manifest.version,
  description: manifest.description,
};

/** Where the build puts what is no program: beside the bundle, which is the `dist/` of a checkout. */
export const builtFolder = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/' : './', import.meta.url),
);
