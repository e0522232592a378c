import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { runCommandLine } from './run-command-line.ts';
import { runWords } from './run-words.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function listening(host: string, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return String((server.address() as AddressInfo).port);
}
const alive: RequestListener = (request, response) =>
  response.writeHead(request.url === '/healthz' ? 200 : 404).end('{"status":"ok"}\n');

/** By the short way of a probe; that the long one, with every command, says the same is part of every test. */
async function health(env: Record<string, string>, ...words: string[]) {
  const [short, long] = await Promise.all(
    [runWords, runCommandLine].map(async (run) => {
      const context = capturedContext({ env });
      const exitCode = await run(['health', ...words], context);
      return { exitCode, out: context.out(), err: context.err() };
    }),
  );
  expect(short).toEqual(long);
  return short;
}

test.each([
  ['127.0.0.1', '127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '0.0.0.0', '127.0.0.1'],
  ['127.0.0.2', '127.0.0.2', '127.0.0.2'],
])('a server on %s is asked where it can be', async (host, listens, asked) => {
  const port = await listening(listens, alive);
  const env = {
    PLANTAIN_HOST: host,
    PLANTAIN_PORT: port,
    HTTP_PROXY: 'http://127.0.0.1:1',
    NODE_USE_ENV_PROXY: '1',
  };
  expect(await health(env)).toEqual({
    exitCode: 0,
    out: `http://${asked}:${port}/healthz is alive\n`,
    err: '',
  });
  expect(await health({ PLANTAIN_HOST: host }, '--port', port, '--json')).toMatchObject({
    exitCode: 0,
    out: `${JSON.stringify({ url: `http://${asked}:${port}/healthz`, healthy: true, problem: null })}\n`,
  });
});

test.each<[string, RequestListener, RegExp]>([
  ['fails', (_request, response) => response.writeHead(500).end('{"status":"ok"}'), /it answered 500/],
  ['is another program', (_request, response) => response.end('<html>'), /not as Plantain does/],
  ['never ends', (_request, response) => void response.write('{'), /did not answer in time/],
  ['goes on and on', (_request, response) => response.end('x'.repeat(100_000)), /not that of Plantain/],
  ['hangs up', (_request, response) => void response.destroy(), /hang up/],
])('a server that %s is not alive, which is one line and 1', async (_name, answer, reason) => {
  const port = await listening('127.0.0.1', answer);
  const said = await health({ PLANTAIN_PORT: port });
  expect([said?.exitCode, said?.out, said?.err.split('\n').length]).toEqual([1, '', 2]);
  expect(said?.err).toMatch(reason);
});

test('where nobody listens, and where nobody can know who does, it ends with 1 too', async () => {
  const port = await listening('127.0.0.1', alive);
  servers.pop()?.close();
  expect(await health({ PLANTAIN_PORT: port })).toMatchObject({ exitCode: 1 });
  expect((await health({ PLANTAIN_PORT: '0' }))?.exitCode).toBe(1);
  expect((await health({ PLANTAIN_PORT: 'many' }))?.exitCode).toBe(1);
  const said = await health({ PLANTAIN_PORT: port }, '--json');
  expect([said?.exitCode, JSON.parse(said?.out ?? '')]).toMatchObject([1, { healthy: false }]);
});

test('asked for help, mistyped, or with flags in another spelling, it is the same command', async () => {
  const port = await listening('127.0.0.1', alive);
  expect((await health({}, '--help'))?.out).toContain('Usage: plantain health');
  expect(await health({}, '--prot', port)).toMatchObject({ exitCode: 2 });
  expect(await health({}, 'now')).toMatchObject({ exitCode: 2 });
  expect(await health({}, `--port=${port}`, '--host=127.0.0.1')).toMatchObject({ exitCode: 0 });
  expect(await health({}, '--port')).toMatchObject({ exitCode: 2 });
  expect(await health({}, '--port', '1', '--port', port)).toMatchObject({ exitCode: 0 });
});
