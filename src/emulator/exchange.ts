import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { CredentialAnswer } from './credential-server.ts';
import type { GoogleError } from './google-error.ts';
import { acceptsGzip, googleHeaders } from './http-headers.ts';
import type { JsonObject } from './json-value.ts';
import { writeJson } from './json-writer.ts';

export interface AnswerHead {
  readonly status: number;
  readonly contentType: string;
  readonly serviceTier?: string;
  readonly attachment?: boolean;
  readonly asksForToken?: boolean;
  readonly metadataFlavor?: boolean;
}

export const jsonType = 'application/json; charset=UTF-8';

/** One request and its answer: writes Google's heads and bodies, and tells the work when the caller has left. */
export class Exchange {
  readonly request: IncomingMessage;
  /** Aborted when the caller leaves or the emulator closes. */
  readonly signal: AbortSignal;
  readonly #response: ServerResponse;
  readonly #startedAtMs = performance.now();
  #breaksOff = false;

  constructor(request: IncomingMessage, response: ServerResponse, signal: AbortSignal) {
    this.request = request;
    this.#response = response;
    this.signal = signal;
  }

  get headSent(): boolean {
    return this.#response.headersSent;
  }

  /** True when the emulator itself cut the connection, so that the close is not the caller's doing. */
  get breaksOff(): boolean {
    return this.#breaksOff;
  }

  async sendJson(document: JsonObject, serviceTier?: string): Promise<void> {
    await this.send(jsonHead(200, serviceTier), writeJson(document, { layout: 'pretty' }));
  }

  /** `isList`: as the one element of a list, where a stream was asked for that is one. */
  async sendError(
    error: GoogleError,
    { serviceTier, isList }: { readonly serviceTier: string | undefined; readonly isList: boolean },
  ): Promise<void> {
    const document = isList ? [error.toJson()] : error.toJson();
    const head = { ...jsonHead(error.code, serviceTier), asksForToken: error.code === 401 };
    await this.send(head, writeJson(document, { layout: 'pretty' }));
  }

  async sendCredentials({ status, json, text }: CredentialAnswer): Promise<void> {
    const body = text === undefined ? writeJson(json, { layout: 'pretty' }) : [Buffer.from(text)];
    const contentType = text === undefined ? jsonType : 'application/text';
    await this.send({ status, contentType, metadataFlavor: true }, body);
  }

  /** Sends a body as it is made, never faster than the caller reads. */
  async send(head: AnswerHead, body: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<void> {
    const gzip = acceptsGzip(this.request.headers);
    this.#writeHead(head, gzip);
    const source = Readable.from(body, { objectMode: true });
    if (!gzip) return await pipeline(source, this.#response, { signal: this.signal });
    // Streams have to arrive frame by frame, so every write leaves the compressor at once.
    const flush = head.attachment === true ? constants.Z_SYNC_FLUSH : constants.Z_NO_FLUSH;
    await pipeline(source, createGzip({ level: constants.Z_BEST_SPEED, flush }), this.#response, {
      signal: this.signal,
    });
  }

  /** Sends a head and part of a body, then ends the connection without the end of the body. */
  async sendCut(head: AnswerHead, body: Buffer): Promise<void> {
    this.#breaksOff = true;
    this.#writeHead(head, false);
    await new Promise<void>((resolve) => {
      this.#response.once('close', resolve);
      this.#response.write(body, () => this.#response.socket?.destroySoon());
    });
  }

  /** Resets the connection, with RST instead of an orderly end. */
  async reset(): Promise<void> {
    this.#breaksOff = true;
    await new Promise<void>((resolve) => {
      this.#response.once('close', resolve);
      this.request.socket.resetAndDestroy();
    });
  }

  /** Drops the connection where an answer had begun and cannot be finished. */
  drop(): void {
    this.#breaksOff = true;
    this.#response.destroy();
  }

  #writeHead({ status, ...facts }: AnswerHead, gzip: boolean): void {
    // Google's front end sends no `connection` header on HTTP/1.1.
    this.#response.removeHeader('connection');
    const durationMs = performance.now() - this.#startedAtMs;
    this.#response.writeHead(status, googleHeaders({ ...facts, durationMs, gzip }));
  }
}

function jsonHead(status: number, serviceTier: string | undefined): AnswerHead {
  return { status, contentType: jsonType, ...(serviceTier !== undefined && { serviceTier }) };
}
