import { connect, isIP, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { ReadBuffers } from './read-buffers.ts';
import { ConnectionError } from './transport-error.ts';

export interface OpenSocket {
  readonly socket: Socket;
  readonly buffers: ReadBuffers;
  /** Says who takes its bytes. */
  readonly readTo: (push: (chunk: Buffer) => void) => void;
}

/** Opens connections to one origin. */
export class SocketOpener {
  readonly #isSecure: boolean;
  readonly #place: { readonly host: string; readonly port: number };
  readonly #timeoutMs: number;
  /** Of the last secure connection, for the next handshake to be short. */
  #session: Buffer | undefined;

  constructor(origin: string, timeoutMs: number) {
    const { protocol, hostname, port } = new URL(origin);
    this.#isSecure = protocol === 'https:';
    const ownPort = this.#isSecure ? 443 : 80;
    this.#place = {
      host: hostname.replace(/^\[(.+)\]$/, '$1'),
      port: port === '' ? ownPort : Number(port),
    };
    this.#timeoutMs = timeoutMs;
  }

  /** Rejects with the system's error, or one whose code is CONNECT_TIMEOUT. */
  async open(): Promise<OpenSocket> {
    // Whoever speaks before he is asked is no server of HTTP/1.1.
    let push: (chunk: Buffer) => void = () => socket.destroy();
    const buffers = new ReadBuffers((chunk) => push(chunk));
    const onread = {
      buffer: () => buffers.next(),
      callback: (count: number) => {
        buffers.take(count);
        return true;
      },
    };
    const options = {
      ...this.#place,
      onread,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
    };
    const socket = this.#isSecure ? this.#connectSecurely(options) : connect(options);
    await this.#opened(socket, this.#isSecure ? 'secureConnect' : 'connect');
    if (socket.destroyed)
      throw new ConnectionError('SOCKET', 'The connection broke as soon as it was there.');
    return { socket, buffers, readTo: (given) => (push = given) };
  }

  #connectSecurely(options: TcpNetConnectOpts): Socket {
    const { host } = this.#place;
    const secure: ConnectionOptions = {
      ...options,
      ...(isIP(host) === 0 && { servername: host }),
      ALPNProtocols: ['http/1.1'],
      ...(this.#session !== undefined && { session: this.#session }),
    };
    const socket = connectTls(secure);
    socket.on('session', (session: Buffer) => (this.#session = session));
    return socket;
  }

  #opened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        clearTimeout(timer);
        // A session that is not taken would be offered again and again.
        this.#session = undefined;
        socket.destroy();
        reject(error);
      };
      const timer = setTimeout(() => {
        fail(new ConnectionError('CONNECT_TIMEOUT', 'No connection came about in time.'));
      }, this.#timeoutMs);
      // It stays: an error that nobody listens for would end the process.
      socket.on('error', fail);
      socket.once(event, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
