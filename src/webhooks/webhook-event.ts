import type { AlertType, ToldAlert } from '../journey/budget-alert.ts';

/** What receivers can be told. `webhook.test` is sent on demand alone. */
export type WebhookType = AlertType | 'webhook.test';

/** Something that is told to receivers, in the form that is signed and sent. */
export interface WebhookEvent {
  /** `evt_…`, sent as `webhook-id`: the same however often it is sent. */
  readonly id: string;
  readonly type: WebhookType;
  readonly body: string;
}

/** A budget's alert as receivers get it. Money is in micro-USD, times are ISO 8601 in UTC. */
export function alertEvent(alert: ToldAlert): WebhookEvent {
  const { project, key } = alert;
  return event(alert.id, alert.type, alert.atMs, {
    project,
    key,
    model: alert.model,
    user: alert.endUser,
    limit: alert.limit,
    allowed: alert.allowed,
    used: alert.used,
    percent: alert.percent,
    requested: alert.requested,
    period_start: isoOrNull(alert.periodStartMs),
    resets_at: isoOrNull(alert.resetsAtMs),
  });
}

/** Shows a receiver that it is reached, and that it reads signatures right. */
export function testEvent(id: string, atMs: number): WebhookEvent {
  return event(id, 'webhook.test', atMs, { message: 'This is a test of Plantain.' });
}

function event(id: string, type: WebhookType, atMs: number, data: object): WebhookEvent {
  return { id, type, body: JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), data }) };
}

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
