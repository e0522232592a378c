import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { freePort } from '../../bench/measure/free-port.ts';
import type { Tally } from '../clients/support/tally.ts';
import { bootstrapKey, eventually, must, Server } from './ask.ts';
import type { Podman } from './podman.ts';

const maxCompressedBytes = 70_000_000;
const metricsToken = 'a-token-for-metrics-in-the-test';
/** As strict as docs/containers.md has it. */
const strict = [
  '--read-only',
  '--cap-drop',
  'all',
  '--security-opt',
  'no-new-privileges',
  '--memory',
  '256m',
];

interface Inspected {
  readonly Config: {
    readonly User: string;
    readonly StopSignal: string;
    readonly Labels: Readonly<Record<string, string>>;
    readonly Volumes: Readonly<Record<string, unknown>>;
  };
  readonly Healthcheck?: { readonly Test: readonly string[] };
}

/** What docs/containers.md promises of the image, on real containers. */
export async function checkImage(podman: Podman, tally: Tally, version: string): Promise<void> {
  await tally.check('the image: user, signal, health check, labels; no shell', async () => {
    const [inspected] = JSON.parse(await podman.podman('image', 'inspect', 'plantain')) as [Inspected];
    const { Config: config, Healthcheck: health } = inspected;
    must(config.User === '65532:65532', `the user is ${config.User}`);
    must(config.StopSignal === 'SIGTERM', `the stop signal is ${config.StopSignal}`);
    must(health?.Test.join(' ') === 'CMD plantain health', `the health check is ${String(health?.Test)}`);
    must(config.Labels['org.opencontainers.image.version'] === version, 'a label has another version');
    must(Object.keys(config.Volumes).join(',') === '/data', 'the volume is another');
    const told = (await podman.podman('run', '--rm', 'plantain', '--version')).trim();
    must(told === version, `it says version ${told}`);
    const shell = await podman.attempt('podman', [
      'run',
      '--rm',
      '--entrypoint',
      '/bin/sh',
      'plantain',
      '-c',
      'true',
    ]);
    must(shell.code !== 0, 'there is a shell');
  });
  await tally.check(
    `the image has at most ${String(maxCompressedBytes / 1_000_000)} MB compressed`,
    async () => {
      const pushed = join(podman.folder, 'pushed');
      await podman.podman('push', '--quiet', '--compress', 'plantain', `dir:${pushed}`);
      const bytes = readdirSync(pushed).reduce((sum, name) => sum + statSync(join(pushed, name)).size, 0);
      console.log(`  ${(bytes / 1_000_000).toFixed(1)} MB`);
      must(bytes <= maxCompressedBytes, `it has ${String(bytes)} bytes`);
    },
  );
  await checkContainer(podman, tally);
  await checkVolumes(podman, tally);
}

/** Starts a container that listens on `port` inside; returns how to ask it from outside. */
async function start(
  podman: Podman,
  name: string,
  settings: readonly string[],
  port = 4747,
): Promise<Server> {
  const outside = await freePort();
  const publish = ['--publish', `127.0.0.1:${String(outside)}:${String(port)}`];
  const secrets = [
    '--env',
    `PLANTAIN_BOOTSTRAP_KEY=${bootstrapKey}`,
    '--env',
    `PLANTAIN_METRICS_TOKEN=${metricsToken}`,
  ];
  await podman.podman(
    'run',
    '--detach',
    '--name',
    name,
    ...strict,
    ...publish,
    ...secrets,
    ...settings,
    'plantain',
  );
  const server = new Server(`http://127.0.0.1:${String(outside)}`, bootstrapKey);
  await server.ready().catch(async (error: unknown) => {
    const { stdout, stderr } = await podman.attempt('podman', ['logs', name]);
    throw new Error(`${String(error)}\n${stdout}${stderr}`);
  });
  return server;
}

