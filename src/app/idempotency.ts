import type { Config } from '../config/config-schema.ts';
import type { BlobStore } from '../gallery/blob-store.ts';
import { newImageName } from '../gallery/image-name.ts';
import { RetentionSweep } from '../gallery/retention-sweep.ts';
import { AnswerKeeper } from '../idempotency/answer-keeper.ts';
import { ClaimSweep, maxClaims } from '../idempotency/claim-sweep.ts';
import { Claims } from '../idempotency/claims.ts';
import { closeLostClaims, recoverClaims } from '../idempotency/recover-claims.ts';
import { RetryIndex } from '../idempotency/retry-index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { OpenDatabase } from '../store/sql/open-database.ts';
import { SqlClaimStore } from '../store/sql/sql-claim-store.ts';
import type { Ledger } from '../usage/ledger.ts';
import { reasonOfStore } from './blob-stores.ts';

interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface IdempotencyParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly database: OpenDatabase;
  /** This process, where several share the database. */
  readonly instance: { readonly id: string } | undefined;
  readonly ledger: Ledger;
  readonly log: Log;
  readonly blobs: BlobStore;
}

const minuteMs = 60_000;
const sweepIntervalMs = 10_000;
/** Of answers whose rows were never written. */
const strayIntervalMs = 15 * minuteMs;
const strayMarginMs = 60 * minuteMs;

/** The room of requests that are sent twice, joined with its stores; started once the ledger has closed what was left open. */
export function createIdempotency(parts: IdempotencyParts) {
  const { config, clock, database, instance, ledger, log, blobs } = parts;
  const store = new SqlClaimStore(database.db, instance);
  const answers = new AnswerKeeper(blobs, () => newImageName(''));
  const retries = new RetryIndex(maxClaims.ofAll);
  const keepMs = config.idempotency.keep * minuteMs;
  const onError = (error: unknown, unremoved = 0): void =>
    log.warn({ unremoved, cause: reasonOfStore(error) }, 'kept answers could not be swept');
  const sweep = new ClaimSweep({
    store,
    answers,
    retries,
    clock,
    maxKeptBytes: config.idempotency.maxKeptBytes,
    intervalMs: sweepIntervalMs,
    onError,
  });
  const strays = new RetentionSweep({
    blobs,
    clock,
    retentionMs: () => keepMs + strayMarginMs,
    intervalMs: strayIntervalMs,
    onError,
  });
  const claims = new Claims({
    store,
    answers,
    retries,
    clock,
    keepMs,
    linkLifetimeMs: config.links.ttlMinutes * minuteMs,
    ledger,
    onKept: (bytes) => sweep.note(bytes),
    onTrouble: (order, cause) =>
      log.warn({ order, cause: reasonOfStore(cause) }, 'an answer could not be kept for a retry'),
  });
  const books = { store, retries, ledger, clock, keepMs };
  const tellUnknown = (orders: number): void => {
    if (orders > 0) log.warn({ orders }, 'retries of orders that an earlier run left open will be told so');
  };
  return {
    claims,
    /** Closes claims of other servers that have ended. */
    async closeLost(): Promise<void> {
      tellUnknown(await closeLostClaims(books));
    },
    async start(): Promise<void> {
      tellUnknown(await recoverClaims(books));
      sweep.start();
      strays.start();
    },
    async stop(): Promise<void> {
      await sweep.stop();
      await strays.stop();
    },
  };
}
