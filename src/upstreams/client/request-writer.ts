import type { Socket } from 'node:net';
import type { UpstreamRequest } from './upstream-agent.ts';

/** What is joined with its head, so that one write takes both. */
const smallBytes = 64 * 1024;
/** What is handed to the system at once of a body in pieces. */
const batchBytes = 256 * 1024;

/** Writes one request, as fast as the other side takes it. */
export class RequestWriter {
  readonly #socket: Socket;
  readonly #onSent: () => void;
  #pieces: Iterator<Buffer> | undefined;
  #isDone = false;

  /** `onSent` is called when the system has taken the last byte. */
  constructor(socket: Socket, onSent: () => void) {
    this.#socket = socket;
    this.#onSent = onSent;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** Throws for a header that is none, and what making the body throws. */
  begin(request: UpstreamRequest, host: string): void {
    const head = Buffer.from(requestHead(request, host), 'latin1');
    const { body } = request;
    if (body === undefined) this.#last(head);
    else if (body instanceof Uint8Array && body.length <= smallBytes) this.#last(Buffer.concat([head, body]));
    else {
      this.#pieces = (body instanceof Uint8Array ? [body] : body)[Symbol.iterator]();
      this.#socket.cork();
      this.#socket.write(head);
      this.goOn();
      this.#socket.uncork();
    }
  }

  /** The socket takes more. */
  readonly goOn = (): void => {
    while (this.#pieces !== undefined) {
      this.#writeBatch(this.#pieces);
      if (this.#socket.writableNeedDrain) return;
    }
  };

  #writeBatch(pieces: Iterator<Buffer>): void {
    this.#socket.cork();
    for (let bytes = 0; bytes < batchBytes; ) {
      const { done, value } = pieces.next();
      if (done === true) {
        this.#pieces = undefined;
        this.#last(Buffer.alloc(0));
        break;
      }
      this.#socket.write(value);
      bytes += value.length;
    }
    this.#socket.uncork();
  }

  #last(bytes: Buffer): void {
    this.#socket.write(bytes, (error) => {
      if (error !== null && error !== undefined) return;
      this.#isDone = true;
      this.#onSent();
    });
  }
}

const namePattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const valuePattern = /^[\t\x20-\x7e\x80-\xff]*$/;

function requestHead({ method, path, headers = {} }: UpstreamRequest, host: string): string {
  if (!/^\/[\x21-\x7e]*$/.test(path)) throw new TypeError('The path of a request holds what none may.');
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`;
  for (const name in headers) {
    const value = headers[name] ?? '';
    if (!namePattern.test(name) || !valuePattern.test(value))
      throw new TypeError(`The header ${JSON.stringify(name)} of a request holds what none may.`);
    head += `${name}: ${value}\r\n`;
  }
  return `${head}\r\n`;
}
