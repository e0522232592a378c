/**
 * Writes the pages of docs/ that repeat what the code knows: `node docs/generate.ts`. With `--check` nothing is
 * written, and the exit code is 1 when a page is not what the code says.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { adminPage } from './generator/admin-page.ts';
import { apiPage } from './generator/api-page.ts';
import { commandLinePage } from './generator/command-line-page.ts';
import { configurationPage } from './generator/configuration-page.ts';
import { emulatorPage } from './generator/emulator-page.ts';
import { errorsPage } from './generator/errors-page.ts';
import { helmCopy, helmDefaults, helmReadme, helmSchema } from './generator/helm-chart.ts';
import { mapPage } from './generator/map-page.ts';
import { modelsPage } from './generator/models-page.ts';
import { observabilityPage } from './generator/observability-page.ts';

/** Every generated page, by file name below docs/. */
export const generatedPages: Readonly<Record<string, () => string | Promise<string>>> = {
  'map.md': mapPage,
  'errors.md': errorsPage,
  'api.md': apiPage,
  'admin.md': adminPage,
  'models.md': modelsPage,
  'emulator.md': emulatorPage,
  'configuration.md': configurationPage,
  'command-line.md': commandLinePage,
  'observability.md': observabilityPage,
  '../deploy/helm/plantain/values.schema.json': helmSchema,
  '../deploy/helm/plantain/values.yaml': helmDefaults,
  '../deploy/helm/plantain/README.md': helmReadme,
  '../deploy/helm/plantain/files/rules.yaml': helmCopy('deploy/prometheus/rules.yaml'),
  '../deploy/helm/plantain/files/plantain.json': helmCopy('deploy/grafana/plantain.json'),
};

/** Names of the pages whose file is not what the code says. */
export async function stalePages(): Promise<string[]> {
  const stale: string[] = [];
  for (const [name, page] of Object.entries(generatedPages)) {
    const found = await readFile(join(import.meta.dirname, name), 'utf8').catch(() => undefined);
    if (found !== (await page())) stale.push(name);
  }
  return stale;
}

async function main(isCheck: boolean): Promise<void> {
  const stale = await stalePages();
  for (const name of stale) {
    const shown = join('docs', name);
    process.stdout.write(
      isCheck ? `${shown} is stale: run \`npm run docs\`\n` : `${shown} written\n`,
    );
    if (!isCheck) await writeFile(join(import.meta.dirname, name), (await generatedPages[name]?.()) ?? '');
  }
  if (stale.length === 0) process.stdout.write('every generated page is up to date\n');
  if (isCheck && stale.length > 0) process.exitCode = 1;
}

if (import.meta.main) await main(process.argv.includes('--check'));
