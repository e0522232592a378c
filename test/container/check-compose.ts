import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../bench/measure/free-port.ts';
import type { Tally } from '../clients/support/tally.ts';
import { bootstrapKey, eventually, must, Server } from './ask.ts';
import type { Podman } from './podman.ts';

const clients = 3;
const seenByCaddyMs = 5000;

/** `podman-compose` on one of the files of deploy/compose, in a copy of that folder. */
class Compose {
  readonly #podman: Podman;
  readonly #folder: string;
  readonly #file: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(podman: Podman, folder: string, file: string, env: Readonly<Record<string, string>>) {
    this.#podman = podman;
    this.#folder = folder;
    this.#file = file;
    this.#env = env;
  }

  run(...args: readonly string[]): Promise<string> {
    return this.#podman.command('podman-compose', ['--file', join(this.#folder, this.#file), ...args], {
      env: this.#env,
    });
  }

  up(...args: readonly string[]): Promise<string> {
    return this.run('up', '--detach', '--no-build', '--pull', 'never', ...args);
  }
}

/** Both compose files of deploy/, run. */
export async function checkCompose(podman: Podman, tally: Tally, repository: string): Promise<void> {
  const folder = join(podman.folder, 'compose');
  cpSync(join(repository, 'deploy/compose'), folder, {
    recursive: true,
    filter: (path) => !path.endsWith('/secrets'),
  });
  await checkSmall(podman, tally, folder);
  await checkTeam(podman, tally, folder);
}

async function checkSmall(podman: Podman, tally: Tally, folder: string): Promise<void> {
  const address = `127.0.0.1:${String(await freePort())}`;
  const env = { PLANTAIN_PUBLISH: address, PLANTAIN_BOOTSTRAP_KEY: bootstrapKey };
  const compose = new Compose(podman, folder, 'compose.yaml', env);
  await tally.check('compose.yaml: up, a picture, a key made inside, down', async () => {
    await compose.up();
    const server = new Server(`http://${address}`, bootstrapKey);
    await server.ready();
    await server.picture({ prompt: 'a fox' });
    const made = await compose.run(
      'exec',
      '-T',
      'plantain',
      'plantain',
      'keys',
      'create',
      '--name',
      'website',
    );
    const key = /sk-\w{48}/.exec(made)?.[0] ?? '';
    await new Server(`http://${address}`, key).picture({ prompt: 'a fox' });
    await compose.run('down', '--volumes');
  });
}

