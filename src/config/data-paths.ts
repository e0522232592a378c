import path from 'node:path';
import type { Config } from './config-schema.ts';

/** The SQLite file with keys and ledger, inside the data folder. */
export function databasePath(config: Pick<Config, 'dataDir'>): string {
  return path.join(config.dataDir, 'plantain.db');
}
