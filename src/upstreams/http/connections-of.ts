import type { Dispatcher } from 'undici';

/** Connections that are open, by whether something is on its way on them. */
export interface Connections {
  readonly busy: number;
  readonly idle: number;
}

/** What undici counts of a pool, and of a single connection. */
interface Counts {
  readonly connected: number | boolean;
  readonly free?: number;
  readonly running: number;
}

/** An agent's open connections; undefined where it does not count them, as through a proxy. */
export function connectionsOf(agent: Dispatcher): Connections | undefined {
  const { stats } = agent as { readonly stats?: Readonly<Record<string, Counts>> };
  if (stats === undefined) return undefined;
  let busy = 0;
  let idle = 0;
  for (const { connected, free, running } of Object.values(stats)) {
    const open = Number(connected);
    const unused = free ?? Math.max(0, open - Math.min(running, open));
    idle += unused;
    busy += open - unused;
  }
  return { busy, idle };
}
