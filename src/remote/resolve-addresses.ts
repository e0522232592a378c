import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** Answers every address of a host name, of both families; rejects when there is none. */
export type AddressResolver = (hostname: string, signal: AbortSignal) => Promise<readonly string[]>;

/**
 * Asks the DNS itself, not the operating system's mix of files and caches: names that only this machine knows
 * are none of a caller's business, a query can be cancelled, and slow name servers cannot occupy the thread
 * pool that the disk needs.
 */
export const resolveAddresses: AddressResolver = async (hostname, signal) => {
  signal.throwIfAborted();
  if (isIP(hostname) !== 0) return [hostname];
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    signal.throwIfAborted();
    const addresses = [ipv4, ipv6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length === 0) {
      throw ipv4.status === 'rejected' ? ipv4.reason : new Error('The name has no address.');
    }
    return addresses;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};
