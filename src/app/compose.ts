import { OpenScopes } from '../admission/open-scopes.ts';
import { PlaceAdmission } from '../admission/place-admission.ts';
import type { Config } from '../config/config-schema.ts';
import type { Upstream } from '../journey/upstream.ts';
import { WaitingBodies } from '../server/waiting-bodies.ts';
import { DatabaseProbe } from '../store/sql/database-probe.ts';
import { openLastingParts } from './lasting-parts.ts';
import { orderBook } from './order-book.ts';
import { createSetup, type Setup } from './setup.ts';

/** The longest an order, or an upload, waits for memory before it is refused: nothing of it was drawn yet. */
const maxMemoryWaitMs = 30_000;
/** Part of the memory for pictures that uploads may take beside it while they wait for it. */
const unreadShare = 1 / 4;

export type Parts = Awaited<ReturnType<typeof compose>>;

/** Builds the object graph: every room's parts, joined, and no rule of its own. */
export async function compose(config: Config, databaseFile?: string) {
  const lasting = await openLastingParts(config, databaseFile);
  const { ledger, clock, upstreams, pool, keyStates, metrics } = lasting;
  const inForce = (): Setup => parts.setup;
  const admission = new PlaceAdmission({
    maxOrders: () => inForce().config.limits.maxOrdersInFlight,
    maxMemoryWaitMs,
    book: orderBook(
      ledger,
      clock,
      () => (upstreams.all.length === 1 ? (upstreams.all[0]?.name ?? null) : null),
      metrics &&
        ((durationMs) => metrics.meter.observe('plantain_ledger_commit_seconds', {}, durationMs / 1000)),
    ),
  });
  const setup = await createSetup({ ...lasting, admission }, config);
  const opened = await upstreams.open(config, setup.catalogue.models);
  opened.take();
  pool.replaceMembers(opened.members);
  keyStates.replace(opened.added.map(namedKey), []);
  const parts = {
    ...lasting,
    admission,
    scopes: new OpenScopes(),
    databaseProbe: new DatabaseProbe(lasting.database),
    maxUploadWaitMs: maxMemoryWaitMs,
    waitingBodies: new WaitingBodies(config.limits.maxHeldBytes * unreadShare),
    /** What lets the admin API in; known from when the server listens. */
    adminSecret: '',
    /** What is in force; a reload puts another in its place. */
    setup,
  };
  lasting.tracing?.follow(() => parts.setup.config);
  return parts;
}

/** An upstream as its key's state is kept. */
export function namedKey(upstream: Upstream): { readonly name: string; readonly hasKey: boolean } {
  return { name: upstream.name, hasKey: upstream.checkKey !== undefined };
}
