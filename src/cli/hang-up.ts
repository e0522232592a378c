import { closeSync, openSync } from 'node:fs';
import type { SignalSource } from './stop-signals.ts';

/**
 * SIGHUP is two things: an operator's word to read the configuration again, and what a terminal says when it goes away.
 * `onReload` hears the first; the second resolves `gone`.
 */
export function hangUps(
  onReload: () => void,
  source: SignalSource = process,
  hasTerminal: () => boolean = hasControllingTerminal,
): { readonly gone: Promise<NodeJS.Signals>; readonly release: () => void } {
  const hadTerminal = hasTerminal();
  const { promise: gone, resolve } = Promise.withResolvers<NodeJS.Signals>();
  const listener = (signal: NodeJS.Signals): void => {
    if (hadTerminal && !hasTerminal()) resolve(signal);
    else onReload();
  };
  source.on('SIGHUP', listener);
  return { gone, release: () => void source.removeListener('SIGHUP', listener) };
}

/** Windows has no such file, and sends the signal for a closed window alone. */
function hasControllingTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
