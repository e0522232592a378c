import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../measure/free-port.ts';
import { ManagedProcess } from '../measure/managed-process.ts';
import { cacheDir } from '../paths.ts';
import { jsonRequest } from '../wire/raw-request.ts';
import { modelId, prompt, type Target, type TargetContext, upstreamKey } from './target.ts';

const liteLlmVersion = '1.106.2';
const venvDir = join(cacheDir, `litellm-${liteLlmVersion}`);

/** A virtual environment of its own in the cache. Takes minutes the first time. `BENCH_PYTHON` names a Python 3.10–3.13. */
export function installLiteLlm(): void {
  if (existsSync(join(venvDir, 'bin', 'litellm'))) return;
  execFileSync(process.env['BENCH_PYTHON'] ?? 'python3', ['-m', 'venv', venvDir], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  execFileSync(join(venvDir, 'bin', 'pip'), ['install', '--quiet', `litellm[proxy]==${liteLlmVersion}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** LiteLLM's proxy with one worker, no database and its log turned down. */
export async function startLiteLlm({ upstreamPort, scratchDir }: TargetContext): Promise<Target> {
  const port = await freePort();
  const config = join(scratchDir, 'litellm.yaml');
  writeFileSync(
    config,
    JSON.stringify({
      model_list: [
        {
          model_name: modelId,
          litellm_params: {
            model: `gemini/${modelId}`,
            api_key: upstreamKey,
            api_base: `http://127.0.0.1:${upstreamPort}/v1beta`,
          },
        },
      ],
      general_settings: { master_key: 'sk-bench' },
      litellm_settings: { telemetry: false },
    }),
  );
  const proxy = await ManagedProcess.start({
    command: join(venvDir, 'bin', 'litellm'),
    args: [
      '--config',
      config,
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--num_workers',
      '1',
      '--telemetry',
      'False',
    ],
    cwd: scratchDir,
    env: { LITELLM_LOG: 'ERROR', LITELLM_LOCAL_MODEL_COST_MAP: 'True' },
    logFile: join(scratchDir, 'litellm.log'),
    port,
    readyPath: '/health/liveliness',
    readyStatus: 200,
    readyTimeoutMs: 180_000,
  });
  return {
    id: 'litellm',
    label: 'LiteLLM',
    version: liteLlmVersion,
    port,
    tree: proxy.tree,
    pictureKey: 'b64_json',
    generate: jsonRequest(
      '/v1/images/generations',
      { model: modelId, prompt, n: 1 },
      { authorization: 'Bearer sk-bench' },
    ),
    stop: () => proxy.stop(),
  };
}
