import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';

const key = `sk-${'Socket'.repeat(8)}`;
const root = join(import.meta.dirname, '..', '..');
const closers: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A socket and who starts servers on it, as systemd does. */
async function holder(host: string, env: Record<string, string>) {
  const dataDir = await mkdtemp(join(tmpdir(), 'plantain-socket-'));
  closers.push(() => rm(dataDir, { recursive: true, force: true }));
  const server = [process.execPath, join(root, 'bin', 'plantain.mjs'), 'serve'];
  const process_: ChildProcess = spawn(
    'python3',
    [join(root, 'test', 'support', 'socket-holder.py'), host, ...server],
    {
      cwd: dataDir,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        PLANTAIN_DATA_DIR: join(dataDir, 'data'),
        PLANTAIN_BOOTSTRAP_KEY: key,
        PLANTAIN_SHUTDOWN_DELAY_MS: '0',
        // Would fail, or be noticed, if it were listened on.
        PLANTAIN_PORT: '1',
        ...env,
      },
    },
  );
  closers.push(() => void process_.kill('SIGKILL'));
  let errors = '';
  process_.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const lines = createInterface({ input: process_.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  const port = Number(await line());
  const tell = async (word: 'start' | 'stop'): Promise<string> => {
    process_.stdin?.write(`${word}\n`);
    for (;;) {
      const said = await line();
      if (said.startsWith(word === 'start' ? 'started' : 'stopped')) return said;
    }
  };
  return { port, tell, errors: () => errors };
}

/** One order on a connection of its own; its status, or why there was none. */
function draw(port: number): Promise<number | string> {
  return new Promise((resolve) => {
    const order = request(
      {
        port,
        path: '/v1/images/generations',
        method: 'POST',
        agent: false,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', connection: 'close' },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', (error) => resolve(error.message));
      },
    );
    order.on('error', (error) => resolve(error.message));
    order.end(JSON.stringify({ prompt: 'a fox', image_size: '1K' }));
  });
}

test('while the server of a handed socket restarts, nobody is refused and every order is answered', async () => {
  const { port, tell } = await holder('127.0.0.1', {});
  await tell('start');
  const answers: (number | string)[] = [];
  const load = { isOver: false };
  const clients = Array.from({ length: 3 }, async () => {
    while (!load.isOver) answers.push(await draw(port));
  });
  for (let restart = 0; restart < 2; restart++) {
    const before = answers.length;
    await expect.poll(() => answers.length - before, { timeout: 25_000 }).toBeGreaterThan(4);
    expect(await tell('stop')).toBe('stopped 0');
    await tell('start');
  }
  const before = answers.length;
  await expect.poll(() => answers.length - before, { timeout: 25_000 }).toBeGreaterThan(4);
  load.isOver = true;
  await Promise.all(clients);
  expect(new Set(answers)).toEqual(new Set([200]));
  await tell('stop');
}, 90_000);

test('a socket that reaches further than host says is refused with the cure, for strangers would come in', async () => {
  const { tell, errors } = await holder('0.0.0.0', { PLANTAIN_HOST: '127.0.0.1' });
  await tell('start');
  await expect
    .poll(errors, { timeout: 25_000 })
    .toContain('Set host (PLANTAIN_HOST) to the address of the socket');
});
