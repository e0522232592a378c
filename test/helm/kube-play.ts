import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { freePort } from '../../bench/measure/free-port.ts';
import type { Tally } from '../clients/support/tally.ts';
import { givenSecrets, type Values } from './cases.ts';
import { must, objectsOf, only } from './objects.ts';

const run = promisify(execFile);
const podman = async (...args: readonly string[]): Promise<string> => (await run('podman', args)).stdout;
const pod = 'demo-plantain-pod-0';
const container = `${pod}-plantain`;
/** Both are called by the name of the release; they are this test's alone. */
const name = 'demo-plantain';

/**
 * Runs what is rendered with `podman kube play`: the Deployment, with its plantain.yaml, its Secret and its volume, for an
 * image that podman has.
 */
export async function playDeployment(
  tally: Tally,
  render: (values: Values) => Promise<string>,
  image: string,
  folder: string,
): Promise<void> {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const [repository = '', tag = 'latest'] = image.split(':');
  const values = {
    image: { repository, tag, pullPolicy: 'Never' },
    port,
    config: { log: { format: 'json' }, default_model: 'gemini-3-pro-image' },
    metrics: { enabled: true, port: metricsPort },
    secrets: {
      bootstrapKey: { value: givenSecrets.bootstrapKey },
      adminSecret: { value: givenSecrets.adminSecret },
    },
  };
  const objects = objectsOf(await render(values));
  const secret = join(folder, 'secret.json');
  // Podman's own secrets, which stand for Kubernetes's, hold the data alone.
  writeFileSync(secret, JSON.stringify(only(objects, 'Secret').data));
  const file = join(folder, 'play.yaml');
  const played = ['ConfigMap', 'PersistentVolumeClaim', 'Deployment'].map((kind) => only(objects, kind));
  writeFileSync(file, played.map((one) => stringify(one)).join('---\n'));
  const address = `http://127.0.0.1:${String(port)}`;
  const headers = {
    authorization: `Bearer ${givenSecrets.bootstrapKey}`,
    'content-type': 'application/json',
  };
  const draw = (prompt: string, more = {}): Promise<Response> =>
    fetch(`${address}/v1/images/generations`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ prompt, ...more }),
    });
  const mustDraw = async (answer: Response, model: string): Promise<void> => {
    const { data } = (await answer.json()) as { data?: readonly { b64_json?: string }[] };
    must(answer.status === 200 && (data?.[0]?.b64_json?.length ?? 0) > 1000, `${answer.status}, no picture`);
    const orders = await podman('exec', container, 'plantain', 'orders', 'list', '--json');
    must(orders.includes(model), `no order of ${model}: ${orders}`);
  };

  try {
    await podman('secret', 'create', name, secret);
    await tally.check('podman kube play: pictures, by the settings of the ConfigMap', async () => {
      await podman('kube', 'play', file);
      await until(`${address}/readyz`);
      await mustDraw(await draw('a fox', { output_format: 'webp' }), 'gemini-3-pro-image');
    });
    await tally.check('the admin secret and the metrics are what the chart says', async () => {
      const admin = { authorization: `Bearer ${givenSecrets.adminSecret}` };
      const keys = await fetch(`${address}/admin/v1/keys`, { headers: admin });
      must(keys.status === 200, `the admin API says ${keys.status}`);
      const metrics = await (await fetch(`http://127.0.0.1:${String(metricsPort)}/metrics`)).text();
      must(metrics.includes('plantain_orders_in_flight'), 'no metric to scale by');
    });
    await tally.check('user 65532, a read-only root, no capabilities', async () => {
      const format = '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.EffectiveCaps}}';
      const told = (await podman('inspect', container, '--format', format)).trim();
      must(told === '65532:65532 true []', told);
    });
    await tally.check('an order in flight at the stop is answered 200', async () => {
      const order = draw('a fox [scenario: slow-first-byte 4000]');
      const metrics = `http://127.0.0.1:${String(metricsPort)}/metrics`;
      await until(metrics, (text) => /^plantain_orders_in_flight 1$/m.test(text));
      await podman('stop', '--time', '45', container);
      must((await order).status === 200, 'it was cut');
      const code = (await podman('inspect', container, '--format', '{{.State.ExitCode}}')).trim();
      must(code === '0', `the exit code is ${code}`);
    });
    await tally.check('a second start has the ledger and the keys of the first', async () => {
      await podman('start', container);
      await until(`${address}/readyz`);
      const orders = JSON.parse(
        await podman('exec', container, 'plantain', 'orders', 'list', '--json'),
      ) as unknown[];
      must(orders.length === 2, `${orders.length} orders`);
      await mustDraw(await draw('a fox'), 'gemini-3-pro-image');
    });
  } finally {
    await podman('pod', 'rm', '--force', '--time', '0', pod).catch(() => '');
    await podman('volume', 'rm', '--force', name).catch(() => '');
    await podman('secret', 'rm', name).catch(() => '');
  }
}

async function until(url: string, holds: (text: string) => boolean = () => true): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.status === 200 && holds(await answer.text())) return;
    await sleep(100);
  }
  throw new Error(`${url} never says so`);
}
