import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AwsV4Signer } from 'aws4fetch';
import { type Dispatcher, request } from 'undici';
import { sleep } from '../../kernel/sleep.ts';
import { field } from './s3-documents.ts';
import { S3Failure, timedOut } from './s3-failure.ts';
import { type S3Place, s3Url } from './s3-place.ts';

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Without the prefix of the place, which is put before it. Absent: the bucket itself. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: readonly Buffer[];
  readonly signal?: AbortSignal;
}

export interface S3RequestsOptions {
  readonly place: S3Place;
  readonly agent: Dispatcher;
  /** The longest that a request waits for its answer to begin, and a body for its next byte. */
  readonly timeoutMs: number;
}

export type S3Answer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

const maxTries = 3;
const firstBackoffMs = 100;
/** Lists of a thousand keys take some hundred kilobytes. */
const maxDocumentBytes = 4 * 1024 * 1024;
const never = new AbortController().signal;

/** Sends signed requests to a bucket. Those that may succeed in a moment are sent again, a few times. */
export class S3Requests {
  readonly #options: S3RequestsOptions;
  /** Signing keys by day and region, as the signer keeps them. */
  #signingKeys = new Map<string, ArrayBuffer>();

  constructor(options: S3RequestsOptions) {
    this.#options = options;
  }

  /** What stands before every key. */
  get prefix(): string {
    return this.#options.place.prefix;
  }

  /** The answer, whose body is to be read or dumped. Throws `S3Failure`, or the signal's reason. */
  async send(wanted: S3Request): Promise<S3Answer> {
    const { signal = never } = wanted;
    for (let tries = 1; ; tries++) {
      signal.throwIfAborted();
      try {
        return await this.#sendOnce(wanted, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        if (!(thrown instanceof S3Failure && thrown.isPassing) || tries >= maxTries) throw thrown;
        await sleep(firstBackoffMs * 4 ** (tries - 1) * (0.5 + Math.random()), signal);
      }
    }
  }

  /** The same for answers that say nothing of use. */
  async sendAndForget(wanted: S3Request): Promise<S3Answer['headers']> {
    const { headers, body } = await this.send(wanted);
    await drained(body);
    return headers;
  }

  /** The same for answers that are documents. */
  async ask(wanted: S3Request): Promise<string> {
    const { body } = await this.send(wanted);
    try {
      return await textOf(body, maxDocumentBytes);
    } catch (thrown) {
      throw failureOf(thrown);
    }
  }

  /** A link to an object that works without credentials for `lifetimeMs`. */
  async presign(key: string, lifetimeMs: number): Promise<string> {
    const { place } = this.#options;
    const expires = Math.max(1, Math.ceil(lifetimeMs / 1000)).toString();
    const at = { ...place, endpoint: place.publicEndpoint };
    const url = s3Url(at, place.prefix + key, { 'X-Amz-Expires': expires });
    const signed = await this.#signer('GET', url, {}, true).sign();
    return signed.url.href;
  }

  async #sendOnce({ method, key, query, headers = {}, body }: S3Request, signal: AbortSignal) {
    const { place, agent, timeoutMs } = this.#options;
    const url = s3Url(place, key === undefined ? '' : place.prefix + key, query);
    const length = body?.reduce((sum, piece) => sum + piece.length, 0);
    // TLS vouches for bytes on the way; without it the signature has to.
    const hash = url.protocol === 'https:' ? 'UNSIGNED-PAYLOAD' : sha256Of(body ?? []);
    const signed = await this.#signer(
      method,
      url,
      { ...headers, 'x-amz-content-sha256': hash },
      false,
    ).sign();
    // The agent's own time-outs do not watch a body that the other side takes nothing of.
    const tooLate = new AbortController();
    const timer = setTimeout(() => tooLate.abort(), timeoutMs);
    let answer: Dispatcher.ResponseData;
    try {
      answer = await request(signed.url, {
        method,
        dispatcher: agent,
        headers: {
          ...Object.fromEntries(signed.headers),
          ...(length !== undefined && { 'content-length': String(length) }),
        },
        body: body === undefined || length === 0 ? null : Readable.from(body, { objectMode: false }),
        signal: AbortSignal.any([signal, tooLate.signal]),
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
    } catch (thrown) {
      throw tooLate.signal.aborted ? new S3Failure(undefined, timedOut) : failureOf(thrown);
    } finally {
      clearTimeout(timer);
    }
    if (answer.statusCode < 300) return answer;
    const said = await textOf(answer.body, maxDocumentBytes).catch(() => '');
    // A redirect is an answer for another region or address: it is told, and never followed with our signature.
    throw new S3Failure(answer.statusCode, field(said, 'Code').replaceAll(/\W/g, '').slice(0, 64));
  }

  #signer(method: string, url: URL, headers: Record<string, string>, signQuery: boolean): AwsV4Signer {
    const { accessKeyId, secretAccessKey, sessionToken, region } = this.#options.place;
    // One entry a day: dropped before they are many.
    if (this.#signingKeys.size > 8) this.#signingKeys = new Map();
    return new AwsV4Signer({
      method,
      url: url.href,
      headers,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      region,
      service: 's3',
      cache: this.#signingKeys,
      signQuery,
    });
  }
}

function sha256Of(pieces: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** A failure of the wire by its code alone: its message would name the address. */
function failureOf(thrown: unknown): unknown {
  if (thrown instanceof S3Failure || !(thrown instanceof Error)) return thrown;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
  if (code === undefined) return thrown;
  return new S3Failure(undefined, /TIMEOUT/.test(code) ? timedOut : code);
}

async function textOf(body: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > maxBytes) throw new S3Failure(200, 'AnswerTooLarge');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

async function drained(body: AsyncIterable<Buffer>): Promise<void> {
  try {
    for await (const _piece of body);
  } catch (thrown) {
    throw failureOf(thrown);
  }
}
