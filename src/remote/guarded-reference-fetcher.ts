import type { Dispatcher } from 'undici';
import type { Base64Image } from '../bytes/base64-image.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { Base64Encoder } from '../bytes/base64-encoder.ts';
import { memoryIsTaken } from '../journey/order-memory.ts';
import type { FetchedReference, FetchScope, ReferenceFetcher } from '../journey/reference-fetcher.ts';
import { looksLikePicture, signatureBytes } from './picture-signature.ts';
import { openVisit } from './open-visit.ts';
import { parseReferenceUrl } from './reference-url.ts';
import type { AddressResolver } from './resolve-addresses.ts';

export interface GuardedFetchOptions {
  /** Largest picture, in bytes before base64. */
  readonly maxBytes: number;
  /** From the first name lookup to the last byte, redirects included. */
  readonly totalTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly allowedPorts?: readonly number[];
  /**
   * Origins (`http://pictures.internal:9000`, exactly: scheme, host and port) that may lie inside the
   * operator's own network. None by default; a redirect away from one is judged like any other address.
   */
  readonly trustedOrigins?: readonly string[];
  readonly resolve?: AddressResolver;
  /** The proxy that leads to an address; absent, all are called directly. */
  readonly proxyTo?: (url: URL) => string | undefined;
}

const maxRedirects = 3;
const defaultTotalTimeoutMs = 20_000;
/** Where no length is stated. */
const unstatedBytes = 256 * 1024;
const base64BytesPerByte = 4 / 3;
const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308];

/** What one visit to one host gives. */
type Visit = { readonly picture: FetchedReference } | { readonly redirectTo: string };

/**
 * Fetches reference pictures from addresses that callers choose, without lending them this server's place in
 * its network: http and https on the usual ports only, every address of the name checked against the
 * special-purpose registries of both families, the connection pinned to the checked addresses, redirects
 * followed by hand and judged anew, no cookies and no credentials, and everything bounded.
 */
export class GuardedReferenceFetcher implements ReferenceFetcher {
  readonly #options: GuardedFetchOptions;
  readonly #totalTimeoutMs: number;
  readonly #allowedPorts: readonly number[];
  readonly #trustedOrigins: readonly string[];

  constructor(options: GuardedFetchOptions) {
    this.#options = options;
    this.#totalTimeoutMs = options.totalTimeoutMs ?? defaultTotalTimeoutMs;
    this.#allowedPorts = options.allowedPorts ?? [80, 443];
    this.#trustedOrigins = options.trustedOrigins ?? [];
  }

