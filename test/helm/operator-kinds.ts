import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type KubeObject, must } from './objects.ts';

const run = promisify(execFile);
const packages = {
  '@kubernetes-models/gateway-api': '2.0.0',
  '@kubernetes-models/keda': '2.0.0',
  '@kubernetes-models/prometheus-operator': '6.0.0',
};
/** Kinds that operators bring, and the module that knows each. */
const modules: Readonly<Record<string, string>> = {
  ServiceMonitor: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
  PrometheusRule: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
  HTTPRoute: '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1',
  ScaledObject: '@kubernetes-models/keda/keda.sh/v1alpha1',
};

export const isOperatorKind = ({ kind }: KubeObject): boolean => Object.hasOwn(modules, kind);

/**
 * Objects of operators against their definitions of resources, as packages have them: the values by their validators, the
 * names of fields by their types, since a cluster drops a field that it does not know without a word.
 */
export async function checkOperatorKinds(objects: readonly KubeObject[]): Promise<void> {
  const missing = Object.keys(modules).filter((kind) => objects.every((one) => one.kind !== kind));
  must(missing.length === 0, `no case has ${missing.join(', ')}`);
  const folder = await folderWithPackages();
  const kinds = Object.entries(modules);
  const imports = kinds.map(([kind, from]) => `import { ${kind}, type I${kind} } from '${from}';`);
  const checks = objects.map(
    (object, index) =>
      `const object${String(index)}: I${object.kind} = ${JSON.stringify(object)};\ncheck(new ${object.kind}(object${String(index)}));`,
  );
  const check = 'function check(object: { validate(): void }): void { object.validate(); }';
  writeFileSync(join(folder, 'objects.ts'), [...imports, check, ...checks].join('\n'));
  const compiler = resolve(import.meta.dirname, '../../node_modules/.bin/tsc');
  const typing = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', ''];
  for (const [program, args] of [
    [compiler, [...typing, 'objects.ts']],
    [process.execPath, ['objects.ts']],
  ] as const)
    await run(program, args, { cwd: folder }).catch((error: unknown) => {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error((stdout + stderr).slice(0, 2000));
    });
}

/** The packages; they stay for the next time. */
async function folderWithPackages(): Promise<string> {
  const folder = join(homedir(), '.cache/plantain-helm', 'operator-kinds', Object.values(packages).join(','));
  if (existsSync(join(folder, 'complete'))) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const manifest = { private: true, type: 'module', dependencies: packages };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
  });
  writeFileSync(join(folder, 'complete'), '');
  return folder;
}
