import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, quantile } from '../../bench/measure/statistics.ts';
import { startGatewayProcess } from '../support/start-gateway-process.ts';
import { generate } from '../support/http.ts';
import { startTestEmulator } from '../support/test-emulator.ts';

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly pictures: number;
}

export interface LatencyBesideReports {
  readonly alone: Latency;
  readonly beside: Latency;
  /** p99 of a round beside reports to p99 of the round before it: what else the machine does befalls both. */
  readonly ratio: {
    readonly median: number;
    readonly low: number;
    readonly high: number;
    readonly pairs: number;
  };
  readonly reports: number;
}

/** A model takes seconds; half of one shows more of what a report adds. */
const upstreamMs = 500;
/** Callers that each pause up to as long before their next picture, so that they do not come all at once: sixty a second. */
const callers = 48;
const roundMs = 5000;
const pairs = 16;

/** Pictures from a server on this data folder, in short rounds that take turns: without a report, and with a year's under way all the while. */
export async function pictureLatency(dataDir: string): Promise<LatencyBesideReports> {
  const emulator = await startTestEmulator({ latencyMs: upstreamMs });
  const gateway = await startGatewayProcess({ upstreamUrl: emulator.url, dataDir });
  const secret = (await readFile(join(dataDir, 'admin-secret'), 'utf8')).trim();
  const [alone, beside, ratios]: [number[], number[], number[]] = [[], [], []];
  let reports = 0;
  const draw = async (untilMs: number, taken: number[]): Promise<void> => {
    for (;;) {
      await sleep(Math.random() * upstreamMs);
      if (performance.now() >= untilMs) return;
      const startMs = performance.now();
      const answer = await generate(gateway, { prompt: 'a fox' });
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`a picture was answered with ${String(answer.status)}`);
      taken.push(performance.now() - startMs);
    }
  };
  const report = async (untilMs: number): Promise<void> => {
    while (performance.now() < untilMs) {
      const answer = await fetch(`${gateway.url}/admin/v1/usage?by=key`, {
        headers: { authorization: `Bearer ${secret}` },
        signal: AbortSignal.timeout(Math.ceil(Math.max(1, untilMs - performance.now()))),
      }).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => undefined);
      if (answer?.status === 200) reports++;
    }
  };
  const round = async (isBeside: boolean): Promise<number[]> => {
    const untilMs = performance.now() + roundMs;
    const taken: number[] = [];
    const drawing = Array.from({ length: callers }, () => draw(untilMs, taken));
    await Promise.all([...drawing, ...(isBeside ? [report(untilMs)] : [])]);
    return taken;
  };
  try {
    await round(false);
    await round(true);
    reports = 0;
    for (let pair = 0; pair < pairs; pair++) {
      const [without, with_] = [await round(false), await round(true)];
      ratios.push(quantile(with_, 0.99) / quantile(without, 0.99));
      alone.push(...without);
      beside.push(...with_);
    }
  } finally {
    await gateway.close();
    await emulator.close();
  }
  return {
    alone: latencyOf(alone),
    beside: latencyOf(beside),
    ratio: { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75), pairs },
    reports,
  };
}

function latencyOf(taken: readonly number[]): Latency {
  return { p50Ms: quantile(taken, 0.5), p99Ms: quantile(taken, 0.99), pictures: taken.length };
}
