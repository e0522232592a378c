import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { repository } from '../markdown-files.ts';

/** A clone as a newcomer has it, and an environment as theirs. */
export interface FreshClone {
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Clones the repository into `work` by the README's own words, from a copy whose branch is called main. Changes that
 * are not committed yet come along.
 */
export function freshClone(work: string): FreshClone {
  const git = (cwd: string, ...args: string[]): string =>
    execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  const origin = join(work, 'origin.git');
  git(work, 'clone', '--quiet', '--bare', repository, origin);
  git(origin, 'update-ref', 'refs/heads/main', 'HEAD');
  git(origin, 'symbolic-ref', 'HEAD', 'refs/heads/main');
  const readme = readFileSync(join(repository, 'README.md'), 'utf8');
  const [, words] = /`(git clone <its address> plantain && cd plantain)`/.exec(readme) ?? [];
  if (words === undefined) throw new Error('The README does not say how to clone.');
  execFileSync('sh', ['-c', words.replace('<its address>', origin)], { cwd: work, stdio: 'ignore' });
  const directory = join(work, 'plantain');
  const changed = [
    git(repository, 'diff', '--name-only', 'HEAD'),
    git(repository, 'ls-files', '--others', '--exclude-standard'),
  ].join('\n');
  for (const file of changed.split('\n').filter((name) => name !== '')) {
    const target = join(directory, file);
    rmSync(target, { force: true });
    mkdirSync(dirname(target), { recursive: true });
    if (existsSync(join(repository, file))) cpSync(join(repository, file), target);
  }
  return { directory, env: newcomersEnvironment(work) };
}

/**
 * Nothing that would configure a server, a home of its own with the machine's caches, a folder of its own for global
 * packages, and the machine's own Node.js.
 */
function newcomersEnvironment(work: string): NodeJS.ProcessEnv {
  const ours = /^(?:PLANTAIN_|GEMINI_|GOOGLE_|OPENAI_|npm_|NODE)/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !/node_modules\/\.bin$|node-gyp-bin$/.test(folder));
  const global = join(work, 'global');
  const home = join(work, 'home');
  mkdirSync(join(home, '.config/fish/completions'), { recursive: true });
  return {
    ...Object.fromEntries(kept),
    PATH: [join(global, 'bin'), ...path].join(delimiter),
    HOME: home,
    GOPATH: process.env['GOPATH'] ?? join(homedir(), 'go'),
    GOCACHE: process.env['GOCACHE'] ?? join(homedir(), '.cache/go-build'),
    npm_config_cache: process.env['npm_config_cache'] ?? join(homedir(), '.npm'),
    npm_config_prefix: global,
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  };
}
