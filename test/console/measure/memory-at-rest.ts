import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../../../bench/measure/statistics.ts';
import { generate } from '../../support/http.ts';
import { startGatewayProcess } from '../../support/start-gateway-process.ts';

const rounds = 5;
const orders = 100;
const webFolder = join(import.meta.dirname, '../../../dist/web');

export interface MemoryAtRest {
  /** Resident megabytes of each round, in turns. */
  readonly without: readonly number[];
  readonly withConsole: readonly number[];
  /** After every file of it was asked for by a browser. */
  readonly visited: readonly number[];
  readonly addedMb: number;
  readonly addedWhenVisitedMb: number;
}

/** What a server holds when it rests, with the console and without, each in a process of its own, in turns. */
export async function memoryAtRest(upstreamUrl: string): Promise<MemoryAtRest> {
  const [without, withConsole, visited]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    without.push(await restingMb(upstreamUrl, false, 0));
    withConsole.push(await restingMb(upstreamUrl, true, 0));
    visited.push(await restingMb(upstreamUrl, true, 1));
  }
  const base = median(without);
  return {
    without,
    withConsole,
    visited,
    addedMb: median(withConsole) - base,
    addedWhenVisitedMb: median(visited) - base,
  };
}

async function restingMb(upstreamUrl: string, isEnabled: boolean, visits: number): Promise<number> {
  const env = { PLANTAIN_CONSOLE_ENABLED: String(isEnabled) };
  const gateway = await startGatewayProcess({ upstreamUrl, env });
  try {
    for (let order = 0; order < orders; order++)
      await (await generate(gateway, { prompt: 'a fox' })).arrayBuffer();
    for (let visit = 0; visit < visits; visit++)
      for (const path of ['', ...filesOfConsole()])
        await (
          await fetch(`${gateway.url}/console/${path}`, {
            headers: { 'accept-encoding': 'br', accept: 'text/html' },
          })
        ).arrayBuffer();
    return (await gateway.settle()).rssBytes / 1e6;
  } finally {
    await gateway.close();
  }
}

function filesOfConsole(): string[] {
  const manifest = readFileSync(join(webFolder, 'manifest.json'), 'utf8');
  return [...new Set(manifest.match(/assets\/[\w.-]+/g))];
}
