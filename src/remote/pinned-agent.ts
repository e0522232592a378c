import { isIP, type LookupFunction, type Socket } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { proxyTunnel } from './proxy-tunnel.ts';

export interface PinnedAgentOptions {
  /** The checked addresses, the only ones a connection may go to. */
  readonly addresses: readonly string[];
  readonly isAllowed: (address: string) => boolean;
  readonly connectTimeoutMs: number;
  /** A proxy to reach them through. */
  readonly proxy?: string | undefined;
}

/**
 * An agent for one visit to one host, whose connections go to addresses that were checked and to no others:
 * a name that resolves differently a moment later (DNS rebinding) changes nothing. Destroy it afterwards.
 */
export function pinnedAgent(options: PinnedAgentOptions): Pick<Agent, 'request' | 'destroy'> {
  return options.proxy === undefined ? directAgent(options) : proxiedAgent(options, options.proxy);
}

const oneVisit = { connections: 1, pipelining: 1 };

function directAgent({ addresses, isAllowed, connectTimeoutMs }: PinnedAgentOptions): Agent {
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
    ...oneVisit,
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

/** The same through a proxy, which is asked for a checked address, and carries TLS that it cannot read. */
function proxiedAgent({ addresses, connectTimeoutMs }: PinnedAgentOptions, proxy: string) {
  const tunnel = proxyTunnel(proxy, connectTimeoutMs);
  const secure = buildConnector({ timeout: connectTimeoutMs, allowH2: false, maxCachedSessions: 0 });
  // IPv4 first: behind a proxy nothing is known of the way beyond it, and it is the one that is always there.
  const [address = ''] = addresses.toSorted((one, other) => isIP(one) - isIP(other));
  const agent = new Agent({
    ...oneVisit,
    connect: (target, answer) => {
      const isSecure = target.protocol === 'https:';
      const port = target.port === '' ? (isSecure ? '443' : '80') : target.port;
      tunnel.open(address, port).then(
        (socket: Socket) => {
          if (isSecure) secure({ ...target, httpSocket: socket }, answer);
          else answer(null, socket);
        },
        (error: unknown) => answer(error instanceof Error ? error : new Error(String(error)), null),
      );
    },
  });
  return {
    request: agent.request.bind(agent),
    destroy: async () => {
      await Promise.all([agent.destroy(), tunnel.destroy()]);
    },
  };
}
