import { nearestName } from '../kernel/nearest-name.ts';
import { configFields } from './config-fields.ts';
import type { FieldPath } from './config-schema.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Names the configuration file; not a setting itself. */
export const configFileVariable = 'PLANTAIN_CONFIG';

/**
 * Kubernetes gives every pod such variables for a Service named `plantain`, the first with the very name of
 * the port setting. They are nobody's configuration, so they are passed over.
 */
const kubernetesName = /^PLANTAIN_(?:SERVICE_(?:HOST|PORT)|PORT_\d+_(?:TCP|UDP|SCTP))(?:_[A-Z0-9_]+)?$/;
const kubernetesPort = /^(?:tcp|udp|sctp):\/\//;

export interface EnvironmentValue {
  readonly raw: string;
  readonly name: string;
}

/** The settings found in the environment. An empty variable counts as absent: compose files pass `${X:-}` that way. */
export function readEnvironment(environment: Environment): {
  readonly values: ReadonlyMap<FieldPath, EnvironmentValue>;
  readonly problems: readonly string[];
} {
  const values = new Map<FieldPath, EnvironmentValue>();
  for (const field of configFields) {
    for (const name of field.env) {
      const raw = environment[name]?.trim() ?? '';
      if (raw === '' || (field.path === 'port' && kubernetesPort.test(raw))) continue;
      values.set(field.path, { raw, name });
      break;
    }
  }
  const known = new Set([...configFields.flatMap((field) => field.env), configFileVariable]);
  const problems = Object.keys(environment)
    .filter((name) => name.startsWith('PLANTAIN_') && !known.has(name) && !kubernetesName.test(name))
    .map((name) => {
      const near = nearestName(
        name,
        [...known].filter((candidate) => candidate.startsWith('PLANTAIN_')),
      );
      return `Unknown environment variable ${name}. ${near === undefined ? 'docs/configuration.md lists the names.' : `Did you mean ${near}?`}`;
    });
  return { values, problems };
}
