import type { InspectImage } from '../../journey/upstream.ts';
import type { Clock } from '../../kernel/clock.ts';
import { openAgent } from '../client/open-agent.ts';
import type { UpstreamAgent } from '../client/upstream-agent.ts';

/** What every kind of upstream is opened with. */
export interface ServiceOptions {
  /** Shown in `plantain-upstream`. */
  readonly name: string;
  /** What it calls the catalogue's models; those that are not named keep their id. */
  readonly modelNames?: ReadonlyMap<string, string> | undefined;
  /** Sent with every call, beside those of the contract. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Asked for with each call, and sent beside all of these. */
  readonly moreHeaders?: () => Readonly<Record<string, string>>;
  /** Address of the proxy that leads there; absent, it is called directly. */
  readonly proxy?: string;
  readonly connectTimeoutMs: number;
  readonly maxConnections: number;
  /** The longest wait for response headers; a unary answer sends them only when the picture is ready. */
  readonly headersTimeoutMs: number;
  /** The longest silence inside a body. */
  readonly bodyTimeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly inspect: InspectImage;
  readonly clock: Clock;
}

/** An upstream's connections. */
export function openServiceAgent(options: ServiceOptions): UpstreamAgent {
  const { proxy, moreHeaders } = options;
  const agent = openAgent({ ...options, keepAliveTimeoutMs: 30_000 }, proxy);
  if (moreHeaders === undefined) return agent;
  return {
    exchange: (request, signal, listener) =>
      agent.exchange({ ...request, headers: { ...request.headers, ...moreHeaders() } }, signal, listener),
    connections: () => agent.connections(),
    destroy: () => agent.destroy(),
  };
}
