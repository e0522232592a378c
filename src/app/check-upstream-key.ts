import { type Config, usesSandbox } from '../config/config-schema.ts';
import type { KeyCheck, Upstream } from '../journey/upstream.ts';
import type { KeyStates } from '../routing/key-states.ts';
import { openUpstream } from './upstreams.ts';

const maxWaitMs = 10_000;

interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Asks the configured upstream about its key, without a server. Undefined: the sandbox, which needs none. Never rejects. */
export async function checkConfiguredKey(config: Config): Promise<KeyCheck | undefined> {
  if (usesSandbox(config)) return undefined;
  const { upstream, close } = await openUpstream(config, []);
  try {
    return await upstream.checkKey?.(AbortSignal.timeout(maxWaitMs));
  } finally {
    await close();
  }
}

/** The same of a running server, which remembers the answer and logs it. */
export async function checkServingKey(
  upstream: Upstream,
  states: KeyStates,
  log: Log,
  stopping: AbortSignal,
): Promise<KeyCheck | undefined> {
  if (states.of(upstream.name) === 'not_needed') return undefined;
  const check = await upstream.checkKey?.(AbortSignal.any([AbortSignal.timeout(maxWaitMs), stopping]));
  if (check === undefined || stopping.aborted) return undefined;
  const { fault, httpStatus, reason } = check;
  states.learn(upstream.name, check);
  const fields = {
    upstream: upstream.name,
    ...(httpStatus !== undefined && { httpStatus }),
    ...(reason !== '' && { cause: reason }),
  };
  if (fault === null) log.info(fields, 'upstream accepts the key');
  else if (fault === 'credential') log.error(fields, 'upstream refuses the key');
  else log.warn(fields, 'the key could not be checked');
  return check;
}
