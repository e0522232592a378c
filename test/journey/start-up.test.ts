import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { serveChild } from '../support/serve-child.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const teller = new URL('../support/tell-modules.ts', import.meta.url).href;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'plantain-modules-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a server with a Gemini upstream has loaded from its start to its end, without an order. */
async function loadedByAStart(): Promise<{ files: string[]; nodes: string[] }> {
  const told = path.join(folder, 'modules.json');
  const server = await serveChild({
    upstreamUrl: 'http://127.0.0.1:9',
    env: { NODE_OPTIONS: `--import=${teller}`, TOLD_MODULES: told },
  });
  try {
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(0);
  } finally {
    await server.close();
  }
  const { files, nodes } = JSON.parse(readFileSync(told, 'utf8')) as { files: string[]; nodes: string[] };
  return {
    files: files
      .filter((url) => url.startsWith('file:'))
      .map((url) => path.relative(repository, fileURLToPath(url))),
    nodes,
  };
}

/** Each is loaded by whoever needs it first: an order, a setting, a command. */
const later = [
  'node_modules/yaml/',
  'node_modules/pg/',
  'node_modules/sharp/',
  'node_modules/@resvg/',
  'node_modules/aws4fetch/',
  'node_modules/@prometheus-io/',
  'node_modules/undici/',
  'node_modules/@fastify/ajv-compiler/',
  'painter/',
  'src/emulator/start-emulator.ts',
  'src/upstreams/vertex/',
  'src/upstreams/openai-compatible/',
  'src/upstreams/credentials/google-credentials.ts',
  'src/store/s3/',
  'src/observe/metrics/',
  'src/remote/',
];

test('a start loads nothing of what only some servers need, and no client that Node has built in', async () => {
  const { files, nodes } = await loadedByAStart();
  expect(files).toContain('src/app/lifecycle.ts');
  expect(files.filter((file) => later.some((place) => file.startsWith(place)))).toEqual([]);
  expect(nodes).toContain('NativeModule http');
  // What a value imported from node:http brings with it.
  expect(nodes).not.toContain('NativeModule internal/deps/undici/undici');
  // Look at what was added before this is raised: it was 1010 when there were no console, metrics and webhooks.
  expect(files.length).toBeLessThanOrEqual(1155);
});
