import { connect, type Socket } from 'node:net';
import type { Server } from '../../support/http.ts';
import { byteLengthOf, type Order } from './send.ts';

/** A client that stops where it likes: in the middle of its upload, or before it reads. */
export interface RawClient {
  readonly socket: Socket;
  /** Reads whatever there is to read, until the end or `timeoutMs`; resolves with the status and how it ended. */
  readOn(timeoutMs: number): Promise<string>;
}

/** Of an answer's beginning. */
const keptCharacters = 2000;
const lastChunk = '0\r\n\r\n';

/** Sends the first `sentBytes` of an order's body, all by default, and reads nothing. */
export async function rawClient(
  server: Server,
  order: Order,
  { sentBytes = byteLengthOf(order), statedBytes = byteLengthOf(order) } = {},
): Promise<RawClient> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let isOver = false;
  socket.on('error', () => undefined);
  socket.once('close', () => {
    isOver = true;
  });
  socket.pause();
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve);
    socket.once('close', () => resolve());
  });
  socket.write(headOf(server, order, statedBytes));
  let leftBytes = sentBytes;
  for (const piece of order.pieces) {
    if (leftBytes <= 0 || isOver) break;
    const part = piece.subarray(0, leftBytes);
    leftBytes -= part.length;
    if (!socket.write(part)) await roomOrEnd(socket);
  }
  return {
    socket,
    readOn: async (timeoutMs) => {
      let head = '';
      let tail = '';
      let bytes = 0;
      socket.on('data', (chunk: Buffer) => {
        if (head.length < keptCharacters) head += chunk.toString('latin1', 0, keptCharacters);
        tail = (tail + chunk.toString('latin1', Math.max(0, chunk.length - lastChunk.length))).slice(
          -lastChunk.length,
        );
        bytes += chunk.length;
      });
      socket.resume();
      if (!isOver) await closedWithin(socket, timeoutMs);
      return outcomeOf(head, bytes, tail, isOver);
    },
  };
}

function headOf(server: Server, order: Order, statedBytes: number): string {
  return [
    `POST ${order.path} HTTP/1.1`,
    `Host: ${new URL(server.url).host}`,
    `Authorization: Bearer ${server.key}`,
    `Content-Type: ${order.contentType}`,
    `Content-Length: ${statedBytes}`,
    'Connection: close',
    '\r\n',
  ].join('\r\n');
}

function outcomeOf(head: string, bytes: number, tail: string, isOver: boolean): string {
  const status = /^HTTP\/1\.1 (\d{3})/.exec(head.replace(/^(?:HTTP\/1\.1 100 Continue\r\n\r\n)+/, ''))?.[1];
  if (status === undefined) return isOver ? 'closed' : 'no answer';
  const stated = Number(/content-length: (\d+)/i.exec(head)?.[1]);
  const isWhole = Number.isNaN(stated) ? tail === lastChunk : bytes >= stated + head.indexOf('\r\n\r\n');
  return isWhole ? status : `${status} ${isOver ? 'cut' : 'no end'}`;
}

function roomOrEnd(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      socket.off('drain', done).off('close', done);
      resolve();
    };
    // A server that pauses us: what is not yet sent lies with us.
    const timer = setTimeout(done, 3000);
    socket.on('drain', done).on('close', done);
  });
}

function closedWithin(socket: Socket, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeoutMs);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
