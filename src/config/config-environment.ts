import path from 'node:path';
import { nearestName } from '../kernel/nearest-name.ts';
import type { Setting } from './settings.ts';
import { readSecretFile } from './read-small-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Names the configuration file; not a setting itself. */
export const configFileVariable = 'PLANTAIN_CONFIG';

/**
 * Kubernetes gives every pod such variables for a Service named `plantain`, the first with the very name of
 * the port setting. They are nobody's configuration, so they are passed over.
 */
const kubernetesName = /^PLANTAIN_(?:SERVICE_(?:HOST|PORT)|PORT_\d+_(?:TCP|UDP|SCTP))(?:_[A-Z0-9_]+)?$/;
const kubernetesPort = /^(?:tcp|udp|sctp):\/\//;

/** A secret's variable can also name a file that holds the value. */
const fileVariable = (name: string): string => `${name}_FILE`;

/** Values by the id of their setting, each with the variable that gave it. */
export type FoundVariables = ReadonlyMap<string, { readonly raw: unknown; readonly name: string }>;

/** The settings found in the environment. An empty variable counts as absent: compose files pass `${X:-}` that way. */
export function readVariables(
  settings: readonly Pick<Setting, 'id' | 'name' | 'env' | 'secret'>[],
  env: Environment,
  cwd: string,
): { readonly values: FoundVariables; readonly problems: readonly string[] } {
  const values = new Map<string, { readonly raw: unknown; readonly name: string }>();
  const problems: string[] = [];
  const given = (name: string): string => env[name]?.trim() ?? '';
  for (const setting of settings) {
    const names = setting.env.flatMap((name) => (setting.secret ? [name, fileVariable(name)] : [name]));
    const [first, second] = names.filter((name) => given(name) !== '');
    if (first === undefined || (setting.id === 'port' && kubernetesPort.test(given(first)))) continue;
    if (second === fileVariable(first)) problems.push(`${first} and ${second} are both set: keep one.`);
    const tell = (problem: string): void => void problems.push(`${first}: ${problem}`);
    const isValue = setting.env.includes(first);
    const raw = isValue ? given(first) : readSecretFile(setting.name, path.resolve(cwd, given(first)), tell);
    values.set(setting.id, { raw, name: first });
  }
  return { values, problems };
}

/** Variables of ours that none of all settings has. */
export function unknownVariables(settings: readonly Setting[], env: Environment): string[] {
  const known = settings.flatMap(({ env: names, secret }) =>
    secret ? [...names, ...names.map(fileVariable)] : names,
  );
  const own = [...known, configFileVariable].filter((name) => name.startsWith('PLANTAIN_'));
  return Object.keys(env)
    .filter((name) => name.startsWith('PLANTAIN_') && !own.includes(name) && !kubernetesName.test(name))
    .map((name) => {
      const near = nearestName(name, own);
      return `Unknown environment variable ${name}. ${near === undefined ? 'docs/configuration.md lists the names.' : `Did you mean ${near}?`}`;
    });
}
