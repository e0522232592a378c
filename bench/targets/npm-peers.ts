import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../measure/free-port.ts';
import { ManagedProcess } from '../measure/managed-process.ts';
import { benchDir } from '../paths.ts';
import { jsonRequest } from '../wire/raw-request.ts';
import { modelId, prompt, type Target, type TargetContext, upstreamKey } from './target.ts';

const peersDir = join(benchDir, 'peers');

/** Installs the peers' own lockfile once, without running their install scripts. */
export function installNpmPeers(): void {
  if (existsSync(join(peersDir, 'node_modules', '.package-lock.json'))) return;
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: peersDir,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Portkey's gateway. It makes no images with Gemini models, so it is measured with Imagen's answer of the same size. */
export async function startPortkey({ upstreamPort, scratchDir }: TargetContext): Promise<Target> {
  const port = await freePort();
  const gateway = await ManagedProcess.start({
    command: process.execPath,
    args: [
      join(peersDir, 'node_modules/@portkey-ai/gateway/build/start-server.js'),
      '--headless',
      `--port=${port}`,
    ],
    cwd: peersDir,
    env: { NODE_ENV: 'production' },
    logFile: join(scratchDir, 'portkey.log'),
    port,
    readyPath: '/',
  });
  return {
    id: 'portkey',
    label: 'Portkey',
    version: versionOf('@portkey-ai/gateway'),
    port,
    tree: gateway.tree,
    pictureKey: 'b64_json',
    generate: jsonRequest(
      '/v1/images/generations',
      { model: 'imagen-4.0-generate-001', prompt, n: 1 },
      {
        authorization: 'Bearer token',
        'x-portkey-provider': 'vertex-ai',
        'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}`,
        'x-portkey-vertex-project-id': 'project',
        'x-portkey-vertex-region': 'us-central1',
      },
    ),
    stop: () => gateway.stop(),
  };
}

/** What a team writes in an afternoon: the AI SDK behind a route of Hono. */
export async function startAiSdkHono({ upstreamPort, scratchDir }: TargetContext): Promise<Target> {
  const port = await freePort();
  const server = await ManagedProcess.start({
    command: process.execPath,
    args: [join(peersDir, 'ai-sdk-hono.mjs')],
    cwd: peersDir,
    env: {
      NODE_ENV: 'production',
      PORT: String(port),
      UPSTREAM: `http://127.0.0.1:${upstreamPort}/v1beta`,
      GEMINI_API_KEY: upstreamKey,
    },
    logFile: join(scratchDir, 'ai-sdk-hono.log'),
    port,
    readyPath: '/',
  });
  return {
    id: 'ai-sdk-hono',
    label: 'AI SDK + Hono, thirty lines',
    version: `ai ${versionOf('ai')}, hono ${versionOf('hono')}`,
    port,
    tree: server.tree,
    pictureKey: 'b64_json',
    generate: jsonRequest(
      '/v1/images/generations',
      { model: modelId, prompt },
      { authorization: 'Bearer token' },
    ),
    stop: () => server.stop(),
  };
}

function versionOf(name: string): string {
  const manifest = JSON.parse(readFileSync(join(peersDir, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
