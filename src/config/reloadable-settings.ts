import { isDeepStrictEqual } from 'node:util';
import { type Config, configSettings, type FieldPath } from './config-schema.ts';
import type { Path } from './setting-path.ts';
import type { Setting } from './settings.ts';

/** The settings that a reload puts in force; every other one waits for the next start. A section stands for all in it. */
const reloadable: readonly (FieldPath | keyof Config)[] = [
  'admin.secret',
  'admin.viewerSecret',
  'console',
  'oidc',
  'gemini',
  'upstreams',
  'webhooks',
  'defaultModel',
  'openaiNames',
  'allowSuccessors',
  'retryUnanswered',
  'strict',
  'limits.maxOrdersInFlight',
  'limits.maxUpstreamAnswerBytes',
  'limits.maxJsonBodyBytes',
  'limits.maxEditBodyBytes',
  'limits.maxReferenceBytes',
  'limits.upstreamTries',
  'shutdownGraceMs',
  'shutdownDelayMs',
  'publicUrl',
  'cors',
  'links.ttlMinutes',
  'links.retentionHours',
  'links.presigned',
  'ledger.retentionDays',
  'proxy',
  'remoteReferences',
  'sandbox',
  'log.level',
  'models',
  'aliases',
  'fallbacks',
];

/** Whether a reload puts a change of this setting in force. */
export function reloads({ id }: Pick<Setting, 'id'>): boolean {
  return reloadable.some((name) => id === name || id.startsWith(`${name}.`));
}

/** A configuration read again, beside the one in force. */
export interface ReloadedConfig {
  /** The one in force, with what can be reloaded taken from the fresh one. */
  readonly config: Config;
  /** Names of settings that changed and are in it. */
  readonly changed: readonly string[];
  /** Names of settings that changed and wait for the next start. */
  readonly waiting: readonly string[];
}

/** What of a fresh configuration can be put in force beside one that is. Settings of commands alone are passed over. */
export function reloadedConfig(inForce: Config, fresh: Config): ReloadedConfig {
  const different = configSettings
    .filter(({ id }) => !id.startsWith('client.'))
    .filter(({ path }) => !isDeepStrictEqual(valueAt(inForce, path), valueAt(fresh, path)));
  const changed = different.filter(reloads);
  return {
    config: changed.reduce((config, { path }) => withValue(config, path, valueAt(fresh, path)), inForce),
    changed: changed.map(({ name }) => name),
    waiting: different.filter((setting) => !reloads(setting)).map(({ name }) => name),
  };
}

const valueAt = (tree: unknown, at: Path): unknown =>
  at.reduce<unknown>((value, step) => new Map(Object.entries(value ?? {})).get(String(step)), tree);

function withValue<Tree>(tree: Tree, [step, ...rest]: Path, value: unknown): Tree {
  if (step === undefined) return value as Tree;
  return { ...tree, [step]: withValue(valueAt(tree, [step]), rest, value) };
}
