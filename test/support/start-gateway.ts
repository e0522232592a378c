import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FlagValues, loadConfig } from '../../src/config/load-config.ts';
import { type App, createApp } from '../../src/app/lifecycle.ts';

export interface Gateway {
  readonly url: string;
  /** Where its metrics are, if they have an address of their own. */
  readonly metricsUrl: string | undefined;
  readonly key: string;
  readonly dataDir: string;
  readonly app: App;
  close(): Promise<void>;
}

export interface GatewayOptions {
  /** An upstream to use; absent, the sandbox inside. */
  readonly upstreamUrl?: string;
  readonly flags?: FlagValues;
  readonly env?: Readonly<Record<string, string>>;
  readonly dataDir?: string;
}

export const testKey = `sk-${'Test0'.repeat(9)}abc`;
export const upstreamKey = 'AIzaTestTestTestTestTestTestTestTestTes';

/** A whole Plantain on a free port, with a data directory of its own that goes with it. */
export async function startGateway({
  upstreamUrl,
  flags = {},
  env = {},
  dataDir,
}: GatewayOptions = {}): Promise<Gateway> {
  const directory = dataDir ?? (await mkdtemp(join(tmpdir(), 'plantain-test-')));
  const { config, originOf } = loadConfig({
    flags,
    env: {
      PLANTAIN_PORT: '0',
      PLANTAIN_DATA_DIR: directory,
      PLANTAIN_BOOTSTRAP_KEY: testKey,
      PLANTAIN_LOG_LEVEL: 'silent',
      PLANTAIN_SHUTDOWN_GRACE_MS: '2000',
      PLANTAIN_SHUTDOWN_DELAY_MS: '0',
      ...(upstreamUrl !== undefined && { GEMINI_API_KEY: upstreamKey, GOOGLE_GEMINI_BASE_URL: upstreamUrl }),
      ...env,
    },
    cwd: directory,
  });
  const app = await createApp(config, { originOf });
  const { url, metricsUrl } = await app.listen();
  return {
    url,
    metricsUrl,
    key: testKey,
    dataDir: directory,
    app,
    async close() {
      await app.drain();
      if (dataDir === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}
