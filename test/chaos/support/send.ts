import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http';
import { formPieces, type RawPart, type Server } from '../../support/http.ts';

/** A request's body as pieces, which may be the same buffer many times. */
export interface Order {
  readonly path: string;
  readonly contentType: string;
  readonly pieces: readonly Buffer[];
  /** Sent in chunks, its length not told. */
  readonly isChunked?: boolean;
}

export interface Answered {
  /** The HTTP status; `cut` behind it when the answer broke off; else how it ended without one. */
  readonly outcome: string;
  /** The error's code, for an answer that is one. */
  readonly code: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Empty unless it was to be kept, or is an error. */
  readonly body: Buffer;
}

export interface SendOptions {
  readonly timeoutMs?: number;
  readonly keepsBody?: boolean;
  /** Bytes a second that the client takes of its answer; absent, all at once. */
  readonly rate?: number;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

export function generation(body: unknown, path = '/v1/images/generations'): Order {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { path, contentType: 'application/json', pieces: [Buffer.from(text)] };
}

export function edit(parts: readonly RawPart[]): Order {
  return {
    path: '/v1/images/edits',
    contentType: 'multipart/form-data; boundary=plantain-test',
    pieces: formPieces(parts),
  };
}

export const byteLengthOf = ({ pieces }: Pick<Order, 'pieces'>): number =>
  pieces.reduce((sum, piece) => sum + piece.length, 0);

/** Sends an order as a simple client does: all of its body, then it reads. Never rejects. */
export async function send(server: Server, order: Order, options: SendOptions = {}): Promise<Answered> {
  const { timeoutMs = 180_000, keepsBody = false, rate, headers = {} } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  let response: IncomingMessage | undefined;
  const kept: Buffer[] = [];
  try {
    response = await responseTo(server, order, headers, signal);
    const isError = response.statusCode !== 200;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (keepsBody || isError) kept.push(chunk);
      if (rate !== undefined) await sleep((chunk.length / rate) * 1000);
    }
    const body = Buffer.concat(kept);
    return {
      outcome: String(response.statusCode),
      code: codeOf(body, isError),
      headers: response.headers,
      body,
    };
  } catch (error) {
    const how = timeout.aborted ? 'no end' : signal.aborted ? 'left' : 'cut';
    const outcome =
      response === undefined ? (how === 'cut' ? reasonOf(error) : how) : `${response.statusCode} ${how}`;
    return { outcome, code: undefined, headers: response?.headers ?? {}, body: Buffer.concat(kept) };
  }
}

function responseTo(
  server: Server,
  order: Order,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${server.url}${order.path}`, {
      method: 'POST',
      agent: false,
      signal,
      headers: {
        authorization: `Bearer ${server.key}`,
        'content-type': order.contentType,
        ...(order.isChunked !== true && { 'content-length': byteLengthOf(order) }),
        ...headers,
      },
    });
    request.on('error', reject);
    request.on('response', resolve);
    void (async () => {
      for (const piece of order.pieces) {
        if (request.destroyed) return;
        if (!request.write(piece)) await drained(request);
      }
      request.end();
    })();
  });
}

function drained(request: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      request.off('drain', done).off('close', done);
      resolve();
    };
    request.on('drain', done).on('close', done);
  });
}

function codeOf(body: Buffer, isError: boolean): string | undefined {
  if (!isError) return undefined;
  return /"code":\s*"(\w+)"/.exec(body.toString('utf8'))?.[1];
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
