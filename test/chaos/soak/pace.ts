import { readFileSync } from 'node:fs';

const mostBusy = 0.65;
const leastPauseMs = 20;
const mostPauseMs = 3000;
const intervalMs = 1000;

/** Holds a load back so that the machine keeps some of its processors' time: only then do delays mean something. */
export class Pace {
  /** The share of the processors' time that everything on the machine took, second by second. */
  readonly busyShares: number[] = [];
  readonly #timer: NodeJS.Timeout;
  #last = processorTimes();
  #pauseMs = 200;

  constructor() {
    this.#timer = setInterval(() => this.#look(), intervalMs);
  }

  /** How long a client waits before its next order. */
  get pauseMs(): number {
    return this.#pauseMs;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = processorTimes();
    const all = now.all - this.#last.all;
    const busy = all > 0 ? 1 - (now.idle - this.#last.idle) / all : 0;
    this.#last = now;
    this.busyShares.push(busy);
    const wished = this.#pauseMs * (busy > mostBusy ? 1.15 : 0.95);
    this.#pauseMs = Math.min(mostPauseMs, Math.max(leastPauseMs, wished));
  }
}

function processorTimes(): { readonly all: number; readonly idle: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  // User, nice, system, idle, waiting for a disk, interrupts, stolen.
  const fields = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return { all: fields.reduce((sum, field) => sum + field, 0), idle: (fields[3] ?? 0) + (fields[4] ?? 0) };
}
