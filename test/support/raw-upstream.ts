import { type AddressInfo, createServer, type Socket } from 'node:net';

/** One request as it arrived, whole, and the connection to answer it on. */
export interface RawCall {
  readonly socket: Socket;
  readonly head: string;
  readonly body: string;
  /** From 0. */
  readonly index: number;
}

export interface RawUpstream {
  readonly url: string;
  /** Requests that arrived whole. */
  readonly count: () => number;
  close(): Promise<void>;
}

/** An upstream on bare sockets, which can answer with anything at all. */
export async function startRawUpstream(answer: (call: RawCall) => void): Promise<RawUpstream> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      for (;;) {
        const headEnd = received.indexOf('\r\n\r\n');
        if (headEnd === -1) return;
        const head = received.slice(0, headEnd);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        const end = headEnd + 4 + length;
        if (received.length < end) return;
        const body = received.slice(headEnd + 4, end);
        received = received.slice(end);
        answer({ socket, head, body, index: count++ });
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => count,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A whole HTTP answer, of which the connection stays open. */
export function httpAnswer(
  body: string | Buffer,
  { status = '200 OK', headers = {} }: { status?: string; headers?: Readonly<Record<string, string>> } = {},
): Buffer {
  const bytes = Buffer.from(body);
  const lines = Object.entries({ 'content-length': String(bytes.length), ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`), bytes]);
}
