import type { Server, ServerResponse } from 'node:http';

const uninvited = new WeakSet<ServerResponse>();

/**
 * Leaves a body that its client holds back (`Expect: 100-continue`) where it is, until it is wanted: whatever is known
 * before to be refused costs nobody the upload (RFC 9110, section 10.1.1).
 */
export function holdBodiesBack(server: Server): void {
  server.on('checkContinue', (request, response) => {
    uninvited.add(response);
    server.emit('request', request, response);
  });
}

/** Tells a client that holds its body back to send it. */
export function inviteBody(response: ServerResponse): void {
  if (uninvited.delete(response) && !response.headersSent) response.writeContinue();
}

/** Whether the client may still hold its body back. */
export function isUninvited(response: ServerResponse): boolean {
  return uninvited.has(response);
}
