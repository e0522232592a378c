import { type Kysely, type Selectable, sql } from 'kysely';
import type { ToldAlert } from '../../journey/budget-alert.ts';
import type { WebhookType } from '../../webhooks/webhook-event.ts';
import type { Addressed, Delivery, EndpointState, WebhookOutbox } from '../../webhooks/webhook-outbox.ts';
import { toToldAlerts } from './alert-row.ts';
import type { Database, WebhookDeliveriesTable } from './database-schema.ts';
import type { DialectName } from './migrations/column-kinds.ts';

/** Alerts, and deliveries, of one turn. */
const mostAlerts = 100;
const mostDue = 16;

/** What is to be told, in SQL. Of several processes each takes what no other has under its hands. */
export class SqlWebhookOutbox implements WebhookOutbox {
  readonly #db: Kysely<Database>;
  readonly #isShared: boolean;
  readonly #mostWaiting: number;

  /** `mostWaiting`: for one receiver; what comes then is not kept for it. */
  constructor(db: Kysely<Database>, dialect: DialectName, mostWaiting = 10_000) {
    this.#db = db;
    this.#isShared = dialect === 'postgres';
    this.#mostWaiting = mostWaiting;
  }

  takeAlerts(
    nowMs: number,
    address: (alert: ToldAlert) => Addressed,
  ): Promise<{ alerts: readonly ToldAlert[]; dropped: number }> {
    return this.#db.transaction().execute(async (db) => {
      const query = db
        .selectFrom('alerts')
        .selectAll()
        .where('told_at_ms', 'is', null)
        .orderBy('id')
        .limit(mostAlerts);
      const rows = await (this.#isShared ? query.forUpdate().skipLocked() : query).execute();
      if (rows.length === 0) return { alerts: [], dropped: 0 };
      const alerts = await toToldAlerts(db, rows);
      const states = new Map((await statesOf(db)).map((state) => [state.name, { ...state }]));
      const deliveries: WebhookDeliveriesTable[] = [];
      let dropped = 0;
      for (const { event, endpoints } of alerts.map(address))
        for (const endpoint of endpoints) {
          const state = states.get(endpoint) ?? { ...unheardOf, name: endpoint };
          states.set(endpoint, state);
          if (state.disabledAtMs !== null) continue;
          if (state.waiting++ >= this.#mostWaiting) dropped++;
          else deliveries.push(newDelivery(event, endpoint, nowMs));
        }
      if (deliveries.length > 0) await db.insertInto('webhook_deliveries').values(deliveries).execute();
      await db
        .updateTable('alerts')
        .set({ told_at_ms: nowMs })
        .where(
          'id',
          'in',
          rows.map(({ id }) => id),
        )
        .execute();
      return { alerts, dropped };
    });
  }

