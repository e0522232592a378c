import type { BundledPackage } from './bundled-packages.ts';

interface LockedPackage {
  readonly version?: string;
  /** `sha512-…` in base64. */
  readonly integrity?: string;
}

/** What `package-lock.json` says of every package, by where it is installed. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

type Part = Pick<BundledPackage, 'name' | 'version' | 'license'>;

/** The parts of a release in CycloneDX's form, which scanners for known faults read. */
export function billOfMaterials(product: Part, packages: readonly Part[], lock: Lock): object {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: component('application', product) },
    components: packages.map((part) => ({ ...component('library', part), ...hashOf(part, lock) })),
    dependencies: [{ ref: purl(product), dependsOn: packages.map(purl) }],
  };
}

const purl = ({ name, version }: Part): string => `pkg:npm/${name.replace('@', '%40')}@${version}`;

function component(type: string, part: Part): object {
  const { name, version, license } = part;
  return {
    type,
    'bom-ref': purl(part),
    name,
    version,
    licenses: [{ expression: license }],
    purl: purl(part),
  };
}

/** Of the archive that the registry gave. */
function hashOf({ name, version }: Part, { packages }: Lock): object {
  const [, locked] =
    Object.entries(packages).find(
      ([place, found]) => place.endsWith(`node_modules/${name}`) && found.version === version,
    ) ?? [];
  const [algorithm, digest = ''] = locked?.integrity?.split('-') ?? [];
  if (algorithm !== 'sha512') return {};
  return { hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] };
}
