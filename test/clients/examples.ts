/** Runs every program of examples/ as its README says, against a Plantain of its own. */
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInstalled, mustRun } from './support/command.ts';
import { repository, startPlantain } from './support/start-plantain.ts';
import { installNode, pythonWithOpenAI } from './support/suites.ts';
import { mustBePicture, Tally } from './support/tally.ts';

const examples = join(repository, 'examples');
const plantain = await startPlantain();
const work = await mkdtemp(join(tmpdir(), 'plantain-examples-'));
const env = { PLANTAIN_BASE_URL: plantain.baseUrl, PLANTAIN_API_KEY: plantain.key };
const tally = new Tally();

/** Where a program runs, how, and what it must have written. */
async function example(
  language: string,
  needs: readonly [string, string],
  run: (directory: string) => Promise<void>,
): Promise<void> {
  if (!(await isInstalled(...needs))) {
    console.log(`examples/${language} is left out: there is no ${needs[0]} on this machine`);
    return;
  }
  await tally.check(`examples/${language} draws, edits and streams`, async () => {
    const directory = join(work, language);
    await mkdir(directory);
    await run(directory);
    for (const name of ['otter.png', 'otter-hat.png', 'otter-night.png']) {
      await mustBePicture(directory, name, '1024x1024', 'png');
    }
  });
}

try {
  await example('curl', ['curl', '--version'], async (cwd) => {
    await mustRun('sh', [join(examples, 'curl', 'draw.sh')], { cwd, env });
  });
  await example('python', ['python3', '--version'], async (cwd) => {
    await mustRun(await pythonWithOpenAI(), [join(examples, 'python', 'draw.py')], { cwd, env });
  });
  await example('go', ['go', 'version'], async (cwd) => {
    await mustRun('go', ['build', '-o', join(cwd, 'draw'), '.'], { cwd: join(examples, 'go') });
    await mustRun(join(cwd, 'draw'), [], { cwd, env });
  });
  await example('typescript', ['npm', '--version'], async (cwd) => {
    // Beside the packages of the suite for the same major, so that nothing is installed twice.
    const program = join(await installNode('openai-7'), 'draw.ts');
    await copyFile(join(examples, 'typescript', 'draw.ts'), program);
    await mustRun(process.execPath, [program], { cwd, env });
  });
  await example('java', ['mvn', '--version'], async (cwd) => {
    const goals = ['-B', '-q', '-f', join(examples, 'java', 'pom.xml'), 'compile', 'exec:java'];
    await mustRun('mvn', goals, { cwd, env });
  });
  await example('ruby', ['ruby', '--version'], async (cwd) => {
    await mustRun('ruby', [join(examples, 'ruby', 'draw.rb')], { cwd, env });
  });
  await example('php', ['php', '--version'], async (cwd) => {
    await mustRun('php', [join(examples, 'php', 'draw.php')], { cwd, env });
  });
} finally {
  await plantain.stop();
  await rm(work, { recursive: true, force: true });
}
process.exitCode = tally.finish();
