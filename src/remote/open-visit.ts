import { pinnedAgent } from './pinned-agent.ts';
import { bareHostname } from './reference-url.ts';
import { type AddressResolver, resolveAddresses } from './resolve-addresses.ts';
import { isSpecialAddress } from './special-address.ts';

export interface VisitOptions {
  /** Whether it may lie inside the operator's own network. */
  readonly isTrusted: boolean;
  readonly connectTimeoutMs: number;
  readonly proxy: string | undefined;
  readonly resolve?: AddressResolver | undefined;
  readonly signal: AbortSignal;
}

/**
 * An agent for one visit to a host, all of whose addresses were checked. Destroy it afterwards. Rejects when one of them
 * is not public: which of them a connection takes is not ours to predict.
 */
export async function openVisit(
  url: URL,
  { isTrusted, connectTimeoutMs, proxy, resolve = resolveAddresses, signal }: VisitOptions,
): Promise<ReturnType<typeof pinnedAgent>> {
  const isAllowed = (address: string): boolean => isTrusted || !isSpecialAddress(address);
  const addresses = await resolve(bareHostname(url), signal);
  if (addresses.length === 0 || !addresses.every(isAllowed))
    throw new Error('The host has no address, or one that is not public.');
  return pinnedAgent({ addresses, isAllowed, connectTimeoutMs, proxy });
}