  takeDue(endpoints: readonly string[], nowMs: number, leaseMs: number): Promise<readonly Delivery[]> {
    return this.#db.transaction().execute(async (db) => {
      const query = db
        .selectFrom('webhook_deliveries')
        .selectAll()
        .where('next_at_ms', '<=', nowMs)
        .where('endpoint', 'in', endpoints)
        .orderBy('next_at_ms')
        .orderBy('event_id')
        .limit(mostDue);
      const rows = await (this.#isShared ? query.forUpdate().skipLocked() : query).execute();
      const due = rows.map((row) => toDelivery({ ...row, attempts: row.attempts + 1 }));
      for (const delivery of due)
        await db
          .updateTable('webhook_deliveries')
          .set({ next_at_ms: nowMs + leaseMs, attempts: delivery.attempts })
          .where(sql<boolean>`${isRow(delivery)}`)
          .execute();
      return due;
    });
  }

  async delivered(delivery: Delivery, nowMs: number): Promise<void> {
    await this.#db
      .deleteFrom('webhook_deliveries')
      .where(sql<boolean>`${isRow(delivery)}`)
      .execute();
    await this.#tellState(delivery.endpoint, {
      delivered_at_ms: nowMs,
      failing_since_ms: null,
      last_failure: null,
    });
  }

  failed(
    delivery: Delivery,
    reason: string,
    nowMs: number,
    nextAt: (failingSinceMs: number) => number | null,
  ): Promise<number> {
    return this.#db.transaction().execute(async (db) => {
      const known = await db
        .selectFrom('webhook_endpoints')
        .select('failing_since_ms')
        .where('name', '=', delivery.endpoint)
        .executeTakeFirst();
      const sinceMs = known?.failing_since_ms ?? nowMs;
      const nextAtMs = nextAt(sinceMs);
      const where = sql<boolean>`${isRow(delivery)}`;
      if (nextAtMs === null) await db.deleteFrom('webhook_deliveries').where(where).execute();
      else {
        const later = { next_at_ms: nextAtMs };
        await db.updateTable('webhook_deliveries').set(later).where(where).execute();
        await db
          .updateTable('webhook_deliveries')
          .set(later)
          .where('endpoint', '=', delivery.endpoint)
          .where('next_at_ms', '<=', nowMs)
          .execute();
      }
      await this.#tellState(delivery.endpoint, { failing_since_ms: sinceMs, last_failure: reason }, db);
      return sinceMs;
    });
  }

  async putBack(delivery: Delivery, nowMs: number): Promise<void> {
    await this.#db
      .updateTable('webhook_deliveries')
      .set({ next_at_ms: nowMs, attempts: delivery.attempts - 1 })
      .where(sql<boolean>`${isRow(delivery)}`)
      .execute();
  }

  async disable(endpoint: string, nowMs: number): Promise<number> {
    await this.#tellState(endpoint, { disabled_at_ms: nowMs });
    const result = await this.#db
      .deleteFrom('webhook_deliveries')
      .where('endpoint', '=', endpoint)
      .executeTakeFirst();
    return Number(result.numDeletedRows);
  }

  async enable(endpoint: string): Promise<boolean> {
    const result = await this.#db
      .updateTable('webhook_endpoints')
      .set({ disabled_at_ms: null, failing_since_ms: null, last_failure: null })
      .where('name', '=', endpoint)
      .where('disabled_at_ms', 'is not', null)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  states(): Promise<readonly EndpointState[]> {
    return statesOf(this.#db);
  }

  async forget(beforeMs: number): Promise<void> {
    await this.#db.deleteFrom('alerts').where('told_at_ms', '<', beforeMs).execute();
    await this.#db.deleteFrom('webhook_deliveries').where('created_at_ms', '<', beforeMs).execute();
  }

  async #tellState(
    name: string,
    change: Readonly<Record<string, string | number | null>>,
    db: Kysely<Database> = this.#db,
  ): Promise<void> {
    await db
      .insertInto('webhook_endpoints')
      .values({ ...unknownRow, name, ...change })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(change))
      .execute();
  }
}

const unheardOf = {
  deliveredAtMs: null,
  failingSinceMs: null,
  lastFailure: null,
  disabledAtMs: null,
  waiting: 0,
};
const unknownRow = {
  delivered_at_ms: null,
  failing_since_ms: null,
  last_failure: null,
  disabled_at_ms: null,
};

function isRow({ id, endpoint }: Delivery) {
  return sql`event_id = ${id} and endpoint = ${endpoint}`;
}

function newDelivery({ id, type, body }: Addressed['event'], endpoint: string, nowMs: number) {
  return { event_id: id, endpoint, type, body, created_at_ms: nowMs, attempts: 0, next_at_ms: nowMs };
}

function toDelivery(row: Selectable<WebhookDeliveriesTable>): Delivery {
  return {
    id: row.event_id,
    type: row.type as WebhookType,
    body: row.body,
    endpoint: row.endpoint,
    attempts: row.attempts,
    createdAtMs: row.created_at_ms,
  };
}

async function statesOf(db: Kysely<Database>): Promise<EndpointState[]> {
  const rows = await db.selectFrom('webhook_endpoints').selectAll().orderBy('name').execute();
  const waiting = await db
    .selectFrom('webhook_deliveries')
    .select(['endpoint', sql<number>`cast(count(*) as bigint)`.as('count')])
    .groupBy('endpoint')
    .execute();
  const states = new Map<string, EndpointState>(
    rows.map((row) => [
      row.name,
      {
        name: row.name,
        deliveredAtMs: row.delivered_at_ms,
        failingSinceMs: row.failing_since_ms,
        lastFailure: row.last_failure,
        disabledAtMs: row.disabled_at_ms,
        waiting: 0,
      },
    ]),
  );
  for (const { endpoint, count } of waiting)
    states.set(endpoint, { ...unheardOf, ...states.get(endpoint), name: endpoint, waiting: count });
  return [...states.values()];
}
