import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Podman } from './podman.ts';

/*
 * The images that the Containerfile and the compose files name, made from Debian's packages under the same names: what is
 * tested is then the same on a machine that reaches no registry of images.
 */

/** What distroless/cc has: two libraries, time zones, no shell. */
const basePackages = 'base-files,libc6,libstdc++6,libgcc-s1,tzdata';
const withoutDocs = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/i18n'];
/** What the packages below name and do not need here: the JIT of PostgreSQL, Perl, what runs while a package is set up. */
const notNeeded =
  /^(?:libllvm|libz3|perl|libperl|lib.*-perl|locales|c?debconf|libdebian|libnewt|libslang|libtextwrap|postgresql.*-common|adduser|passwd|dpkg|tar|ucf|libelogind|libsemanage)/;

/** Makes them all. `shell` is an image with a shell, PostgreSQL, Caddy, Node.js, npm and an S3 server, under several names. */
export async function makeStandIns(podman: Podman, repository: string): Promise<void> {
  await Promise.all([makeBase(podman), makeMachine(podman, repository)]);
}

async function makeBase(podman: Podman): Promise<void> {
  const tar = join(podman.folder, 'base.tar');
  const hook = `--customize-hook=cd "$1" && rm -rf ${withoutDocs.join(' ')}`;
  await podman.command('mmdebstrap', [
    '--quiet',
    '--variant=extract',
    `--include=${basePackages}`,
    hook,
    'bookworm',
    tar,
    'http://deb.debian.org/debian',
  ]);
  await podman.import(tar, 'gcr.io/distroless/cc-debian12:nonroot');
}

async function makeMachine(podman: Podman, repository: string): Promise<void> {
  const root = join(podman.folder, 'machine');
  const debs = join(podman.folder, 'debs');
  for (const folder of [
    debs,
    ...['tmp', 'root', 'etc/ssl/certs', 'etc/caddy', 'usr/local/bin'].map((name) => join(root, name)),
  ])
    mkdirSync(folder, { recursive: true });
  await unpack(podman, debs, root);
  // The shell and its programs.
  await podman.command('chroot', [root, '/bin/busybox', '--install', '-s']);
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\npostgres:x:999:999::/tmp:/bin/sh\n');
  // Registries of packages may be reached through an authority that this machine trusts.
  const authorities = '/etc/ssl/certs/ca-certificates.crt';
  if (existsSync(authorities)) cpSync(authorities, join(root, authorities));
  cpSync(process.execPath, join(root, 'usr/local/bin/node'));
  // The command is a link to bin/npm-cli.js of its package.
  const npm = realpathSync((await podman.command('which', ['npm'])).trim());
  cpSync(resolve(npm, '../..'), join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  cpSync(join(homedir(), 'go/bin/versitygw'), join(root, 'usr/local/bin/versitygw'));
  const entrypoint = 'postgres-entrypoint';
  cpSync(join(repository, 'test/container', entrypoint), join(root, 'usr/local/bin', entrypoint));
  const [version = ''] = readdirSync(join(root, 'usr/lib/postgresql'));
  symlinkSync(`/usr/lib/postgresql/${version}/bin/pg_isready`, join(root, 'usr/local/bin/pg_isready'));
  const database = join(root, 'var/lib/postgresql/data');
  mkdirSync(database, { recursive: true });
  await podman.command('chmod', ['1777', join(root, 'tmp')]);
  await podman.command('chown', ['-R', '999:999', join(root, 'var/lib/postgresql')]);
  await podman.import(root, 'docker.io/versity/versitygw:v1.0.14', [
    'ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  ]);
  const trust = `ENV NODE_EXTRA_CA_CERTS=${authorities} NPM_CONFIG_CAFILE=${authorities}`;
  const build = 'FROM docker.io/versity/versitygw:v1.0.14\n';
  await image(
    podman,
    'docker.io/library/node:24-bookworm-slim',
    build + (existsSync(authorities) ? trust : ''),
  );
  await image(
    podman,
    'docker.io/library/postgres:17-bookworm',
    `${build}USER postgres\nVOLUME /var/lib/postgresql/data\nENV PGHOST=127.0.0.1\nENTRYPOINT ["postgres-entrypoint"]\n`,
  );
  await image(
    podman,
    'docker.io/library/caddy:2',
    `${build}ENV XDG_DATA_HOME=/data\nCMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]\n`,
  );
}

/** Debian's packages of PostgreSQL, Caddy and a shell, with what they need, without setting them up. */
async function unpack(podman: Podman, debs: string, root: string): Promise<void> {
  const [, postgres = ''] =
    /Depends: (postgresql-\d+)/.exec(await podman.command('apt-cache', ['depends', 'postgresql'])) ?? [];
  const flags = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(
    (kind) => `--no-${kind}`,
  );
  const needed = await podman.command('apt-cache', [
    'depends',
    '--recurse',
    ...flags,
    postgres,
    'caddy',
    'busybox',
  ]);
  const names = needed.split('\n').filter((line) => /^[a-z]/.test(line) && !notNeeded.test(line));
  await podman.command('apt-get', ['download', '--quiet', ...new Set(names)], { cwd: debs });
  const leftOut = withoutDocs.map((path) => `--exclude=./${path}`).join(' ');
  const loop = `for deb in ./*.deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x -C '${root}' ${leftOut}; done`;
  await podman.command('bash', ['-euo', 'pipefail', '-c', loop], { cwd: debs });
}

async function image(podman: Podman, name: string, containerfile: string): Promise<void> {
  const file = join(podman.folder, 'Containerfile');
  writeFileSync(file, containerfile);
  await podman.podman('build', '--quiet', '--tag', name, '--file', file, podman.folder);
}
