import { existsSync } from 'node:fs';
import path from 'node:path';
import { request } from 'undici';
import { configSetting } from '../config/config-schema.ts';
import { stateDirectory } from '../config/file-places.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { proxyFor } from '../kernel/proxy-for.ts';
import { openAgent, readBounded } from './ask-server.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { runningServers, type ServerNote } from './server-notes.ts';

/** The settings that say which server is meant, and let its admin API in. */
export const adminSettings = [
  configSetting('dataDir'),
  configSetting('port'),
  configSetting('client.baseUrl'),
  configSetting('admin.secret'),
];

/** Asks a running server's admin API, and answers with the document that comes back. Throws CommandError with the server's words. */
export async function askAdmin(
  loaded: LoadedConfig,
  context: CommandContext,
  method: 'GET' | 'POST' | 'DELETE',
  where: string,
): Promise<unknown> {
  const { origin, dataDir } = findServer(loaded, context);
  const secret = loaded.config.admin.secret ?? (await secretOf(dataDir));
  const url = `${origin}/admin/v1${where}`;
  const agent = openAgent(proxyFor(new URL(url), loaded.config.proxy));
  try {
    const answer = await request(url, {
      method,
      headers: { authorization: `Bearer ${secret}`, accept: 'application/json' },
      dispatcher: agent,
    }).catch((error: unknown) => {
      const reason = error instanceof Error && error.message !== '' ? error.message : 'no answer came';
      throw new CommandError(`cannot ask ${origin}: ${reason}.`, exitCodes.unavailable, error);
    });
    const document = parse(await readBounded(answer.body));
    if (answer.statusCode === 200 && document !== undefined) return document;
    throw new CommandError(
      messageOf(document) ??
        `${origin} answered ${String(answer.statusCode)} with something that is no answer of Plantain's admin API.`,
      answer.statusCode >= 500 ? exitCodes.unavailable : exitCodes.usage,
    );
  } finally {
    await agent.destroy();
  }
}

interface FoundServer {
  readonly origin: string;
  /** Undefined: it is not on this machine, as far as is known. */
  readonly dataDir: string | undefined;
}

function findServer({ config, originOf }: LoadedConfig, { env }: CommandContext): FoundServer {
  const servers = runningServers(stateDirectory(env));
  const { baseUrl } = config.client;
  if (baseUrl !== undefined) {
    const origin = baseUrl.replace(/\/v1$/, '');
    return { origin, dataDir: servers.find(({ url }) => url === origin)?.dataDir };
  }
  const isNamed = (id: string): boolean => originOf([id]) !== 'default';
  const meant = servers.filter(
    ({ url, dataDir }: ServerNote) =>
      (!isNamed('port') || config.port === 0 || Number(new URL(url).port) === config.port) &&
      (!isNamed('dataDir') || path.resolve(dataDir) === config.dataDir),
  );
  const [server, another] = meant;
  if (server === undefined)
    throw new CommandError(
      'no such server of this user is running. Start one: plantain serve. One that runs elsewhere is named with --base-url.',
      exitCodes.usage,
    );
  if (another !== undefined) {
    const choices = meant.map(({ url }) => `--base-url ${url}`);
    throw new CommandError(`several servers are running. Choose one: ${choices.join(', ')}`, exitCodes.usage);
  }
  return { origin: server.url, dataDir: server.dataDir };
}

async function secretOf(dataDir: string | undefined): Promise<string> {
  if (dataDir !== undefined && existsSync(path.join(dataDir, 'admin-secret'))) {
    const { loadAdminSecret } = await import('../store/disk/admin-secret.ts');
    return loadAdminSecret(dataDir);
  }
  throw new CommandError(
    'the admin secret of that server is not known here. Give it in PLANTAIN_ADMIN_SECRET, or a file with it in PLANTAIN_ADMIN_SECRET_FILE.',
    exitCodes.usage,
  );
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function messageOf(document: unknown): string | undefined {
  const { error } = (document ?? {}) as { readonly error?: { readonly message?: unknown } };
  return typeof error?.message === 'string' ? error.message : undefined;
}
