import { quantile } from '../../bench/measure/statistics.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startGatewayProcess } from '../support/start-gateway-process.ts';
import { generate } from '../support/http.ts';
import { startTestEmulator } from '../support/test-emulator.ts';

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly pictures: number;
}

const inFlight = 4;
const windowMs = 10_000;
const windows = 6;

/** Pictures from a server on this data folder, in windows that take turns: without a report, and with a year's under way all the while. */
export async function pictureLatency(
  dataDir: string,
): Promise<{ readonly alone: Latency; readonly beside: Latency; readonly reports: number }> {
  const emulator = await startTestEmulator();
  const gateway = await startGatewayProcess({ upstreamUrl: emulator.url, dataDir });
  const secret = (await readFile(join(dataDir, 'admin-secret'), 'utf8')).trim();
  const [alone, beside]: [number[], number[]] = [[], []];
  let reports = 0;
  const draw = async (untilMs: number, taken: number[]): Promise<void> => {
    while (performance.now() < untilMs) {
      const startMs = performance.now();
      const answer = await generate(gateway, { prompt: 'a fox' });
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`a picture was answered with ${String(answer.status)}`);
      taken.push(performance.now() - startMs);
    }
  };
  const report = async (untilMs: number): Promise<void> => {
    while (performance.now() < untilMs) {
      const answer = await fetch(`${gateway.url}/admin/v1/usage?by=day`, {
        headers: { authorization: `Bearer ${secret}` },
        signal: AbortSignal.timeout(Math.ceil(Math.max(1, untilMs - performance.now()))),
      }).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => undefined);
      if (answer?.status === 200) reports++;
    }
  };
  try {
    await draw(performance.now() + windowMs / 2, []);
    for (let window = 0; window < windows; window++) {
      const untilMs = performance.now() + windowMs;
      const isBeside = window % 2 === 1;
      const drawing = Array.from({ length: inFlight }, () => draw(untilMs, isBeside ? beside : alone));
      await Promise.all([...drawing, ...(isBeside ? [report(untilMs)] : [])]);
    }
  } finally {
    await gateway.close();
    await emulator.close();
  }
  return { alone: latencyOf(alone), beside: latencyOf(beside), reports };
}

function latencyOf(taken: readonly number[]): Latency {
  return { p50Ms: quantile(taken, 0.5), p99Ms: quantile(taken, 0.99), pictures: taken.length };
}