async function checkTeam(podman: Podman, tally: Tally, folder: string): Promise<void> {
  const [http, https] = [await freePort(), await freePort()];
  const env = { PLANTAIN_HTTP: `127.0.0.1:${String(http)}`, PLANTAIN_HTTPS: `127.0.0.1:${String(https)}` };
  const compose = new Compose(podman, folder, 'compose.team.yaml', env);
  const inside = (server: string, ...args: readonly string[]): Promise<string> =>
    compose.run('exec', '-T', server, 'plantain', ...args);
  let caddy: Server | undefined;

  await tally.check('compose.team.yaml: up, with secrets that were made for it', async () => {
    execFileSync('sh', [join(folder, 'make-secrets.sh')], { stdio: 'ignore' });
    await compose.up();
    for (const server of ['plantain-1', 'plantain-2'])
      await eventually(`${server} is healthy`, () => inside(server, 'health').then(() => true)).catch(
        async (error: unknown) => {
          throw new Error(`${String(error)}\n${await logsOf(podman, server)}`);
        },
      );
    const volume = (
      await podman.podman('volume', 'inspect', 'plantain-team_certificates', '--format', '{{.Mountpoint}}')
    ).trim();
    const authority = join(volume, 'caddy/pki/authorities/local/root.crt');
    const key = readFileSync(join(folder, 'secrets/bootstrap_key'), 'utf8').trim();
    await eventually('Caddy has made its certificate', async () => {
      caddy = new Server(`https://localhost:${String(https)}`, key, readFileSync(authority, 'utf8'));
      await caddy.ready();
      return true;
    });
  });

  await tally.check(
    'a link given out through Caddy is answered by the other server, from the S3 server',
    async () => {
      const { status, body } = (await caddy?.draw({ prompt: 'a fox', response_format: 'url' })) ?? {};
      const url = body?.data?.[0]?.url ?? '';
      must(
        status === 200 && url.startsWith(`https://localhost:${String(https)}/images/`),
        `${String(status)}: ${url}`,
      );
      const orders = async (server: string): Promise<string> => inside(server, 'orders', 'list', '--json');
      must((await orders('plantain-1')) === (await orders('plantain-2')), 'the servers have two ledgers');
      // Asked past Caddy, each of them gives it out.
      const { pathname, search } = new URL(url);
      const program = `const answer = await fetch('http://127.0.0.1:4747${pathname}${search}');
      console.log(answer.status, (await answer.arrayBuffer()).byteLength > 10_000)`;
      for (const server of ['plantain-1', 'plantain-2']) {
        const told = await compose.run('exec', '-T', server, 'node', '--input-type=module', '-e', program);
        must(told.trim() === '200 true', `${server} answers ${told}`);
      }
    },
  );

  await tally.check('a key made at one server draws at both', async () => {
    const key =
      /sk-\w{48}/.exec(await inside('plantain-1', 'keys', 'create', '--name', 'website'))?.[0] ?? '';
    const website = await inside('plantain-2', 'keys', 'list');
    must(key !== '' && website.includes('website'), website);
  });

  await tally.check('both servers are replaced one after the other under load: no order fails', async () => {
    const over = new AbortController();
    const statuses = new Map<string, number>();
    const through = caddy;
    if (through === undefined) throw new Error('there is no Caddy');
    const load = Array.from({ length: clients }, async () => {
      while (!over.signal.aborted) {
        const outcome = await through.draw({ prompt: 'a fox [scenario: slow-first-byte 500]' }).then(
          ({ status, body }) =>
            status === 200 ? '200' : `${String(status)} ${JSON.stringify(body).slice(0, 200)}`,
          (error: unknown) => String(error instanceof Error ? (error.cause ?? error) : error),
        );
        statuses.set(outcome, (statuses.get(outcome) ?? 0) + 1);
        // What fails, fails at once.
        if (outcome !== '200') await sleep(200);
      }
    });
    try {
      for (const server of ['plantain-1', 'plantain-2']) {
        const before = await containerOf(podman, server);
        await compose.up('--no-deps', '--force-recreate', server);
        await eventually(`${server} is healthy`, () => inside(server, 'health').then(() => true));
        must((await containerOf(podman, server)) !== before, `${server} was not replaced`);
        // As docs/containers.md says: Caddy looks every second, and its 2.6 refuses what comes while it knows of no ready server.
        await sleep(seenByCaddyMs);
      }
    } finally {
      over.abort();
      await Promise.all(load);
    }
    console.log(`  ${[...statuses].map(([status, count]) => `${String(count)} × ${status}`).join(', ')}`);
    must(statuses.size === 1 && (statuses.get('200') ?? 0) > 2 * clients, 'an order failed');
  });

  await tally.check('down leaves nothing', async () => {
    await compose.run('down', '--volumes');
    const left =
      (await podman.podman('ps', '--all', '--quiet')) + (await podman.podman('volume', 'ls', '--quiet'));
    must(left.trim() === '' || !left.includes('plantain-team'), left);
  });
}

async function logsOf(podman: Podman, server: string): Promise<string> {
  const { stdout, stderr } = await podman.attempt('podman', [
    'logs',
    '--tail',
    '20',
    `plantain-team_${server}_1`,
  ]);
  return stdout + stderr;
}

async function containerOf(podman: Podman, server: string): Promise<string> {
  return podman.podman('inspect', '--format', '{{.Id}}', `plantain-team_${server}_1`);
}
