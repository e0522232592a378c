import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosServer } from '../support/chaos-server.ts';
import { megabytes } from '../support/pictures.ts';

/** Until the code is compiled and every library loaded. */
const warmUpSeconds = 20;

/** A server's memory and its event loop's delay, second by second, from the end of its warm-up. */
export class ServerWatch {
  readonly residentBytes: number[] = [];
  /** The worst delay of each second. */
  readonly loopMs: number[] = [];
  peakHeldBytes = 0;
  readonly #server: ChaosServer;
  readonly #log: (line: string) => void;
  #isStopped = false;

  constructor(server: ChaosServer, log: (line: string) => void) {
    this.#server = server;
    this.#log = log;
    void this.#run();
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #run(): Promise<void> {
    for (let second = 1; !this.#isStopped; second++) {
      await sleep(1000);
      const facts = await this.#server.measure().catch(() => undefined);
      const delayMs = await this.#server.worstLoopDelayMs().catch(() => 0);
      if (facts === undefined) return;
      if (second % 60 === 0)
        this.#log(`${second} s: resident ${megabytes(facts.rssBytes)} MiB, loop ${delayMs.toFixed(0)} ms`);
      if (second <= warmUpSeconds) continue;
      this.residentBytes.push(facts.rssBytes);
      this.loopMs.push(delayMs);
      this.peakHeldBytes = facts.peakHeldBytes;
    }
  }
}
