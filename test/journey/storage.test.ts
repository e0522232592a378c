import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { imageAnswer, sendJson, startFakeGemini, tinyPng } from '../support/fake-gemini.ts';
import { errorOf, generate, imagesOf, ledgerRows } from '../support/http.ts';
import { serveChild } from '../support/serve-child.ts';
import { smallDisk } from '../support/small-disk.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A server in a process of its own, and an upstream that answers when the test says so. */
async function serveWithSlowUpstream(dataDir: string) {
  const waiting: ServerResponse[] = [];
  const upstream = await startFakeGemini((_call, response) => void waiting.push(response));
  cleanups.push(() => upstream.close());
  const server = await serveChild({
    upstreamUrl: upstream.url,
    dataDir,
    env: { PLANTAIN_LOG_FORMAT: 'json', PLANTAIN_SHUTDOWN_GRACE_MS: '2000' },
  });
  cleanups.push(() => server.close());
  return {
    server,
    upstream,
    /** Draws every picture asked for so far. */
    answerAll: () => {
      for (const response of waiting.splice(0)) sendJson(response, imageAnswer());
    },
    /** Lines of the log with this message. */
    logged: (message: string) =>
      server
        .output()
        .split('\n')
        .filter((line) => line.includes(`"msg":"${message}`)),
  };
}

const statuses = (dataDir: string) => ledgerRows(dataDir).map(({ status }) => status);
const readiness = async (url: string) => {
  const response = await fetch(`${url}/readyz`);
  return { ...((await response.json()) as { problems?: readonly string[] }), status: response.status };
};

test('a disk that fills up costs no picture that was paid for: it is delivered, and its row follows when there is room', async () => {
  const disk = smallDisk();
  cleanups.push(() => disk.remove());
  const { server, upstream, answerAll, logged } = await serveWithSlowUpstream(disk.folder);
  const pid = server.child.pid;
  const orders = Array.from({ length: 5 }, () => generate(server, { prompt: 'a fox' }));
  await expect.poll(() => upstream.calls.length).toBe(5);
  expect(await readiness(server.url)).toMatchObject({ status: 200 });

  disk.fill(pid);
  answerAll();
  for (const response of await Promise.all(orders)) {
    expect(response.status).toBe(200);
    expect((await imagesOf(response)).data).toEqual([{ b64_json: tinyPng }]);
  }
  await expect.poll(() => logged('order"').length).toBe(5);
  expect(logged('row is late')).toHaveLength(5);

  // Nothing more is drawn that cannot be recorded, and it is said plainly.
  const refused = await generate(server, { prompt: 'a fox' });
  expect(refused.status).toBe(disk.isReal ? 507 : 503);
  const { code, message } = await errorOf(refused);
  expect(code).toBe(disk.isReal ? 'storage_full' : 'storage_unavailable');
  expect(message).not.toContain(disk.folder);
  await expect.poll(() => logged('refused').join()).toContain(`"error":"${code}"`);
  expect(upstream.calls).toHaveLength(5);
  await expect.poll(() => readiness(server.url)).toMatchObject({ status: 503 });
  const [problem = ''] = (await readiness(server.url)).problems ?? [];
  expect(problem).toBe(disk.isReal ? 'the database is on a full disk' : 'the database cannot be reached');

  disk.makeRoom(pid);
  await expect.poll(() => statuses(disk.folder), { timeout: 10_000 }).toEqual(Array(5).fill('succeeded'));
  await expect.poll(() => readiness(server.url), { timeout: 10_000 }).toMatchObject({ status: 200 });
  expect(logged('late row is written')).toHaveLength(5);
}, 60_000);

describe('while another program has the database locked', () => {
  function lock(dataDir: string): DatabaseSync {
    const database = new DatabaseSync(join(dataDir, 'plantain.db'));
    database.exec('begin immediate');
    cleanups.push(() => {
      if (database.isOpen) database.close();
    });
    return database;
  }

  function dataFolder(): string {
    const dataDir = mkdtempSync(join(tmpdir(), 'plantain-locked-'));
    cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
    return dataDir;
  }

  test('the server goes on: keys are known, pictures are delivered, new orders wait, reports are read', async () => {
    const dataDir = dataFolder();
    const { server, upstream, answerAll } = await serveWithSlowUpstream(dataDir);
    const first = generate(server, { prompt: 'before the lock' });
    await expect.poll(() => upstream.calls.length).toBe(1);
    const stranger = lock(dataDir);

    let isSecondAnswered = false;
    const second = generate(server, { prompt: 'behind the lock' }).finally(() => (isSecondAnswered = true));
    answerAll();
    expect((await first).status).toBe(200);
    const models = await fetch(`${server.url}/v1/models`, {
      headers: { authorization: `Bearer ${server.key}` },
    });
    expect([models.status, (await fetch(`${server.url}/healthz`)).status]).toEqual([200, 200]);
    await expect
      .poll(() => readiness(server.url))
      .toMatchObject({
        status: 503,
        problems: [expect.stringMatching(/^the database .*locked/)],
      });
    expect([isSecondAnswered, upstream.calls.length]).toEqual([false, 1]);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [resolve(import.meta.dirname, '../../src/main.ts'), 'usage', '--by', 'key'],
      { env: { PATH: process.env['PATH'], PLANTAIN_DATA_DIR: dataDir } },
    );
    expect(stdout).toContain('bootstrap');

    stranger.exec('rollback');
    await expect.poll(() => upstream.calls.length).toBe(2);
    answerAll();
    expect((await second).status).toBe(200);
    await expect.poll(() => statuses(dataDir), { timeout: 10_000 }).toEqual(['succeeded', 'succeeded']);
  }, 60_000);

  test('a stop waits for the rows of orders that were answered', async () => {
    const dataDir = dataFolder();
    const { server, upstream, answerAll, logged } = await serveWithSlowUpstream(dataDir);
    const order = generate(server, { prompt: 'a fox' });
    await expect.poll(() => upstream.calls.length).toBe(1);
    const stranger = lock(dataDir);
    answerAll();
    expect((await order).status).toBe(200);
    await expect.poll(() => logged('row is late').length).toBe(1);
    server.child.kill('SIGTERM');
    await expect
      .poll(() =>
        fetch(server.url).then(
          () => true,
          () => false,
        ),
      )
      .toBe(false);
    stranger.close();
    expect(await server.exited).toBe(0);
    expect(statuses(dataDir)).toEqual(['succeeded']);
  }, 60_000);
});

test('a damaged link secret stops the start with the cure, before an order can be drawn that cannot be delivered', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'plantain-secret-'));
  cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
  writeFileSync(join(dataDir, 'link-secret'), 'short');
  await expect(serveChild({ dataDir })).rejects.toThrow(
    /^serve ended with 1:\nplantain: .*link-secret is damaged: .*Delete it to make a new one; .*\n$/,
  );
  rmSync(join(dataDir, 'link-secret'));
  const server = await serveChild({ dataDir });
  cleanups.push(() => server.close());
  const response = await generate(server, { prompt: 'a fox', response_format: 'url' });
  const { data } = await imagesOf(response);
  expect((await fetch(data[0]?.url ?? '')).status).toBe(200);
}, 60_000);
