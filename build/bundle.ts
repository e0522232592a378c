import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { billOfMaterials, type Lock } from './bill-of-materials.ts';
import { type BundledPackage, packagesBeside, packagesOf, packagesOfConsole } from './bundled-packages.ts';
import { lateLoading } from './late-modules.ts';
import { ownRequires } from './own-requires.ts';
import { external, outDir, root } from './places.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

/** The program and the files its threads run. Flat, so that a thread's file is beside whoever starts it. */
const entries = {
  main: 'src/main.ts',
  'picture-worker': 'painter/picture-worker.ts',
  'blend-worker': 'src/pixels/mask/blend-worker.ts',
  'report-worker': 'src/store/sql/report-worker.ts',
};

/** Loaded by Fastify where routes have schemas of its kind. Ours have none, and without them the bundle is half as large. */
const never = [
  '@fastify/ajv-compiler',
  '@fastify/fast-json-stringify-compiler',
  'light-my-request',
  'pg-native',
];

function emptyOutDir(): void {
  mkdirSync(outDir, { recursive: true });
  // The console is built by another command.
  for (const name of readdirSync(outDir)) {
    if (name !== 'web') rmSync(path.join(outDir, name), { recursive: true });
  }
}

/** Writes the program and returns the files that parts of it come from. */
async function writeProgram(): Promise<string[]> {
  const bundle = await rolldown({
    cwd: root,
    input: entries,
    platform: 'node',
    external: [...external, ...never],
    plugins: [ownRequires(), lateLoading()],
  });
  const { output } = await bundle.write({
    dir: outDir,
    format: 'esm',
    sourcemap: true,
    // For traces, which want names and lines.
    sourcemapExcludeSources: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    // What every command loads is one file, so that a probe reads three instead of twenty.
    codeSplitting: { groups: [{ name: 'run-process', test: /src\/cli\/run-process\.ts$/ }] },
    // V8 keeps the text of what runs, and takes two bytes for each character where one of them is beyond Latin-1.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: false, asciiOnly: true } },
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  await bundle.close();
  return output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
}

/** What lies beside the program: fonts, what kind of JavaScript it is, licences, and a list of what is inside. */
function writeCompanions(sources: readonly string[]): void {
  const readJson = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
  const write = (file: string, text: string): void => writeFileSync(path.join(outDir, file), text);
  const { name, version, license } = readJson('package.json') as BundledPackage;
  cpSync(path.join(root, 'painter', 'fonts'), path.join(outDir, 'fonts'), { recursive: true });
  write('package.json', `${JSON.stringify({ name, version, license, type: 'module' }, null, 2)}\n`);

  const inside = [...packagesOf(sources), ...packagesOfConsole(path.join(outDir, 'web', 'licenses.json'))];
  write('THIRD-PARTY-LICENSES.txt', thirdPartyNotices(inOrder(inside)));
  const all = inOrder([...inside, ...packagesBeside(external, path.join(root, 'package.json'))]);
  const bill = billOfMaterials({ name, version, license }, all, readJson('package-lock.json') as Lock);
  write('sbom.cdx.json', `${JSON.stringify(bill, null, 2)}\n`);
}

/** Each once, by name and version. */
function inOrder(packages: readonly BundledPackage[]): BundledPackage[] {
  const byId = new Map(packages.map((one) => [`${one.name}@${one.version}`, one]));
  return [...byId.keys()].toSorted().flatMap((id) => byId.get(id) ?? []);
}

emptyOutDir();
writeCompanions(await writeProgram());
