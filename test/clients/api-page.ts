/**
 * Runs the three examples of the API page as they stand there: curl, Go and Python. They are taken out of the page
 * at run time; only the host and the key are changed.
 *
 *   node test/clients/api-page.ts [path of the page]
 *
 * Each runs twice: against a Plantain, and against one whose only upstream that Plantain is. The pictures must be the
 * same, byte for byte.
 *
 * The page's path may also be given as PLANTAIN_API_PAGE; it lies beside the repository otherwise.
 */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun } from './support/command.ts';
import { type Plantain, repository, startPlantain } from './support/start-plantain.ts';
import { pythonWithOpenAI } from './support/suites.ts';
import { mustBePicture, Tally } from './support/tally.ts';

const pageHost = 'https://gateway.serevixai.ai';
const pageKey = 'sk-123456789012345678901234567890123456789012345678';

const pageFile =
  process.argv[2] ??
  process.env['PLANTAIN_API_PAGE'] ??
  join(repository, '..', 'shared', 'reference', 'api-page.txt');
const page = await readFile(pageFile, 'utf8');

/** The lines of the page from the one that starts with `first` to the first one that is `last`. */
function excerpt(first: string, last: string): string {
  const lines = page.split('\n');
  const from = lines.findIndex((line) => line.startsWith(first));
  const length = lines.slice(from).findIndex((line) => line === last);
  if (from === -1 || length === -1) throw new Error(`${pageFile} has no example that starts with ${first}`);
  return `${lines.slice(from, from + length + 1).join('\n')}\n`;
}

const plantain = await startPlantain();
const outer = await startPlantain(plantain);
const work = await mkdtemp(join(tmpdir(), 'plantain-api-page-'));
const tally = new Tally();

/** The example with a server's address, and that server's key where the page has one. */
function adapted(example: string, server: Plantain): string {
  if (!example.includes(pageHost)) throw new Error(`the example does not name ${pageHost}`);
  return example.replaceAll(pageHost, server.baseUrl.replace(/\/v1$/, '')).replaceAll(pageKey, server.key);
}

type Run = (directory: string, server: Plantain) => Promise<void>;

async function example(language: string, run: Run): Promise<void> {
  const draw = async (name: string, server: Plantain): Promise<Buffer> => {
    const directory = join(work, name);
    await mkdir(directory);
    await run(directory, server);
    await mustBePicture(directory, 'example.png', '1024x1024', 'png');
    return readFile(join(directory, 'example.png'));
  };
  let own: Buffer | undefined;
  await tally.check(`the page's ${language} example writes a PNG of exactly 1024x1024`, async () => {
    own = await draw(language, plantain);
  });
  await tally.check(
    `the page's ${language} example gets the same bytes through a second Plantain`,
    async () => {
      const bytes = await draw(`${language}-behind`, outer);
      if (own?.equals(bytes) !== true) throw new Error('the pictures differ');
    },
  );
}

try {
  await example('curl', async (cwd, server) => {
    await writeFile(join(cwd, 'example.sh'), adapted(excerpt('curl ', "}'"), server));
    const { stdout } = await mustRun('sh', ['example.sh'], { cwd, env: { YOUR_API_KEY: server.key } });
    // This example prints the answer; the page's own answer shape says where the picture is.
    const answer = JSON.parse(stdout) as { created: number; data: { b64_json: string }[] };
    if (!Number.isInteger(answer.created)) throw new Error('created is not a whole number');
    await writeFile(join(cwd, 'example.png'), Buffer.from(answer.data[0]?.b64_json ?? '', 'base64'));
  });
  await example('Go', async (cwd, server) => {
    await writeFile(join(cwd, 'main.go'), adapted(excerpt('package main', '}'), server));
    for (const file of ['go.mod', 'go.sum'])
      await copyFile(join(import.meta.dirname, 'go', file), join(cwd, file));
    const { stdout } = await mustRun('go', ['run', 'main.go'], { cwd });
    if (!stdout.includes('success to write to file')) throw new Error(`it printed: ${stdout}`);
  });
  await example('Python', async (cwd, server) => {
    await writeFile(
      join(cwd, 'example.py'),
      adapted(excerpt('#!/usr/bin/env python3', '    main()'), server),
    );
    const { stdout } = await mustRun(await pythonWithOpenAI(), ['example.py'], { cwd });
    if (!stdout.includes('success to write to file')) throw new Error(`it printed: ${stdout}`);
  });
} finally {
  await outer.stop();
  await plantain.stop();
  await rm(work, { recursive: true, force: true });
}
process.exitCode = tally.finish();
