import { lookup } from 'node:dns/promises';
import { openVisit } from './open-visit.ts';
import type { AddressResolver } from './resolve-addresses.ts';

export interface GuardedFetchOptions {
  /** Whether this address was chosen by the operator, and may lie inside their own network. */
  readonly isTrusted: (url: URL) => boolean;
  /** From the first name lookup to the last byte. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly proxyTo?: ((url: URL) => string | undefined) | undefined;
}

export interface FetchWish {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

const connectTimeoutMs = 5000;

/**
 * Asks an address for a small document. One that the operator did not choose may not lead into this server's own network;
 * no redirect is followed, and an answer that is too large, or too slow as a whole, is given up.
 */
export async function guardedFetch(
  address: string,
  { method, headers, body }: FetchWish,
  { isTrusted, timeoutMs, maxBytes, proxyTo }: GuardedFetchOptions,
): Promise<Response> {
  const url = new URL(address);
  const signal = AbortSignal.timeout(timeoutMs);
  const mayBeInside = isTrusted(url);
  const agent = await openVisit(url, {
    isTrusted: mayBeInside,
    connectTimeoutMs,
    proxy: proxyTo?.(url),
    // A name that the operator gave may be one that this machine alone knows.
    resolve: mayBeInside ? systemAddresses : undefined,
    signal,
  });
  try {
    const response = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers,
      ...(body !== undefined && { body }),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal,
    });
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of response.body as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > maxBytes) throw new Error(`The answer has more than ${String(maxBytes)} bytes.`);
      pieces.push(piece);
    }
    const isBare = [204, 205, 304].includes(response.statusCode);
    return new Response(isBare ? null : Buffer.concat(pieces), {
      status: response.statusCode,
      headers: Object.entries(response.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)] as [string, string]],
      ),
    });
  } finally {
    await agent.destroy();
  }
}

const systemAddresses: AddressResolver = async (hostname, signal) => {
  const given = new Promise<never>((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new Error('The name was not found in time.')), {
      once: true,
    }),
  );
  const found = lookup(hostname, { all: true });
  return (await Promise.race([found, given])).map(({ address }) => address);
};
