import { fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { LargeString, MemoryFacts, MemoryQuestion } from './gateway-process.ts';
import { type GatewayOptions, testKey } from './start-gateway.ts';

export interface GatewayProcess {
  readonly url: string;
  readonly key: string;
  settle(): Promise<MemoryFacts>;
  measure(): Promise<MemoryFacts>;
  largeStrings(minBytes: number): Promise<readonly LargeString[]>;
  close(): Promise<void>;
}

/** Starts a gateway whose memory can be asked about. */
export async function startGatewayProcess(options: GatewayOptions): Promise<GatewayProcess> {
  const child = fork(resolve(import.meta.dirname, 'gateway-process.ts'), [JSON.stringify(options)], {
    execPath: process.execPath,
    execArgv: ['--expose-gc'],
  });
  const answer = async (): Promise<unknown> => {
    const [message] = (await once(child, 'message')) as [unknown];
    return message;
  };
  const ask = async <Answer>(question: MemoryQuestion): Promise<Answer> => {
    child.send(question);
    return (await answer()) as Answer;
  };
  const { url } = (await answer()) as { url: string };
  return {
    url,
    key: testKey,
    settle: () => ask({ kind: 'settle' }),
    measure: () => ask({ kind: 'measure' }),
    largeStrings: (minBytes) => ask({ kind: 'strings', minBytes }),
    async close() {
      child.send({ kind: 'close' });
      await once(child, 'exit');
    },
  };
}
