import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Gateway, type GatewayOptions, startGateway } from '../../support/start-gateway.ts';

export interface ConsoleGateway extends Gateway {
  readonly secret: string;
}

/** A gateway with the secret that it made. */
export async function startConsoleGateway(options: GatewayOptions = {}): Promise<ConsoleGateway> {
  const gateway = await startGateway(options);
  const secret = await readFile(join(gateway.dataDir, 'admin-secret'), 'utf8').catch(() => '');
  return { ...gateway, secret: secret.trim() };
}

/** Asks its admin API, as a script does: GET without a body, POST with one. Throws where that is refused. */
export async function admin(
  { url, secret }: ConsoleGateway,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${url}/admin/v1${path}`, {
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${String(answer.status)} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
