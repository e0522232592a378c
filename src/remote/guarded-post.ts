import { openVisit } from './open-visit.ts';
import type { AddressResolver } from './resolve-addresses.ts';

export interface GuardedPostOptions {
  /** Whether addresses inside the operator's own network may be called. */
  readonly allowPrivate: boolean;
  /** From the first name lookup to the answer's head. */
  readonly timeoutMs: number;
  readonly proxyTo?: ((url: URL) => string | undefined) | undefined;
  readonly resolve?: AddressResolver | undefined;
}

const connectTimeoutMs = 5000;

/**
 * Posts to an address that may not lead into this server's own network, unless that is allowed: every address of the name
 * is checked, the connection is pinned to them, no redirect is followed, and of the answer nothing but its status is read.
 */
export async function guardedPost(
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
  { allowPrivate, timeoutMs, proxyTo, resolve }: GuardedPostOptions,
): Promise<number> {
  const url = new URL(address);
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const agent = await openVisit(url, {
    isTrusted: allowPrivate,
    connectTimeoutMs,
    proxy: proxyTo?.(url),
    resolve,
    signal: bounded,
  });
  try {
    const response = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'POST',
      headers,
      body,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal: bounded,
    });
    response.body.on('error', () => undefined).destroy();
    return response.statusCode;
  } finally {
    await agent.destroy();
  }
}
