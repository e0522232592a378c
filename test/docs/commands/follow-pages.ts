/**
 * Does what the README and the pages of docs/ say, word for word, in a fresh clone: `.ci/readme.sh`. Only ports, the
 * folder /etc and a reader's own pictures are this program's. Arguments: pages, to follow those alone; `--linked`, to take
 * the packages of this repository in place of `npm ci`, which saves minutes while a page is written.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { Tally } from '../../clients/support/tally.ts';
import { repository } from '../markdown-files.ts';
import { behindNginx } from './behind-nginx.ts';
import { expectedOutput, expectedPixels } from './expected.ts';
import { freshClone } from './fresh-clone.ts';
import { reasonNotToRun } from './not-run.ts';
import { blocksOf, commandsOf, followedPages, type PageCommand } from './page-commands.ts';
import { Shell } from './shell.ts';
import { snippetCommand } from './snippets.ts';
import { TerminalServer } from './terminal-server.ts';

const work = mkdtempSync(join(tmpdir(), 'plantain-pages-'));
const { directory, env: own } = freshClone(work);
const env = { ...own, PLANTAIN_PORT: '0' };
const tally = new Tally();
const picturePattern = /\.(?:png|jpe?g|webp|avif)$/;

const isLinked = process.argv.includes('--linked');
const firstCommand = 'npm ci && npm start';
let isInstalled = false;
let server: TerminalServer | undefined;
let serverCommand = '';
let serverAddress = '';
let emulator: TerminalServer | undefined;
let emulatorAddress = '';
let key = '';

/** One server at a time, as on a reader's machine: a new one takes the place of the one before. */
async function serve(command: string): Promise<void> {
  await server?.stop();
  server = new TerminalServer(command, directory, env);
  serverCommand = command;
  serverAddress = await server.ready('/readyz');
}

async function emulate(command: string): Promise<void> {
  await emulator?.stop();
  emulator = new TerminalServer(`${command} --port 0`, directory, env);
  emulatorAddress = await emulator.ready('/v1beta/models');
}

/** What the first start prints: its curl command draws the first picture. */
async function firstStart(): Promise<void> {
  if (isLinked) execFileSync('cp', ['-al', join(repository, 'node_modules'), directory]);
  await serve(isLinked ? firstCommand.replace('npm ci && ', '') : firstCommand);
  isInstalled = true;
  const printed = server?.output ?? '';
  const curl = /^curl [^]*?(?=\n\s*\n)/m.exec(printed)?.[0];
  if (curl === undefined) throw new Error(`no curl command is printed:\n${printed}`);
  const { output } = new Shell('first', directory, env, work).run(curl);
  await mustBePictures(['otter.png'], 'first', output);
}

function filledIn(command: string): string {
  return command
    .replaceAll('http://127.0.0.1:4747', serverAddress)
    .replaceAll('http://127.0.0.1:4748', emulatorAddress)
    .replaceAll('/etc/plantain.yaml', join(work, 'plantain.yaml'))
    .replaceAll('sk-...', key);
}

