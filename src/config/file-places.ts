import path from 'node:path';
import type { Environment } from './config-environment.ts';
import type { Config } from './config-schema.ts';

/** Where this user's programs keep what outlives them and is no data; undefined where the system names no such place. */
export function stateDirectory(env: Environment = process.env): string | undefined {
  const { XDG_STATE_HOME: state = '', HOME: home = '', LOCALAPPDATA: local = '' } = env;
  // A relative path is to be ignored, says the specification of these names.
  if (path.isAbsolute(state)) return path.join(state, 'plantain');
  if (path.isAbsolute(home)) return path.join(home, '.local', 'state', 'plantain');
  return path.isAbsolute(local) ? path.join(local, 'plantain') : undefined;
}

/** The SQLite file with keys and ledger, inside the data folder. */
export const databasePath = ({ dataDir }: Pick<Config, 'dataDir'>): string =>
  path.join(dataDir, 'plantain.db');
