import type { ToldAlert } from '../journey/budget-alert.ts';
import type { Clock } from '../kernel/clock.ts';
import { giveUpAfterMs, nextTryMs } from './retry-schedule.ts';
import { webhookHeaders } from './sign-webhook.ts';
import { alertEvent, type WebhookEvent, type WebhookType } from './webhook-event.ts';
import type { Delivery, WebhookOutbox } from './webhook-outbox.ts';

/** Who is told, and how it knows that it is us. */
export interface WebhookEndpoint {
  readonly name: string;
  readonly url: string;
  /** `whsec_…`; several while they change. */
  readonly secrets: readonly string[];
  /** Null: everything. */
  readonly events: readonly WebhookType[] | null;
}

/** Sends one request and answers with its status. Rejects when none came in time, or the address is out of bounds. */
export type PostWebhook = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
) => Promise<number>;

type Write = (fields: object, message: string) => void;

export interface WebhookDeskOptions {
  readonly outbox: WebhookOutbox;
  readonly post: PostWebhook;
  readonly clock: Clock;
  readonly log: { readonly info: Write; readonly warn: Write; readonly error: Write };
  readonly onAlert: (alert: ToldAlert) => void;
  readonly pollMs?: number;
}

const ringMs = 100;
/** Longer than a request may take: a sender that died is followed by another. */
const leaseMs = 60_000;
const keepMs = 90 * 86_400_000;
const tidyEveryMs = 3_600_000;

/** Tells what is to be told: in this process, and to receivers elsewhere, again and again until they have it. */
export class WebhookDesk {
  readonly #options: WebhookDeskOptions;
  #endpoints: () => readonly WebhookEndpoint[] = () => [];
  #poll: NodeJS.Timeout | undefined;
  #rung: NodeJS.Timeout | undefined;
  readonly #stopping = new AbortController();
  #atWork: Promise<void> = Promise.resolve();
  #tidyAtMs = 0;

  constructor(options: WebhookDeskOptions) {
    this.#options = options;
  }

  /** From now on. The receivers are asked for each time, since a reload may change them. */
  start(endpoints: () => readonly WebhookEndpoint[]): void {
    this.#endpoints = endpoints;
    this.#poll = setInterval(() => void this.turn(), this.#options.pollMs ?? 5000);
    this.#poll.unref();
    this.ring();
  }

  /** There is something to tell in a moment, when its transaction is committed. */
  ring(): void {
    if (this.#poll === undefined || this.#rung !== undefined) return;
    this.#rung = setTimeout(() => {
      this.#rung = undefined;
      void this.turn();
    }, ringMs);
    this.#rung.unref();
  }

  /** Ends what is being sent; it is sent again after the next start. */
  async stop(): Promise<void> {
    clearInterval(this.#poll);
    clearTimeout(this.#rung);
    this.#stopping.abort();
    await this.#atWork;
  }

  /** Tells and sends what is due. Never rejects; one turn after the other. */
  turn(): Promise<void> {
    this.#atWork = this.#atWork.then(async () => {
      if (this.#stopping.signal.aborted) return;
      try {
        await this.#tellAlerts();
        await this.#send();
        await this.#tidy();
      } catch (error) {
        this.#options.log.warn(
          { cause: String(error) },
          'alerts and webhooks could not be told; tried again',
        );
      }
    });
    return this.#atWork;
  }

  async #tellAlerts(): Promise<void> {
    const { outbox, clock, log, onAlert } = this.#options;
    for (;;) {
      const { alerts, dropped } = await outbox.takeAlerts(clock.nowMs(), (alert) => {
        const event = alertEvent(alert);
        return {
          event,
          endpoints: this.#endpoints()
            .filter(wants(event))
            .map(({ name }) => name),
        };
      });
      for (const alert of alerts) onAlert(alert);
      if (dropped > 0)
        log.error({ events: dropped }, 'webhooks were dropped: too many wait for their receiver');
      if (alerts.length === 0) return;
    }
  }

  async #send(): Promise<void> {
    const { outbox, clock } = this.#options;
    for (;;) {
      const endpoints = new Map(this.#endpoints().map((endpoint) => [endpoint.name, endpoint]));
      if (endpoints.size === 0 || this.#stopping.signal.aborted) return;
      const due = await outbox.takeDue([...endpoints.keys()], clock.nowMs(), leaseMs);
      if (due.length === 0) return;
      await Promise.all(
        due.map(async (delivery) => {
          const endpoint = endpoints.get(delivery.endpoint);
          if (endpoint !== undefined) await this.#deliver(endpoint, delivery);
        }),
      );
    }
  }

  async #deliver(endpoint: WebhookEndpoint, delivery: Delivery): Promise<void> {
    const { outbox, post, clock } = this.#options;
    const { signal } = this.#stopping;
    let failure: string;
    try {
      const headers = webhookHeaders(delivery, endpoint.secrets, clock.nowMs());
      const status = await post(endpoint.url, headers, delivery.body, signal);
      if (status >= 200 && status < 300) return await outbox.delivered(delivery, clock.nowMs());
      failure = `status ${String(status)}`;
    } catch (error) {
      if (signal.aborted) return outbox.putBack(delivery, clock.nowMs());
      failure = error instanceof Error ? error.message : String(error);
    }
    await this.#fail(delivery, failure.slice(0, 200));
  }

  async #fail(delivery: Delivery, failure: string): Promise<void> {
    const { outbox, clock, log } = this.#options;
    const nowMs = clock.nowMs();
    let nextAtMs: number | null = null;
    const sinceMs = await outbox.failed(delivery, failure, nowMs, (failingSinceMs) => {
      nextAtMs = nextTryMs(failingSinceMs, delivery.createdAtMs, nowMs, Math.random());
      return nextAtMs;
    });
    const fields = { endpoint: delivery.endpoint, event: delivery.id, type: delivery.type, failure };
    const isGone = failure === 'status 410';
    if (isGone || nowMs - sinceMs >= giveUpAfterMs) {
      const waiting = await outbox.disable(delivery.endpoint, nowMs);
      log.error(
        { ...fields, dropped: waiting },
        `webhook disabled: it ${isGone ? 'is gone' : 'has failed for a day'}; \`plantain webhooks enable ${delivery.endpoint}\` turns it on again`,
      );
    } else if (nextAtMs === null) log.error(fields, 'webhook given up: it was not taken for a day');
    else
      log.warn(
        { ...fields, attempts: delivery.attempts, nextAt: new Date(nextAtMs).toISOString() },
        'webhook failed: sent again later',
      );
  }

  async #tidy(): Promise<void> {
    const nowMs = this.#options.clock.nowMs();
    if (nowMs < this.#tidyAtMs) return;
    this.#tidyAtMs = nowMs + tidyEveryMs;
    await this.#options.outbox.forget(nowMs - keepMs);
  }
}

/** Whether a receiver wants an event. */
function wants({ type }: WebhookEvent): (endpoint: WebhookEndpoint) => boolean {
  return ({ events }) => events === null || events.includes(type);
}
