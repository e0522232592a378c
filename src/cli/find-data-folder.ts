import { existsSync } from 'node:fs';
import type { Config } from '../config/config-schema.ts';
import { databasePath } from '../config/file-places.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { stateDirectory } from '../config/file-places.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { runningServers, type ServerNote } from './server-notes.ts';

/**
 * The configuration with the data folder that a command about keys or usage means: the one that is named or lies here,
 * else the running server's, which is told. Throws CommandError that says which flag is missing; makes nothing.
 */
export function configWithRecords(loaded: LoadedConfig, context: CommandContext): Config {
  const { config } = loaded;
  // Then the folder holds pictures alone.
  if (config.database.url !== undefined) return config;
  if (isNamed(loaded)) {
    if (hasDatabase(config)) return config;
    throw usage(
      `there is no database in ${config.dataDir}. Name the folder of a server with --data-dir, or start one on this: plantain serve --data-dir ${config.dataDir}`,
    );
  }
  if (hasDatabase(config)) return config;
  const servers = serversFor(loaded, context);
  const [server, another] = servers;
  if (server === undefined)
    throw usage(
      `there is no database in ${config.dataDir}, and no server of this user is running. Name the folder of one with --data-dir, or start one: plantain serve`,
    );
  if (another !== undefined) {
    const choices = servers.map(({ url, dataDir }) => `--data-dir ${dataDir} (${url})`);
    throw usage(`several servers are running. Choose one: ${choices.join(', ')}`);
  }
  context.stderr.write(`plantain: on ${server.dataDir}, the data folder of the server at ${server.url}.\n`);
  return { ...config, dataDir: server.dataDir };
}

/** The running server that an examination means, if no folder is named or lies here, and there is one alone. */
export function serverInstead(loaded: LoadedConfig, context: CommandContext): ServerNote | undefined {
  if (isNamed(loaded) || hasDatabase(loaded.config)) return undefined;
  const [server, another] = serversFor(loaded, context);
  return another === undefined ? server : undefined;
}

/** Of the running servers those that the configuration can mean: where it says a port, the one there. */
function serversFor({ config, originOf }: LoadedConfig, { env }: CommandContext): ServerNote[] {
  return runningServers(stateDirectory(env)).filter(
    (server) =>
      hasDatabase(server) &&
      (originOf(['port']) === 'default' || Number(new URL(server.url).port) === config.port),
  );
}

function isNamed({ originOf }: LoadedConfig): boolean {
  return originOf(['dataDir']) !== 'default';
}

function hasDatabase(folder: Pick<Config, 'dataDir'>): boolean {
  return existsSync(databasePath(folder));
}

function usage(message: string): CommandError {
  return new CommandError(message, exitCodes.usage);
}
