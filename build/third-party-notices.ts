import type { BundledPackage } from './bundled-packages.ts';

/** The licences of packages as one text, as they ask for where copies are given away. */
export function thirdPartyNotices(packages: readonly BundledPackage[]): string {
  const head = `Plantain includes parts of ${packages.length} packages of others, under the licences below.\n`;
  const entries = packages.map(({ name, version, license, texts }) =>
    [`${name} ${version} (${license})`, ...texts].join('\n\n'),
  );
  return [head, ...entries].join(`\n${'-'.repeat(80)}\n\n`).concat('\n');
}