async function checkContainer(podman: Podman, tally: Tally): Promise<void> {
  const name = 'strict';
  let server: Server | undefined;
  let ordersBefore = '';
  await tally.check('read-only, without capabilities, in 256 MB: the first picture', async () => {
    server = await start(podman, name, ['--volume', 'kept:/data']);
    const { format, width } = await sharp(await server.picture({ prompt: 'a fox' })).metadata();
    must(format === 'jpeg' && width === 1024, `the picture is a ${format} of ${String(width)}`);
  });
  await tally.check('there a picture is converted to WebP', async () => {
    const { format } = await sharp(
      await server?.picture({ prompt: 'a fox', output_format: 'webp' }),
    ).metadata();
    must(format === 'webp', `the picture is a ${format}`);
  });
  await tally.check(
    '`podman healthcheck run` says healthy; `plantain health` elsewhere ends with 1',
    async () => {
      await podman.podman('healthcheck', 'run', name);
      const { code } = await podman.attempt('podman', [
        'exec',
        '--env',
        'PLANTAIN_PORT=4999',
        name,
        'plantain',
        'health',
      ]);
      must(code === 1, `it ended with ${String(code)} where nobody listens`);
    },
  );
  await tally.check('SIGTERM: the order in flight is answered 200, and the exit code is 0', async () => {
    const order = server?.draw({ prompt: 'a fox [scenario: slow-first-byte 4000]' });
    await eventually('the order is in flight', async () => {
      const metrics = await server?.get('/metrics', { token: metricsToken });
      return /^plantain_orders_in_flight(?:\{[^}]*\})? 1$/m.test((await metrics?.text()) ?? '');
    });
    ordersBefore = await podman.podman(
      'exec',
      name,
      'plantain',
      'orders',
      'list',
      '--json',
      '--status',
      'succeeded',
    );
    await podman.podman('stop', '--time', '40', name);
    const status = (await order)?.status;
    must(status === 200, `the order was answered ${String(status)}`);
    const code = (await podman.podman('inspect', '--format', '{{.State.ExitCode}}', name)).trim();
    must(code === '0', `the exit code is ${code}`);
    await podman.podman('rm', name);
  });
  await tally.check(
    'a second container on the same volume has the ledger and the keys of the first',
    async () => {
      server = await start(podman, 'again', ['--volume', 'kept:/data', '--env', 'PLANTAIN_PORT=8080'], 8080);
      const orders = JSON.parse(
        await podman.podman('exec', 'again', 'plantain', 'orders', 'list', '--json', '--status', 'succeeded'),
      ) as readonly { readonly id: string }[];
      const before = JSON.parse(ordersBefore) as readonly { readonly id: string }[];
      must(
        before.length === 2 && orders.length === 3,
        `${String(before.length)} orders became ${String(orders.length)}`,
      );
      must(
        before.every(({ id }) => orders.some((one) => one.id === id)),
        'an order is missing',
      );
      await server.picture({ prompt: 'a fox' });
    },
  );
  await tally.check('with another PLANTAIN_PORT the health check says healthy as well', async () => {
    await podman.podman('healthcheck', 'run', 'again');
    await podman.podman('rm', '--force', 'again');
  });
}

async function checkVolumes(podman: Podman, tally: Tally): Promise<void> {
  const folder = join(podman.folder, 'of-root');
  mkdirSync(folder, { mode: 0o755 });
  const mounted = ['run', '--rm', ...strict, '--volume', `${folder}:/data`];
  await tally.check(
    "a folder of root's is told in one sentence, and its chown line is the cure",
    async () => {
      const { code, stdout, stderr } = await podman.attempt('podman', [...mounted, 'plantain']);
      const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('time='));
      must(code === 1 && stdout === '', `it ended with ${String(code)}: ${stdout}`);
      must(
        lines.length === 1 && (lines[0] ?? '').includes('"chown -R 65532:65532 /data"'),
        `it says:\n${lines.join('\n')}`,
      );
      await podman.command('chown', ['-R', '65532:65532', folder]);
      const server = await start(podman, 'given', ['--volume', `${folder}:/data`]);
      await server.picture({ prompt: 'a fox' });
      await podman.podman('rm', '--force', 'given');
    },
  );
  await tally.check('a data folder where nothing is mounted is told in one sentence', async () => {
    const elsewhere = ['--env', 'PLANTAIN_DATA_DIR=/srv/plantain'];
    const { code, stderr } = await podman.attempt('podman', [
      'run',
      '--rm',
      ...strict,
      ...elsewhere,
      'plantain',
    ]);
    must(code === 1 && stderr.includes('PLANTAIN_DATA_DIR'), `it ended with ${String(code)}: ${stderr}`);
  });
}
