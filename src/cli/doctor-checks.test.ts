import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Config } from '../config/config-schema.ts';
import type { CallFault } from '../journey/call.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { checkUpstreams, judgeKey } from './check-upstream.ts';
import {
  checkClock,
  checkDatabase,
  checkDataFolder,
  checkNode,
  checkPictureLibraries,
  checkPort,
} from './doctor-checks.ts';
import { doctorReport } from './doctor-report.ts';
import { withRecords } from './open-records.ts';
import { runCommandLine } from './run-command-line.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'plantain-doctor-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const loaded = (env: Record<string, string>): LoadedConfig =>
  loadConfig({ cwd: dataDir, env: { PLANTAIN_DATA_DIR: dataDir, ...env } });
const configOf = (env: Record<string, string>): Config => loaded(env).config;

async function withServer<T>(listener: RequestListener, work: (port: number) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a port is well when it is free or Plantain answers there, and wrong when something else does', async () => {
  const port = await withServer(
    (request, response) => response.writeHead(request.url === '/healthz' ? 200 : 404).end(),
    async (taken) => {
      expect(await checkPort(configOf({ PLANTAIN_PORT: String(taken) }))).toMatchObject({
        state: 'ok',
        detail: expect.stringContaining('is running') as string,
      });
      return taken;
    },
  );
  expect(await checkPort(configOf({ PLANTAIN_PORT: String(port) }))).toMatchObject({
    state: 'ok',
    detail: expect.stringContaining('is free') as string,
  });
  await withServer(
    (_request, response) => response.writeHead(404).end(),
    async (taken) => {
      expect(await checkPort(configOf({ PLANTAIN_PORT: String(taken) }))).toMatchObject({
        state: 'failed',
        fix: expect.stringContaining('PLANTAIN_PORT') as string,
      });
    },
  );
});

test('the upstream is asked with the key in its header, and what it answers is judged', async () => {
  let asked = '';
  await withServer(
    (request, response) => {
      asked = `${String(request.url)} ${String(request.headers['x-goog-api-key'])}`;
      response.end('{"models":[]}');
    },
    async (port) => {
      const { findings, dateMs } = await checkUpstreams(
        loaded({ GEMINI_API_KEY: 'some-key', GOOGLE_GEMINI_BASE_URL: `http://127.0.0.1:${String(port)}` }),
      );
      expect([findings[0]?.state, asked, typeof dateMs]).toEqual([
        'ok',
        '/v1beta/models?pageSize=1 some-key',
        'number',
      ]);
    },
  );
  const judged = (fault: CallFault, httpStatus: number, reason = '') =>
    judgeKey(
      'http://up',
      { key: 'GOOGLE_API_KEY', address: 'x.yaml:2: upstreams[0].base_url' },
      { fault, httpStatus, reason },
    );
  expect(judged('credential', 400, 'API key not valid.')).toEqual({
    check: 'upstream',
    state: 'failed',
    detail: 'http://up refuses the key (400): API key not valid.',
    fix: 'Set GOOGLE_API_KEY to a valid key that may use the Gemini API.',
  });
  expect(judged('place', 400).detail).toBe('http://up does not serve this place (400)');
  expect(judged('quota', 429).state).toBe('note');
  expect(judged('upstream', 404).fix).toContain('x.yaml:2: upstreams[0].base_url');
  for (const fault of ['credit', 'upstream', 'caller', 'ours'] as const)
    expect(judged(fault, 500).state).toBe('failed');
  expect(
    judgeKey(
      'art at http://up',
      { key: 'x.yaml:3: upstreams[0].credentials', address: 'x.yaml:2: upstreams[0].name' },
      { fault: 'credential', httpStatus: undefined, reason: 'no file' },
      'vertex',
    ),
  ).toEqual({
    check: 'upstream',
    state: 'failed',
    detail: 'art at http://up cannot be asked without the credentials: no file',
    fix: 'Look at x.yaml:3: upstreams[0].credentials: whom it names needs the role "Vertex AI User" (roles/aiplatform.user) in the project.',
  });
  expect((await checkUpstreams(loaded({}))).findings).toMatchObject([
    { state: 'note', detail: 'sandbox, no Gemini key is set' },
  ]);
  const unreachable = loaded({
    GEMINI_API_KEY: 'secret-key',
    GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:1',
  });
  const { findings } = await checkUpstreams(unreachable);
  expect([findings[0]?.state, JSON.stringify(findings).includes('secret-key')]).toEqual(['failed', false]);
});

test('node, clock, folder, database and libraries are examined', async () => {
  expect(['20.20.2', '24.14.9', '24.15.0', '26.0.0'].map((version) => checkNode(version).state)).toEqual([
    'failed',
    'failed',
    'ok',
    'ok',
  ]);
  const nowMs = Date.UTC(2026, 10, 24);
  expect(checkClock(nowMs, nowMs + 60_000).state).toBe('ok');
  expect(checkClock(nowMs, nowMs + 3_600_000).state).toBe('failed');
  expect(checkClock(0, undefined).state).toBe('failed');
  const config = configOf({});
  expect(checkDataFolder(config).state).toBe('ok');
  expect(await checkDatabase(config)).toMatchObject({
    state: 'ok',
    detail: expect.stringContaining('none yet') as string,
  });
  await withRecords(config, async () => undefined);
  expect(await checkDatabase(config)).toMatchObject({ state: 'ok', detail: 'opens; 0 live keys' });
  expect((await checkPictureLibraries()).state).toBe('ok');
  writeFileSync(path.join(dataDir, 'file'), '');
  expect(checkDataFolder(configOf({ PLANTAIN_DATA_DIR: path.join(dataDir, 'file', 'x') }))).toMatchObject({
    state: 'failed',
  });
  writeFileSync(path.join(dataDir, 'plantain.db'), 'this is no database, whatever its name says');
  expect((await checkDatabase(config)).state).toBe('failed');
});

test('every failed finding shows its fix, and the command ends with 1', async () => {
  expect(
    doctorReport([
      { check: 'node', state: 'ok', detail: 'fine' },
      { check: 'database', state: 'failed', detail: 'broken', fix: 'Mend it.' },
    ]),
  ).toBe('✓ node      fine\n✗ database  broken\n            → Mend it.\n\n1 check failed.\n');
  const context = capturedContext({ cwd: dataDir, env: { PLANTAIN_PORT: 'abc' } });
  expect(await runCommandLine(['doctor'], context)).toBe(1);
  expect(context.out()).toContain(
    '✗ config    PLANTAIN_PORT must be a whole number from 0 to 65535, not "abc".',
  );
  expect(context.err()).toBe('plantain: not ready: config.\n');
});