  async fetch(
    url: string,
    { signal, memory, spend }: FetchScope,
    param = 'image',
  ): Promise<FetchedReference> {
    const first = parseReferenceUrl(url, this.#allowedPorts, this.#trustedOrigins);
    if ('problem' in first) {
      throw new PlantainError(
        'invalid_value',
        `The URL in '${param}' ${first.problem}. Use a public http(s) address of a picture, or send its bytes.`,
        { param },
      );
    }
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(this.#totalTimeoutMs)]);
    try {
      return await this.#follow(first.url, { signal: bounded, memory, spend }, param);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw error instanceof PlantainError ? error : unreachable(param, error);
    }
  }

  async #follow(start: URL, scope: FetchScope, param: string): Promise<FetchedReference> {
    let url = start;
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const visit = await this.#visit(url, scope, param);
      if ('picture' in visit) return visit.picture;
      const next = parseReferenceUrl(visit.redirectTo, this.#allowedPorts, this.#trustedOrigins, url);
      if ('problem' in next) throw unreachable(param, new Error(`A redirect ${next.problem}.`));
      url = next.url;
    }
    throw unreachable(param, new Error(`More than ${maxRedirects} redirects.`));
  }

  async #visit(url: URL, scope: FetchScope, param: string): Promise<Visit> {
    const { signal } = scope;
    const { connectTimeoutMs = 5000, proxyTo, resolve } = this.#options;
    const agent = await openVisit(url, {
      isTrusted: this.#trustedOrigins.includes(url.origin),
      connectTimeoutMs,
      proxy: proxyTo?.(url),
      resolve,
      signal,
    }).catch((error: unknown) => {
      throw unreachable(param, error);
    });
    try {
      const response = await agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'GET',
        headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'Plantain' },
        headersTimeout: this.#totalTimeoutMs,
        bodyTimeout: this.#totalTimeoutMs,
        signal,
      });
      const { location } = response.headers;
      if (redirectStatuses.includes(response.statusCode) && typeof location === 'string') {
        response.body.on('error', () => undefined).destroy();
        return { redirectTo: location };
      }
      return { picture: await this.#readPicture(response, scope, param) };
    } finally {
      await agent.destroy();
    }
  }

  async #readPicture(
    response: Dispatcher.ResponseData,
    scope: FetchScope,
    param: string,
  ): Promise<FetchedReference> {
    const { spend } = scope;
    const { statusCode, headers, body } = response;
    const { maxBytes } = this.#options;
    const contentType = mediaTypeOf(headers['content-type']);
    const encoding = headers['content-encoding'] ?? 'identity';
    try {
      if (statusCode !== 200) throw notAPicture(param, `answers with status ${statusCode}`);
      if (encoding !== 'identity') throw notAPicture(param, 'answers with compressed bytes');
      const length = headers['content-length'];
      const expectedBytes = Number(length ?? unstatedBytes);
      if (expectedBytes > maxBytes) throw tooLarge(param, maxBytes);
      // A stated length is spent before the first byte comes, any other as it comes.
      if (length !== undefined) spend(expectedBytes);
      const held = holdInTurn(body, scope, Math.ceil(expectedBytes * base64BytesPerByte));
      const onBytes = length === undefined ? spend : undefined;
      const { base64, byteLength } = await this.#readBytes(held, contentType, param, onBytes);
      return { base64, byteLength, contentType };
    } finally {
      body.on('error', () => undefined).destroy();
    }
  }

  async #readBytes(
    body: AsyncIterable<Buffer>,
    contentType: string | undefined,
    param: string,
    onBytes: FetchScope['spend'] | undefined,
  ): Promise<{ base64: Base64Image; byteLength: number }> {
    const encoder = new Base64Encoder();
    let head = Buffer.alloc(0);
    let isPicture = contentType?.startsWith('image/') ?? false;
    for await (const chunk of body) {
      onBytes?.(chunk.length);
      encoder.push(chunk);
      if (encoder.byteLength > this.#options.maxBytes) throw tooLarge(param, this.#options.maxBytes);
      if (isPicture || head.length >= signatureBytes) continue;
      head = Buffer.concat([head, chunk.subarray(0, signatureBytes)]);
      isPicture = looksLikePicture(head);
      if (!isPicture && head.length >= signatureBytes) break;
    }
    if (!isPicture || encoder.byteLength === 0)
      throw notAPicture(param, 'answers with something that is not a picture');
    return { base64: encoder.finish(), byteLength: encoder.byteLength };
  }
}

/** A body's chunks, each only when there is room in memory for what it becomes. */
async function* holdInTurn(
  body: AsyncIterable<Buffer> & { destroy(error: Error): void },
  { memory, signal }: FetchScope,
  expectedBytes: number,
): AsyncGenerator<Buffer> {
  let resume = (): void => undefined;
  const held = memory.openReader({
    expectedBytes,
    resume: () => resume(),
    giveUp: () => body.destroy(new Error('The other side fell silent.')),
  });
  // A body that is not read does not tell that its time is over, and then it is not the other side's fault.
  const mayGoOn = (): Promise<void> =>
    new Promise((resolve, reject) => {
      if (held.mayRead) return resolve();
      const onAbort = (): void => reject(memoryIsTaken());
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      resume = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
    });
  let isWhole = false;
  try {
    await mayGoOn();
    for await (const chunk of body) {
      held.add(Math.ceil(chunk.length * base64BytesPerByte));
      yield chunk;
      await mayGoOn();
    }
    isWhole = true;
  } finally {
    if (isWhole) held.doneReading();
    else held.release();
  }
}

function mediaTypeOf(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  const mediaType = text?.split(';', 1)[0]?.trim().toLowerCase().slice(0, 100);
  return mediaType === '' ? undefined : mediaType;
}

/** The same words for every reason, closed, silent, private or unknown; the reason is for the log. */
function unreachable(param: string, cause: unknown): PlantainError {
  return new PlantainError(
    'invalid_image_file',
    `The URL in '${param}' cannot be fetched. Use a public http(s) address of a picture, or send its bytes.`,
    { param, cause },
  );
}

function notAPicture(param: string, what: string): PlantainError {
  return new PlantainError(
    'invalid_image_file',
    `The URL in '${param}' ${what}. Use the address of the picture itself, or send its bytes.`,
    { param },
  );
}

function tooLarge(param: string, maxBytes: number): PlantainError {
  return new PlantainError(
    'invalid_image_file',
    `The picture at the URL in '${param}' is larger than the ${maxBytes} bytes accepted. Use a smaller one.`,
    { param },
  );
}
