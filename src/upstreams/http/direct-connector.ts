import type { TLSSocket } from 'node:tls';
import type { buildConnector } from 'undici';
import { RecordReading } from './record-reading.ts';
import { connectorOf } from './undici-core.ts';

/** How connections are opened without a proxy: over HTTP/1.1 alone, and with the records of TLS gathered. */
export function directConnector(timeoutMs: number): buildConnector.connector {
  const common = { timeout: timeoutMs, allowH2: false };
  const connectPlain = connectorOf(common);
  /** Of the last connection: the next one saves a part of its handshake by it. */
  let session: Buffer | undefined;
  return (options, callback) => {
    if (options.protocol !== 'https:') return connectPlain(options, callback);
    const reading = new RecordReading();
    const connect = connectorOf({ ...common, session, onread: reading.onread });
    const socket = connect(options, callback) as unknown as TLSSocket;
    socket.on('session', (given: Buffer) => {
      session = given;
    });
    reading.attach(socket);
  };
}
