import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';

export interface PinnedAgentOptions {
  /** The checked addresses, the only ones a connection may go to. */
  readonly addresses: readonly string[];
  readonly isAllowed: (address: string) => boolean;
  readonly connectTimeoutMs: number;
}

/**
 * An agent for one visit to one host, whose connections go to addresses that were checked and to no others:
 * a name that resolves differently a moment later (DNS rebinding) changes nothing. Destroy it afterwards.
 */
export function pinnedAgent({ addresses, isAllowed, connectTimeoutMs }: PinnedAgentOptions): Agent {
  const pinned = addresses.map((address) => ({ address, family: isIP(address) }));
  const lookup: LookupFunction = (_hostname, options, answer) => {
    const [first] = pinned;
    if (options.all) answer(null, pinned);
    else if (first === undefined) answer(new Error('No address was checked.'), '', 0);
    else answer(null, first.address, first.family);
  };
  const connect = buildConnector({
    lookup,
    timeout: connectTimeoutMs,
    allowH2: false,
    autoSelectFamily: true,
    maxCachedSessions: 0,
  });
  return new Agent({
    connections: 1,
    pipelining: 1,
    connect: (target, answer) => {
      connect(target, (error, socket) => {
        if (error !== null) return answer(error, null);
        // The last word has the socket itself, before a byte of the request is written.
        if (socket.remoteAddress !== undefined && isAllowed(socket.remoteAddress))
          return answer(null, socket);
        socket.destroy();
        return answer(new Error('The connection went to an address that was not allowed.'), null);
      });
    },
  });
}
