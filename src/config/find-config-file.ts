import { existsSync } from 'node:fs';
import path from 'node:path';
import { configFileVariable, type Environment } from './config-environment.ts';

/** The configuration file as it is named: by the flag, by the variable, else the one in this folder if there is one. */
export function findConfigFile(flag: unknown, env: Environment, cwd: string): string | undefined {
  const named = flag ?? env[configFileVariable]?.trim();
  if (typeof named === 'string' && named !== '') return named;
  return existsSync(path.join(cwd, 'plantain.yaml')) ? 'plantain.yaml' : undefined;
}
