import { createHmac } from 'node:crypto';
import type { WebhookEvent } from './webhook-event.ts';

/**
 * The headers of an event in the form of Standard Webhooks: its id, when it is sent, and for each secret a signature over
 * both and the body, so that a receiver which knows one of them, while they change, can tell that it is ours.
 */
export function webhookHeaders(
  { id, body }: Pick<WebhookEvent, 'id' | 'body'>,
  secrets: readonly string[],
  nowMs: number,
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signed = `${id}.${timestamp}.${body}`;
  return {
    'content-type': 'application/json',
    'user-agent': 'Plantain',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => `v1,${signature(secret, signed)}`).join(' '),
  };
}

/** The key is what stands behind `whsec_`, in base64. */
function signature(secret: string, signed: string): string {
  const key = Buffer.from(secret.slice(secret.indexOf('_') + 1), 'base64');
  return createHmac('sha256', key).update(signed).digest('base64');
}
