/**
 * The Helm chart, without a cluster: `npm run test:helm`. Every case is linted, rendered, held against Kubernetes's own
 * schemas and looked at; plantain.yaml and the environment are given to the program itself. By default it is rendered by Helm's
 * library as a Python package; `--helm FILE`, as often as you like, takes a helm in its place. `--play IMAGE` also runs the
 * Deployment by `podman kube play`, with an image that podman has.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { Tally } from '../clients/support/tally.ts';
import { badCases, givenSecrets, goodCases, type Values } from './cases.ts';
import { caseChecks, checkObjects } from './check-objects.ts';
import { playDeployment } from './kube-play.ts';
import { type KubeObject, must, objectsOf, only } from './objects.ts';
import { checkOperatorKinds, isOperatorKind } from './operator-kinds.ts';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../..');
const chart = join(repository, 'deploy/helm/plantain');
const packages = ['helm-python-sdk==0.2.2', 'kubernetes-validate==1.37.0'];
/** The oldest that the chart is for, and the newest there is. */
const kubernetes = ['1.27', '1.37'];
/** Of the seventh release, as an upgrade has it. */
const revision = '7';

const { values: options } = parseArgs({
  options: { helm: { type: 'string', multiple: true, default: [] }, play: { type: 'string' } },
});
const folder = mkdtempSync(join(tmpdir(), 'plantain-helm-'));
const python = await pythonWithPackages();
const tally = new Tally();

try {
  const engines =
    options.helm.length === 0 ? [byLibrary] : options.helm.map((program) => byProgram(resolve(program)));
  for (const render of engines) await checkChart(render);
  if (options.play !== undefined) await playDeployment(tally, engines[0] ?? byLibrary, options.play, folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = tally.finish();

type Render = (values: Values) => Promise<string>;

async function checkChart(render: Render): Promise<void> {
  must(
    Object.keys(goodCases).some((title) => title.startsWith('docs/')),
    "none of the page's values is looked at",
  );
  const ofOperators: KubeObject[] = [];
  for (const [title, values] of Object.entries(goodCases))
    await tally.check(`rendered: ${title}`, async () => {
      const objects = objectsOf(await render(values));
      checkObjects(objects);
      caseChecks[title]?.(objects);
      ofOperators.push(...objects.filter(isOperatorKind));
      await checkKinds(objects.filter((object) => !isOperatorKind(object)));
      await checkSettings(objects);
    });
  await tally.check('the kinds of operators are as their definitions have them', () =>
    checkOperatorKinds(ofOperators),
  );
  for (const [values, reason] of badCases)
    await tally.check(`refused: ${JSON.stringify(values)}`, async () => {
      const said = await render(values).then(
        () => 'nothing',
        (error: unknown) => (error as { stderr?: string }).stderr ?? String(error),
      );
      must(reason.test(said), `it said ${said}`);
    });
}

async function byLibrary(values: Values): Promise<string> {
  const { stdout } = await run(python, [
    join(import.meta.dirname, 'render.py'),
    chart,
    JSON.stringify(values),
    revision,
  ]);
  const files = JSON.parse(stdout) as Record<string, string>;
  const notes = Object.entries(files).find(([name]) => name.endsWith('NOTES.txt'))?.[1] ?? '';
  for (const [name, value] of Object.entries(givenSecrets))
    must(!notes.includes(value), `${name} stands in the notes`);
  return Object.entries(files)
    .filter(([name]) => name.endsWith('.yaml'))
    .map(([, text]) => text)
    .join('\n---\n');
}

function byProgram(helm: string): Render {
  return async (values) => {
    const file = join(folder, 'values.json');
    writeFileSync(file, JSON.stringify(values));
    await run(helm, ['lint', '--strict', '--quiet', chart, '--values', file]).catch((error: unknown) => {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw Object.assign(new Error(stdout), { stderr: stdout + stderr });
    });
    const { stdout } = await run(helm, ['template', 'demo', chart, '--namespace', 'prod', '--values', file]);
    return stdout.replaceAll('-migrate-1', `-migrate-${revision}`);
  };
}

/** Each object, against Kubernetes's own schemas. */
async function checkKinds(objects: readonly KubeObject[]): Promise<void> {
  const asked = run(python, [join(import.meta.dirname, 'validate.py'), ...kubernetes]);
  asked.child.stdin?.end(JSON.stringify(objects));
  const { stdout } = await asked;
  must(stdout === '', stdout);
}

/** The program itself takes the file, and the environment with whatever Secrets would bring. */
async function checkSettings(objects: readonly KubeObject[]): Promise<void> {
  const file = join(folder, 'plantain.yaml');
  const text = only(objects, 'ConfigMap', /^(?!.*-dashboard$)/).data?.['plantain.yaml'] ?? '';
  writeFileSync(file, text);
  const named = [...text.matchAll(/\$\{(\w+)\}/g)].map(
    ([, name = '']) => [name, 'a-key-of-somebody'] as const,
  );
  const container = only(objects, 'Deployment').spec?.template?.spec.containers[0];
  const own = objects.filter(({ kind }) => kind === 'Secret');
  const env = (container?.env ?? []).map(({ name, value, valueFrom }) => {
    const { name: secret, key = '' } = valueFrom?.secretKeyRef ?? {};
    const data = own.find(({ metadata }) => metadata.name === secret)?.data?.[key];
    const fallback = name === 'DATABASE_URL' ? givenSecrets.databaseUrl : 'a-key-of-somebody';
    return [name, value ?? (data === undefined ? fallback : Buffer.from(data, 'base64').toString())] as const;
  });
  const settings = { ...Object.fromEntries([...named, ...env]), PLANTAIN_CONFIG: file };
  const environment = { PATH: process.env['PATH'] ?? '', HOME: folder, ...settings };
  for (const command of [
    ['check', file],
    ['explain', '--json'],
  ]) {
    const asked = run(process.execPath, [join(repository, 'src/main.ts'), 'config', ...command], {
      cwd: folder,
      env: environment,
    });
    await asked.catch((error: unknown) => {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`config ${command.join(' ')}: ${stdout}${stderr}`);
    });
  }
}

/** An interpreter with what is needed; it stays for the next time. */
async function pythonWithPackages(): Promise<string> {
  const place = join(homedir(), '.cache/plantain-helm', packages.join(','));
  const program = join(place, 'bin/python');
  if (!existsSync(join(place, 'complete'))) {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place, { recursive: true });
    await run('python3', ['-m', 'venv', place]);
    await run(program, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
    writeFileSync(join(place, 'complete'), '');
  }
  return program;
}
