import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { PlantainError } from '../kernel/plantain-error.ts';
import { writeError } from '../openai/shared/write-error.ts';

/**
 * Bytes that never became a request, or not in time: still answered in OpenAI's shape, as far as the socket allows, and
 * the connection is closed. A half-closed one would stay for as long as the other side likes, with all it holds.
 */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  answerOnSocket(
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new PlantainError('headers_too_large', 'The request headers are larger than 32 KiB.')
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? new PlantainError('request_timeout', 'The request did not arrive in time.')
        : new PlantainError('malformed_request', 'This is not an HTTP request that can be read.'),
    socket,
  );
}

/** CONNECT asks for a tunnel, and leaves nothing but the connection to answer on. */
export function refuseTunnel(_request: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  const message = 'This is no proxy. Use the address of this server as the base URL instead.';
  const error = new PlantainError('method_not_allowed', message, { headers: { allow: 'GET, HEAD, POST' } });
  // The types leave open what a server of one's own making could pass.
  answerOnSocket(error, socket as Socket);
}

function answerOnSocket(error: PlantainError, socket: Socket): void {
  const answer = writeError(error);
  const pieces = answer.body.kind === 'whole' ? answer.body.pieces : [];
  const byteLength = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const headers = Object.entries({ ...answer.headers, 'content-length': byteLength, connection: 'close' });
  socket.write(
    `HTTP/1.1 ${answer.status} ${answer.reason ?? ''}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
  );
  for (const piece of pieces) socket.write(piece);
  socket.destroySoon();
}

/** An `Expect` header with anything but `100-continue`. */
export function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const message = 'The Expect header asks for something this server does not know. Leave it out.';
  const answer = writeError(new PlantainError('expectation_failed', message));
  const headers = { ...answer.headers, connection: 'close' };
  response.writeHead(answer.status, answer.reason ?? '', headers);
  if (answer.body.kind === 'whole') for (const piece of answer.body.pieces) response.write(piece);
  response.end();
}
