import { openVisit } from './open-visit.ts';

export interface CollectorPostOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly proxyTo: (url: URL) => string | undefined;
}

const connectTimeoutMs = 5000;
/** An answer of OTLP says how many spans were not kept, and why. */
const maxAnswerBytes = 64 * 1024;

/** Posts to the operator's own collector, which may lie in their own network. The signal bounds all of it. */
export function collectorPost({ url: address, headers, proxyTo }: CollectorPostOptions) {
  const url = new URL(address);
  return async (body: Uint8Array, more: Readonly<Record<string, string>>, signal: AbortSignal) => {
    const agent = await openVisit(url, { isTrusted: true, connectTimeoutMs, proxy: proxyTo(url), signal });
    try {
      const response = await agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'POST',
        headers: { ...headers, ...more },
        body,
        signal,
      });
      const retryAfter = response.headers['retry-after'];
      const pieces: Buffer[] = [];
      let byteLength = 0;
      for await (const piece of response.body as AsyncIterable<Buffer>) {
        byteLength += piece.length;
        // What is longer is no answer of a collector; its status says enough.
        if (byteLength > maxAnswerBytes) break;
        pieces.push(piece);
      }
      return {
        status: response.statusCode,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
        body: byteLength > maxAnswerBytes ? Buffer.alloc(0) : Buffer.concat(pieces),
      };
    } finally {
      await agent.destroy();
    }
  };
}
