/**
 * The image and the compose files of deploy/, built and run by podman: `node test/container/run.ts`. Takes root and what
 * `.ci/tools.sh` installs. Base images are made from Debian's packages, so that no registry of images is needed.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Tally } from '../clients/support/tally.ts';
import { checkCompose } from './check-compose.ts';
import { checkImage } from './check-image.ts';
import { Podman } from './podman.ts';
import { makeStandIns } from './stand-ins.ts';

const repository = resolve(import.meta.dirname, '../..');
const containerfile = join(repository, 'deploy/container/Containerfile');
const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string };
const podman = new Podman();
const tally = new Tally();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void podman.remove().finally(() => process.exit(1)));

try {
  execFileSync('hadolint', [containerfile], { stdio: 'inherit' });
  await tally.check('what stands in for the images of a registry is made', () =>
    makeStandIns(podman, repository),
  );
  await tally.check('the image is built', async () => {
    mkdirSync(join(homedir(), '.npm'), { recursive: true });
    const npmCache = `${join(homedir(), '.npm')}:/root/.npm`;
    const options = ['--isolation', 'chroot', '--network', 'host', '--volume', npmCache, '--layers=false'];
    const build = ['--build-arg', `VERSION=${version}`, '--format', 'docker', '--tag', 'plantain'];
    await podman.command('podman', ['build', ...options, ...build, '--file', containerfile, repository], {
      maxSeconds: 400,
    });
  });
  // Without it there is nothing to check.
  await podman.podman('image', 'exists', 'plantain');
  await checkImage(podman, tally, version);
  await checkCompose(podman, tally, repository);
} finally {
  await podman.remove();
}
process.exitCode = tally.finish();
