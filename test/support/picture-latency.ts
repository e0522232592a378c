import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, quantile } from '../../bench/measure/statistics.ts';
import { generate } from './http.ts';
import { startGatewayProcess } from './start-gateway-process.ts';
import { startTestEmulator } from './test-emulator.ts';

export interface PictureLoad {
  /** How long the upstream takes, and up to how long each caller pauses, so that they do not come all at once. */
  readonly upstreamMs: number;
  readonly callers: number;
}

/** A model takes seconds; half of one shows more of what is added. Sixty pictures a second. */
export const modelLoad: PictureLoad = { upstreamMs: 500, callers: 48 };

/** An upstream that answers at once, and callers that never pause: both processors have all they can do. */
export const fullLoad: PictureLoad = { upstreamMs: 0, callers: 4 };

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly pictures: number;
}

export interface LatencyBeside {
  readonly alone: Latency;
  readonly beside: Latency;
  /** p99 of a round with the paths to p99 of the one without: what else the machine does befalls both. */
  readonly ratio: {
    readonly median: number;
    readonly low: number;
    readonly high: number;
    readonly pairs: number;
  };
  /** How often all of the paths were answered. */
  readonly done: number;
}

const roundMs = 5000;
const pairs = 16;

/** Pictures from a server on this data folder, in short rounds that take turns: alone, and with these paths asked for at once, again and again, at most every `everyMs`. */
export async function pictureLatency(
  dataDir: string,
  load: PictureLoad,
  paths: readonly string[],
  everyMs = 0,
): Promise<LatencyBeside> {
  const emulator = await startTestEmulator({ latencyMs: load.upstreamMs });
  const gateway = await startGatewayProcess({ upstreamUrl: emulator.url, dataDir });
  const secret = (await readFile(join(dataDir, 'admin-secret'), 'utf8')).trim();
  let done = 0;
  const draw = async (untilMs: number, taken: number[]): Promise<void> => {
    for (;;) {
      if (load.upstreamMs > 0) await sleep(Math.random() * load.upstreamMs);
      if (performance.now() >= untilMs) return;
      const startMs = performance.now();
      const answer = await generate(gateway, { prompt: 'a fox' });
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`a picture was answered with ${String(answer.status)}`);
      taken.push(performance.now() - startMs);
    }
  };
  const ask = async (path: string, signal: AbortSignal): Promise<void> => {
    const headers = { authorization: `Bearer ${secret}`, accept: 'text/html, */*' };
    const answer = await fetch(`${gateway.url}${path}`, { headers, signal });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${path} was answered with ${String(answer.status)}`);
  };
  const operate = async (untilMs: number): Promise<void> => {
    const signal = AbortSignal.timeout(Math.ceil(untilMs - performance.now()));
    while (!signal.aborted) {
      const pause = sleep(everyMs);
      try {
        await Promise.all(paths.map((path) => ask(path, signal)));
        done++;
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      await pause;
    }
  };
  const round = async (isBeside: boolean): Promise<number[]> => {
    const untilMs = performance.now() + roundMs;
    const taken: number[] = [];
    const drawing = Array.from({ length: load.callers }, () => draw(untilMs, taken));
    await Promise.all([...drawing, ...(isBeside ? [operate(untilMs)] : [])]);
    return taken;
  };
  const taken: { readonly alone: number[][]; readonly beside: number[][] } = { alone: [], beside: [] };
  try {
    await round(false);
    await round(true);
    done = 0;
    for (let turn = 0; turn < 2 * pairs; turn++) {
      // Which goes first changes from pair to pair.
      const isBeside = turn % 4 === 1 || turn % 4 === 2;
      taken[isBeside ? 'beside' : 'alone'].push(await round(isBeside));
    }
  } finally {
    await gateway.close();
    await emulator.close();
  }
  const ratios = taken.beside.map((of, pair) => quantile(of, 0.99) / quantile(taken.alone[pair] ?? [], 0.99));
  return {
    alone: latencyOf(taken.alone.flat()),
    beside: latencyOf(taken.beside.flat()),
    ratio: { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75), pairs },
    done,
  };
}

function latencyOf(taken: readonly number[]): Latency {
  return { p50Ms: quantile(taken, 0.5), p99Ms: quantile(taken, 0.99), pictures: taken.length };
}

/** What was found, a line each. */
export function latencyLines({ alone, beside, ratio, done }: LatencyBeside, work: string): string[] {
  const line = (name: string, { p50Ms, p99Ms, pictures }: Latency): string =>
    `${name}: p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms (${String(pictures)})`;
  return [
    line('pictures alone', alone),
    line(`beside ${String(done)} ${work}`, beside),
    `p99 beside to p99 alone, of ${String(ratio.pairs)} pairs of rounds: median ${ratio.median.toFixed(3)}, middle half ${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)}; of all pictures together ${(beside.p99Ms / alone.p99Ms).toFixed(3)}`,
  ];
}
