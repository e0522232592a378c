import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../measure/free-port.ts';
import { ManagedProcess } from '../measure/managed-process.ts';
import { jsonRequest } from '../wire/raw-request.ts';
import { modelId, prompt, type Target, type TargetContext, upstreamKey } from './target.ts';

/** The key that every request of the bench carries; the product is started with it. */
export const apiKey = `sk-${'Bench0'.repeat(8)}`;
export const authorization = { authorization: `Bearer ${apiKey}` };
const adminSecret = 'the-bench-looks-after-its-servers-itself';
/** Every limit there is, each higher than any load comes. */
const limits = {
  max_open: 10_000,
  requests_per_minute: 1_000_000,
  images_per_minute: 1_000_000,
  images_per_day: 1_000_000_000,
  day_micro_usd: 1_000_000_000_000,
  month_micro_usd: 1_000_000_000_000,
  total_micro_usd: 1_000_000_000_000,
};

export interface PlantainOptions {
  readonly id: string;
  readonly label: string;
  /** The package's directory. */
  readonly dir: string;
  /** `dist`: the built package, started as its launcher ends up starting it. `src`: the sources as they are. */
  readonly from: 'dist' | 'src';
  /** Flags for Node.js, for experiments. */
  readonly nodeOptions?: readonly string[];
  /** Further environment of the product. */
  readonly env?: Readonly<Record<string, string>>;
  /** The data directory; absent, a fresh one. */
  readonly dataDir?: string;
}

export interface PlantainTarget extends Target {
  readonly startMs: number;
}

/** A Plantain as a user starts it: one key in SQLite, one line of log an order, into a file. */
export async function startPlantain(
  context: TargetContext,
  options: PlantainOptions,
): Promise<PlantainTarget> {
  const port = await freePort();
  const dir = mkdtempSync(join(context.scratchDir, `${options.id}-`));
  const entry = options.from === 'dist' ? 'dist/main.js' : 'src/main.ts';
  const product = await ManagedProcess.start({
    command: process.execPath,
    args: ['--max-semi-space-size=16', ...(options.nodeOptions ?? []), join(options.dir, entry), 'serve'],
    cwd: dir,
    env: {
      PLANTAIN_PORT: String(port),
      PLANTAIN_DATA_DIR: options.dataDir ?? join(dir, 'data'),
      PLANTAIN_BOOTSTRAP_KEY: apiKey,
      PLANTAIN_ADMIN_SECRET: adminSecret,
      PLANTAIN_LOG_FORMAT: 'json',
      // Nobody has to turn away from it before it stops.
      PLANTAIN_SHUTDOWN_DELAY_MS: '0',
      GEMINI_API_KEY: upstreamKey,
      GOOGLE_GEMINI_BASE_URL: `http://127.0.0.1:${context.upstreamPort}`,
      ...options.env,
    },
    logFile: join(dir, 'output.log'),
    port,
    readyPath: '/readyz',
    readyStatus: 200,
  });
  const manifest = JSON.parse(readFileSync(join(options.dir, 'package.json'), 'utf8')) as { version: string };
  return {
    id: options.id,
    label: options.label,
    version: manifest.version,
    port,
    tree: product.tree,
    startMs: product.startMs,
    pictureKey: 'b64_json',
    generate: jsonRequest('/v1/images/generations', { model: modelId, prompt }, authorization),
    stop: () => product.stop(),
  };
}

/** Sets every limit of the key and of its project: an order is held against fourteen of them. */
export async function setLimits({ port }: PlantainTarget): Promise<void> {
  const ask = async (method: string, path: string, document?: unknown): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${String(port)}/admin/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${adminSecret}`, 'content-type': 'application/json' },
      ...(document !== undefined && { body: JSON.stringify(document) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return answer.json();
  };
  const { data } = (await ask('GET', '/keys')) as { data: readonly { readonly id: string }[] };
  for (const { id } of data) await ask('PATCH', `/keys/${id}`, { limits });
  await ask('PATCH', '/projects/default', { limits });
}