/** Does what a command says. `program` is what it runs, where that is on the page too: pictures are written there. */
async function follow(
  { page, text, answer }: Pick<PageCommand, 'page' | 'text' | 'answer'>,
  shell: Shell,
  program = text,
): Promise<void> {
  const command = filledIn(text);
  if (text === firstCommand) return firstStart();
  if (/^(?:[A-Z_]+=\S+ )*(?:npm start|plantain serve)\b/.test(text)) return serve(command);
  if (/^(?:npm run plantain -- |plantain )emulator\b(?!.*--list)/.test(text)) return emulate(command);
  const written = [...program.matchAll(/(?:-o|>|open\(|[wW]riteFile\() *["']?([\w-]+\.\w+)/g)]
    .map(([, name = '']) => name)
    .filter((name) => picturePattern.test(name));
  for (const name of written) rmSync(join(directory, name), { force: true });
  // A configuration file that is to be made is not there yet.
  const made = /^plantain init (\/\S+)/.exec(command)?.[1];
  if (made !== undefined) rmSync(made, { force: true });
  const { exitCode, output } = shell.run(command);
  if (exitCode !== 0) {
    const printed = `the server's last words:\n${server?.output.slice(-500) ?? 'none'}`;
    throw new Error(`exit code ${String(exitCode)}\n${output.slice(-3000)}\n${printed}`);
  }
  const expected = answer?.split('\n')[0];
  if (expected !== undefined && /^curl -[iI]/.test(text) && !output.replaceAll('\r', '').includes(expected))
    throw new Error(`the answer is not '${expected}':\n${output.slice(0, 500)}`);
  for (const [part, pattern] of expectedOutput)
    if (text.includes(part) && !pattern.test(output.replaceAll('\r', '')))
      throw new Error(`it does not print ${String(pattern)}:\n${output.slice(0, 1000)}`);
  await mustBePictures(written, page, output);
}

async function mustBePictures(names: readonly string[], page: string, output: string): Promise<void> {
  for (const name of names) {
    const numbered = name.replace(picturePattern, '-1$&');
    const file = [name, numbered].map((one) => join(directory, one)).find((one) => existsSync(one));
    if (file === undefined) throw new Error(`${name} was not written:\n${output.slice(-1000)}`);
    // Every pixel is decoded.
    const { info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
    const pixels = `${String(info.width)}x${String(info.height)}`;
    const promised = expectedPixels[`${page} ${name}`] ?? pixels;
    if (pixels !== promised) throw new Error(`${name} has ${pixels}, not ${promised}`);
  }
}

/** What a reader has at hand: pictures of their own, a configuration file, a running server, a clean folder. */
async function prepare(page: string, shell: Shell): Promise<void> {
  for (const name of readdirSync(directory)) if (picturePattern.test(name)) rmSync(join(directory, name));
  for (const name of ['plantain.yaml', 'backup', 'restored'])
    rmSync(join(directory, name), { recursive: true, force: true });
  for (const name of ['cat', 'hat', 'room'])
    cpSync(join(directory, 'docs/pictures/mask-before.png'), join(directory, `${name}.png`));
  cpSync(join(directory, 'docs/pictures/mask-mask.png'), join(directory, 'window.png'));
  if (page === 'README.md') return;
  if (!isInstalled) await follow({ page, text: firstCommand }, shell);
  else if (serverCommand !== 'npm start' && serverCommand !== firstCommand) await serve('npm start');
  if (key !== '') return;
  if (!existsSync(join(work, 'global/bin/plantain')))
    await follow({ page, text: 'npm pack && npm install --global ./plantain-*.tgz' }, shell);
  await follow({ page, text: `plantain config template > ${join(work, 'plantain.yaml')}` }, shell);
  key = shell.run('plantain keys create --name pages | head -n 1').output.trim();
}

async function followPage(page: string): Promise<void> {
  const blocks = blocksOf(page);
  const programs = new Set(['python', 'ts', 'go', 'yaml', 'nginx']);
  if (!blocks.some((block) => programs.has(block.language) || commandsOf(block).length > 0)) return;
  const shell = new Shell(page, directory, env, work);
  await tally.check(`${page}: what a reader has at hand`, () => prepare(page, shell));
  for (const block of blocks) {
    const program = await snippetCommand(block.language, filledIn(block.text), directory);
    if (program !== undefined)
      await tally.check(`${page}:${String(block.line)} the ${block.language}`, () =>
        follow({ page, text: program }, shell, block.text),
      );
    for (const command of commandsOf(block)) {
      const reason = reasonNotToRun(command.text);
      const title = `${page}:${String(command.line)} ${command.text.replaceAll(/\s+/g, ' ').slice(0, 100)}`;
      if (reason !== undefined) console.log(`– ${title}: ${reason}`);
      else await tally.check(title, () => follow(command, shell));
    }
    if (block.language === 'nginx')
      await tally.check(`${page}:${String(block.line)} the block for nginx`, () =>
        behindNginx(block.text, serverAddress, key, work),
      );
  }
}

mkdirSync(join(work, 'global'), { recursive: true });
try {
  const wanted = process.argv.slice(2).filter((argument) => argument !== '--linked');
  for (const page of followedPages())
    if (wanted.length === 0 || wanted.includes(page)) await followPage(page);
} finally {
  await server?.stop();
  await emulator?.stop();
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = tally.finish();
