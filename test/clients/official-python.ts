/**
 * Runs the official Python SDK's own tests of the images and models API against a Plantain of its own. In their
 * strict mode they check the type of every field of every answer.
 *
 * The tests are taken from the SDK's source package at run time. They were written for a mock server that looks at
 * nothing, so four things are changed: `b"Example data"` becomes a real picture (which also fits as its own mask),
 * `transparent` becomes `opaque`, the model that is looked up is one that is served, and the tests of endpoints
 * that are not (variations, deleting models) are left out.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { prepared } from './support/cache.ts';
import { mustRun, runCommand } from './support/command.ts';
import { startPlantain } from './support/start-plantain.ts';

const requirements = ['requirements.txt', 'requirements-official.txt'].map((name) =>
  join(import.meta.dirname, 'python', name),
);
const chosenTests =
  'not aiohttp and not create_variation and not test_method_delete and not response_delete and not path_params_delete';

const installed = await prepared('python-official', requirements, async (target) => {
  await mustRun('python3', ['-m', 'venv', '--clear', target]);
  const pip = join(target, 'bin', 'pip');
  await mustRun(pip, ['install', '--quiet', ...requirements.flatMap((file) => ['-r', file])]);
  const version = /^openai==(.+)$/m.exec(await readFile(requirements[0] ?? '', 'utf8'))?.[1] ?? '';
  await mustRun(pip, [
    'download',
    '--quiet',
    '--no-deps',
    '--no-binary',
    ':all:',
    '--dest',
    target,
    `openai==${version}`,
  ]);
  const source = join(target, 'source');
  await mkdir(source, { recursive: true });
  await mustRun('tar', [
    '-xzf',
    join(target, `openai-${version}.tar.gz`),
    '-C',
    source,
    '--strip-components',
    '1',
  ]);
});

const work = await mkdtemp(join(tmpdir(), 'plantain-official-'));
const plantain = await startPlantain();
try {
  await cp(join(installed, 'source', 'tests'), join(work, 'tests'), { recursive: true });
  await adaptTests(join(work, 'tests'));
  const { exitCode, stdout, stderr } = await runCommand(
    join(installed, 'bin', 'python'),
    [
      '-m',
      'pytest',
      '-q',
      '-p',
      'no:cacheprovider',
      '-o',
      'asyncio_mode=auto',
      '-o',
      'asyncio_default_fixture_loop_scope=session',
      '-k',
      chosenTests,
      'tests/api_resources/test_images.py',
      'tests/api_resources/test_models.py',
    ],
    { cwd: work, env: { TEST_API_BASE_URL: plantain.baseUrl, PYTHONPATH: work }, timeoutMs: 300_000 },
  );
  console.log(stdout.slice(-6000), stderr.slice(-2000));
  process.exitCode = exitCode ?? 1;
} finally {
  await plantain.stop();
  await rm(work, { recursive: true, force: true });
}

async function adaptTests(tests: string): Promise<void> {
  const hole = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><path d="M0 0h32v12H0z" fill="#c52"/></svg>',
  );
  const picture = (await sharp(hole).png().toBuffer()).toString('hex');
  await change(join(tests, 'api_resources', 'test_images.py'), [
    ['b"Example data"', `bytes.fromhex("${picture}")`],
    ['background="transparent"', 'background="opaque"'],
  ]);
  const models = join(tests, 'api_resources', 'test_models.py');
  const [, lookedUp = ''] = /models\.retrieve\(\s*"([^"]+)"/.exec(await readFile(models, 'utf8')) ?? [];
  await change(models, [[`"${lookedUp}"`, '"gemini-2.5-flash-image"']]);
  await change(join(tests, 'conftest.py'), [['"My API Key"', `"${plantain.key}"`]]);
  // Folders beside the two files bring in packages that they do not need.
  for (const name of await readdir(join(tests, 'api_resources'))) {
    if (!['__init__.py', 'test_images.py', 'test_models.py'].includes(name)) {
      await rm(join(tests, 'api_resources', name), { recursive: true });
    }
  }
}

async function change(file: string, replacements: readonly (readonly [string, string])[]): Promise<void> {
  let text = await readFile(file, 'utf8');
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`${file} no longer has ${from}`);
    text = text.replaceAll(from, to);
  }
  await writeFile(file, text);
}
