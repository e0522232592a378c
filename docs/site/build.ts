/**
 * The pages of the repository as a static site with search, in docs/site/dist: `npm run docs:site`, with
 * `-- --base /folder/` where it is not served at the root. Fails when a link or a picture of it leads nowhere.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { deadLinks } from './dead-links.ts';
import { writeTexts } from './write-texts.ts';

const here = import.meta.dirname;
const site = join(here, 'dist');
const { base } = parseArgs({ options: { base: { type: 'string', default: '/' } } }).values;
if (!/^\/(?:[\w.-]+\/)*$/.test(base))
  throw new Error(`--base begins and ends with a slash: ${base} does not.`);

// Its packages are its own, so that the product's `npm ci` does not wait for them.
const lockfile = readFileSync(join(here, 'package-lock.json'), 'utf8');
const installed = join(here, 'node_modules/.installed-lock.json');
if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lockfile) {
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']);
  writeFileSync(installed, lockfile);
}
rmSync(site, { recursive: true, force: true });
run(process.execPath, [join(here, 'node_modules/vitepress/bin/vitepress.js'), 'build', '.', '--base', base]);
writeTexts(site);
const dead = deadLinks(site, base);
for (const link of dead) console.error(`dead link: ${link}`);
if (dead.length > 0) process.exitCode = 1;
else console.log(`docs/site/dist is ready for any web server, under ${base}`);

function run(program: string, args: readonly string[]): void {
  const { status } = spawnSync(program, args, { cwd: here, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
