import type { Config } from '../config/config-schema.ts';
import { proxyFor } from '../kernel/proxy-for.ts';
import type { PostWebhook, WebhookEndpoint } from '../webhooks/webhook-desk.ts';

/** From the first name lookup to the answer's head. */
const timeoutMs = 15_000;

/** Who is told, as the configuration has them. */
export function webhookEndpoints({ webhooks }: Pick<Config, 'webhooks'>): WebhookEndpoint[] {
  const { url, secret, endpoints } = webhooks;
  const first =
    url === undefined || secret === undefined ? [] : [{ name: 'default', url, secret, events: null }];
  return [...first, ...endpoints].map(({ name, url: address, secret: secrets, events = null }) => ({
    name,
    url: address,
    secrets: secrets.split(/\s+/),
    events,
  }));
}

/** Sends within the bounds of the configuration in force. */
export function createPost(inForce: () => Pick<Config, 'webhooks' | 'proxy'>): PostWebhook {
  return async (url, headers, body, signal) => {
    const { webhooks, proxy } = inForce();
    const { guardedPost } = await import('../remote/guarded-post.ts');
    return guardedPost(url, headers, body, signal, {
      allowPrivate: webhooks.allowPrivate,
      timeoutMs,
      proxyTo: (target) => proxyFor(target, proxy),
    });
  };
}
