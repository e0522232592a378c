import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { runCommandLine } from '../../src/cli/run-command-line.ts';
import { sendJson } from '../support/fake-gemini.ts';
import { serveChild, type ServeChild } from '../support/serve-child.ts';
import { startGateway, upstreamKey } from '../support/start-gateway.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Any HTTP server; asked for its models like Google. */
async function upstreamOf(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function started(upstreamUrl?: string): Promise<ServeChild> {
  const server = await serveChild(upstreamUrl === undefined ? {} : { upstreamUrl });
  cleanups.push(() => server.close());
  // The banner, which comes after the server listens.
  await expect.poll(() => server.output(), { timeout: 15_000 }).toContain("serves OpenAI's Images API");
  return server;
}

const readiness = async (url: string) => {
  const response = await fetch(`${url}/readyz`);
  const { upstreams } = (await response.json()) as { upstreams: { key: string }[] };
  return [response.status, upstreams[0]?.key];
};

const invalid: RequestListener = (_request, response) =>
  sendJson(
    response,
    {
      error: {
        code: 400,
        status: 'INVALID_ARGUMENT',
        message: 'API key not valid. Please pass a valid API key.',
      },
    },
    400,
  );

test('a wrong key stands in the banner, the log and /readyz of a server that serves all the same', async () => {
  const url = await upstreamOf(invalid);
  const server = await started(url);
  expect(server.output()).toContain(`✗ ${url} refuses the key (400): INVALID_ARGUMENT API key not valid.`);
  expect(server.output()).toContain('Set GEMINI_API_KEY to a valid key');
  const line = server
    .output()
    .split('\n')
    .find((text) => text.includes('"msg":"upstream refuses the key"'));
  expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 50, upstream: 'gemini', httpStatus: 400 });
  expect(await readiness(server.url)).toEqual([200, 'refused']);
  expect(server.output()).not.toContain(upstreamKey);
}, 30_000);

test('an upstream that does not answer keeps nobody waiting: the key is unknown, then what it says', async () => {
  let answer = (): void => undefined;
  const server = await started(
    await upstreamOf((_request, response) => {
      answer = () => sendJson(response, { models: [] });
    }),
  );
  // The banner is out, and the question is still open.
  expect(await readiness(server.url)).toEqual([200, 'unknown']);
  answer();
  await expect.poll(() => readiness(server.url), { timeout: 15_000 }).toEqual([200, 'accepted']);
}, 30_000);

test('the sandbox needs no key, and an upstream that cannot be reached says nothing of one', async () => {
  const [sandbox, nobody] = await Promise.all([started(), started('http://127.0.0.1:1')]);
  expect(await readiness(sandbox.url)).toEqual([200, 'not_needed']);
  expect(await readiness(nobody.url)).toEqual([200, 'unknown']);
  expect(nobody.output()).toContain('✗ http://127.0.0.1:1 cannot be reached: connect ECONNREFUSED');
}, 30_000);

test('a drawing that the upstream refuses the key of is known from then on', async () => {
  const gateway = await startGateway({ upstreamUrl: await upstreamOf(invalid) });
  cleanups.push(() => gateway.close());
  expect(await readiness(gateway.url)).toEqual([200, 'unknown']);
  const response = await fetch(`${gateway.url}/v1/images/generations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'a fox' }),
  });
  expect(response.status).toBe(502);
  expect(await readiness(gateway.url)).toEqual([200, 'refused']);
});

test('generate tells whoever runs it which variable holds the wrong key, and ends with 2', async () => {
  const url = await upstreamOf(invalid);
  const cwd = await mkdtemp(join(tmpdir(), 'plantain-key-'));
  cleanups.push(() => rm(cwd, { recursive: true, force: true }));
  for (const name of ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'PLANTAIN_GEMINI_API_KEY']) {
    const context = capturedContext({ cwd, env: { [name]: upstreamKey, GOOGLE_GEMINI_BASE_URL: url } });
    expect(await runCommandLine(['generate', 'a fox', '-o', 'fox.png'], context)).toBe(2);
    expect(context.err()).toBe(
      `plantain: ${name}: ${url} does not accept this key: INVALID_ARGUMENT API key not valid. Please pass a valid API key.\n`,
    );
  }
});
