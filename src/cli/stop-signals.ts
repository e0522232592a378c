import { constants } from 'node:os';

/** What this needs of `process`. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  removeListener(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  exit(code: number): void;
}

export const stopSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Ctrl-C reaches the whole process group, and a launcher or npm passes it on: that is one wish, not two. */
const echoMs = 500;

/**
 * Resolves at the first stop signal. A second one, later than an echo of the first, ends the process at once
 * with 128 and the signal's number.
 */
export function firstStopSignal(
  source: SignalSource = process,
  nowMs: () => number = () => performance.now(),
  signals: readonly NodeJS.Signals[] = stopSignals,
): { readonly stopped: Promise<NodeJS.Signals>; readonly release: () => void } {
  const { promise: stopped, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let firstAtMs: number | undefined;
  const listener = (signal: NodeJS.Signals): void => {
    if (firstAtMs === undefined) {
      firstAtMs = nowMs();
      resolve(signal);
    } else if (nowMs() - firstAtMs > echoMs) {
      source.exit(128 + (constants.signals[signal] ?? 0));
    }
  };
  for (const signal of signals) source.on(signal, listener);
  return {
    stopped,
    release: () => {
      for (const signal of signals) source.removeListener(signal, listener);
    },
  };
}

/**
 * Under the launcher (`bin/plantain.mjs` on an old Node.js) a channel leads to it. When it breaks, the
 * launcher is gone, even by SIGKILL, and this process must not stay behind holding the port and the data.
 */
export function leaveWithLauncher(): void {
  if (process.channel === undefined || process.channel === null) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // A listener for `disconnect` would keep a finished command from ending.
  process.channel.unref();
}
