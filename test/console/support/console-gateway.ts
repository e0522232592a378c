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
