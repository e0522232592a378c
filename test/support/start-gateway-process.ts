import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { LargeString, MemoryFacts, MemoryQuestion } from './gateway-process.ts';
import { type GatewayOptions, testKey } from './start-gateway.ts';

/** The program that `gatewayProcessOf` talks to; its one argument is the options, as JSON. */
export const gatewayProgram = resolve(import.meta.dirname, 'gateway-process.ts');

export interface GatewayProcess {
  readonly url: string;
  readonly key: string;
  settle(): Promise<MemoryFacts>;
  measure(): Promise<MemoryFacts>;
  /** The event loop's worst delay since this was last asked; the first time starts the clock. */
  worstLoopDelayMs(): Promise<number>;
  largeStrings(minBytes: number): Promise<readonly LargeString[]>;
  close(): Promise<void>;
}

/** Starts a gateway whose memory can be asked about. */
export async function startGatewayProcess(options: GatewayOptions): Promise<GatewayProcess> {
  const child = fork(gatewayProgram, [JSON.stringify(options)], {
    execPath: process.execPath,
    execArgv: ['--expose-gc'],
  });
  return gatewayProcessOf(child);
}

/** A gateway that was started in some other way, with a channel. Its questions reject when it has ended. */
export async function gatewayProcessOf(child: ChildProcess): Promise<GatewayProcess> {
  let last: Promise<unknown> = nextMessage(child);
  const ask = <Answer>(question: MemoryQuestion): Promise<Answer> => {
    // One at a time: answers carry no name.
    const answer = last
      .catch(() => undefined)
      .then(() => {
        const answered = nextMessage(child);
        // One that has ended cannot be sent anything; its exit ends the wait.
        if (child.connected) child.send(question, () => undefined);
        return answered;
      });
    last = answer;
    return answer as Promise<Answer>;
  };
  const { url } = (await last) as { url: string };
  return {
    url,
    key: testKey,
    settle: () => ask({ kind: 'settle' }),
    measure: () => ask({ kind: 'measure' }),
    worstLoopDelayMs: () => ask({ kind: 'loop' }),
    largeStrings: (minBytes) => ask({ kind: 'strings', minBytes }),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      if (child.connected) child.send({ kind: 'close' }, () => undefined);
      await exited;
    },
  };
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const isOver = child.exitCode !== null || child.signalCode !== null;
    const onExit = (): void => {
      child.off('message', onMessage);
      reject(new Error(`the gateway ended with ${child.signalCode ?? `code ${child.exitCode}`}`));
    };
    const onMessage = (message: unknown): void => {
      child.off('exit', onExit);
      resolve(message);
    };
    if (isOver) return onExit();
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}
