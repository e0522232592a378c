import type { Config } from '../config/config-schema.ts';
import type { KeyCheck, Upstream } from '../journey/upstream.ts';
import type { KeyStates } from '../routing/key-states.ts';
import { openUpstreams } from './upstreams.ts';

const maxWaitMs = 10_000;

interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What the upstream of that name answered about its key. */
export interface UpstreamCheck extends KeyCheck {
  readonly upstream: string;
}

/** Asks the configured upstreams about their keys, without a server; those that need none are left out. Never rejects. */
export async function checkConfiguredKeys(config: Config): Promise<readonly UpstreamCheck[]> {
  const upstreams = (await openUpstreams({ config, models: [] })).map(({ upstream }) => upstream);
  try {
    return await checkKeys(upstreams, AbortSignal.timeout(maxWaitMs));
  } finally {
    await Promise.all(upstreams.map((upstream) => upstream.close()));
  }
}

/** The same of a running server, which remembers the answers and logs them. */
export async function checkServingKeys(
  upstreams: readonly Upstream[],
  states: KeyStates,
  log: Log,
  stopping: AbortSignal,
): Promise<readonly UpstreamCheck[]> {
  const checks = await checkKeys(upstreams, AbortSignal.any([AbortSignal.timeout(maxWaitMs), stopping]));
  if (stopping.aborted) return [];
  for (const check of checks) {
    const { upstream, fault, httpStatus, reason } = check;
    states.learn(upstream, check);
    const fields = {
      upstream,
      ...(httpStatus !== undefined && { httpStatus }),
      ...(reason !== '' && { cause: reason }),
    };
    if (fault === null) log.info(fields, 'upstream accepts the key');
    else if (fault === 'credential') log.error(fields, 'upstream refuses the key');
    else log.warn(fields, 'the key could not be checked');
  }
  return checks;
}

async function checkKeys(
  upstreams: readonly Upstream[],
  signal: AbortSignal,
): Promise<readonly UpstreamCheck[]> {
  const checks = await Promise.all(
    upstreams.map(async (upstream) => {
      const check = await upstream.checkKey?.(signal);
      return check && { ...check, upstream: upstream.name };
    }),
  );
  return checks.filter((check) => check !== undefined);
}
