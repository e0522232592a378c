/**
 * Google's own SDKs, for Python, Go and Java, against a real Plantain and its sandbox, in Gemini's own protocol.
 *
 *   node test/clients/native/run.ts [python|go|java …]
 *
 * Each gets a Plantain of its own, because its last check leaves the upstream without credit. Exit code 1 when a check
 * fails. Installs are kept in ~/.cache/plantain-clients (PLANTAIN_CLIENTS_CACHE).
 */
import { copyFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepared } from '../support/cache.ts';
import { mustRun, runCommand } from '../support/command.ts';
import { writeInputs } from '../support/inputs.ts';
import { startPlantain } from '../support/start-plantain.ts';

type Launch = readonly [program: string, args: readonly string[]];

const here = import.meta.dirname;

const clients: Readonly<Record<string, () => Promise<Launch>>> = {
  async python() {
    const requirements = join(here, 'python/requirements.txt');
    const directory = await prepared('native-python', [requirements], async (made) => {
      await mustRun('python3', ['-m', 'venv', '--clear', join(made, 'venv')]);
      const pip = join(made, 'venv/bin/pip');
      await mustRun(pip, ['install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
    });
    return [join(directory, 'venv/bin/python'), [join(here, 'python/native.py')]];
  },
  async go() {
    const files = ['go.mod', 'go.sum', 'main.go'].map((name) => join(here, 'go', name));
    const directory = await prepared('native-go', files, async (made) => {
      await mustRun('go', ['build', '-o', join(made, 'native'), '.'], { cwd: join(here, 'go') });
    });
    return [join(directory, 'native'), []];
  },
  async java() {
    const files = ['pom.xml', 'src/main/java/Native.java'].map((name) => join(here, 'java', name));
    const directory = await prepared('native-java', files, async (made) => {
      await copyFile(files[0] ?? '', join(made, 'pom.xml'));
      await cp(join(here, 'java/src'), join(made, 'src'), { recursive: true });
      const goals = ['compile', 'dependency:copy-dependencies', '-DoutputDirectory=target/lib'];
      await mustRun('mvn', ['-q', '-B', ...goals], { cwd: made });
    });
    return [
      'java',
      ['-cp', `${join(directory, 'target/classes')}:${join(directory, 'target/lib')}/*`, 'Native'],
    ];
  },
};

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(clients);
const work = await mkdtemp(join(tmpdir(), 'plantain-native-clients-'));
await writeInputs(work);
for (const name of chosen) {
  const launch = await clients[name]?.();
  if (launch === undefined) throw new Error(`There is no client ${name}.`);
  const plantain = await startPlantain();
  const finished = await runCommand(launch[0], launch[1], {
    env: {
      PLANTAIN_URL: new URL(plantain.baseUrl).origin,
      PLANTAIN_KEY: plantain.key,
      PLANTAIN_PICTURE: join(work, 'first.png'),
    },
    timeoutMs: 180_000,
  });
  await plantain.stop();
  console.log(`${finished.exitCode === 0 ? '✓' : '✗'} ${name}`);
  console.log(finished.stdout.trim().replaceAll(/^/gm, '  '));
  if (finished.exitCode === 0) continue;
  console.log(finished.stderr.slice(-4000));
  process.exitCode = 1;
}
await rm(work, { recursive: true, force: true });
