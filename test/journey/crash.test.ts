import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { testKey } from '../support/start-gateway.ts';

const run = promisify(execFile);
const main = resolve(import.meta.dirname, '../../src/main.ts');

async function serve(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [main, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      PLANTAIN_DATA_DIR: dataDir,
      PLANTAIN_PORT: '0',
      PLANTAIN_BOOTSTRAP_KEY: testKey,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const url = await new Promise<string>((found, lost) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
      if (address !== undefined) found(address);
    });
    child.once('exit', () => lost(new Error(`serve ended: ${output}`)));
  });
  return { child, url };
}

interface UsageTotal {
  readonly orders: number;
  readonly cost_micro_usd: number;
  readonly sandbox_cost_micro_usd: number;
  readonly by_status: Readonly<Record<string, number>>;
}

async function usage(dataDir: string): Promise<UsageTotal> {
  const { stdout } = await run(process.execPath, [main, 'usage', '--json'], {
    env: { PATH: process.env['PATH'], PLANTAIN_DATA_DIR: dataDir },
  });
  const [byKey] = JSON.parse(stdout) as { total: UsageTotal }[];
  if (byKey === undefined) throw new Error('no report');
  return byKey.total;
}

test('an order that was under way when the server was killed has its row, and the next start closes it as unknown', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'plantain-crash-'));
  try {
    const first = await serve(dataDir);
    const lost = fetch(`${first.url}/v1/images/generations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
      body: '{"prompt":"a fox [scenario: hang]"}',
    }).catch(() => undefined);
    await expect.poll(async () => (await usage(dataDir)).by_status['open'], { timeout: 15_000 }).toBe(1);
    first.child.kill('SIGKILL');
    await lost;

    const second = await serve(dataDir);
    const row = await usage(dataDir);
    expect(row).toMatchObject({ orders: 1 });
    expect(row.by_status).toMatchObject({ open: 0, unknown: 1 });
    // It was the sandbox's, and the ledger knows that of an order nobody heard the end of.
    expect(row.cost_micro_usd).toBe(0);
    expect(row.sandbox_cost_micro_usd).toBeGreaterThan(0);
    second.child.kill('SIGTERM');
    await new Promise((ended) => second.child.once('exit', ended));
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}, 60_000);
