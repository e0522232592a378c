import path from 'node:path';
import type { Environment } from './config-environment.ts';
import { ConfigError } from './config-error.ts';
import { type Config, configSchema, configSetting, configSettings, type FieldPath } from './config-schema.ts';
import { sandboxName } from '../journey/upstream.ts';
import { listensLocally } from './console-section.ts';
import { hoursOfLinks } from './derived-defaults.ts';
import { findConfigFile } from './find-config-file.ts';
import { oidcFault } from './oidc-section.ts';
import { type Resolved, resolveSettings } from './resolve-settings.ts';
import { upstreamFaults, usesSandbox, withFilePlaces } from './upstream-list.ts';
import { webhookFaults } from './webhooks-section.ts';

const longestPresignedMinutes = 7 * 24 * 60;

/** Values given as flags, by setting; `config` names the file. Undefined means not given. */
export type FlagValues = Readonly<Partial<Record<FieldPath | 'config', unknown>>>;

export interface ConfigSources {
  readonly flags?: FlagValues;
  readonly env?: Environment;
  readonly cwd?: string;
}

export interface LoadedConfig extends Omit<Resolved<Config>, 'value'> {
  readonly config: Config;
  /** The file that was read, as it was named; undefined when there is none. */
  readonly file: string | undefined;
}

/** Throws ConfigError with every problem found. */
export function loadConfig(sources: ConfigSources = {}): LoadedConfig {
  const loaded = readConfig(sources);
  if (loaded.problems.length > 0) throw new ConfigError(loaded.problems);
  return loaded;
}

/** The same for those who want to look at a configuration that has problems. */
export function readConfig({
  flags = {},
  env = process.env,
  cwd = process.cwd(),
}: ConfigSources): LoadedConfig {
  const file = findConfigFile(flags.config, env, cwd);
  const { value, ...resolved } = resolveSettings(configSchema, { flags, env, cwd, file }, configSettings);
  const isFromFile = file !== undefined && resolved.originOf(['dataDir']).startsWith('file ');
  const folder = isFromFile ? path.dirname(path.resolve(cwd, file)) : cwd;
  // Only the file can hold the list.
  const fileFolder = path.dirname(path.resolve(cwd, file ?? ''));
  const config = {
    ...value,
    dataDir: path.resolve(folder, value.dataDir),
    upstreams: value.upstreams.map((entry) => withFilePlaces(entry, fileFolder)),
  };
  const loaded = { ...resolved, config, file };
  return { ...loaded, problems: [...loaded.problems, ...contradictions(loaded)] };
}

/** What no setting can say alone. Silent where one of the settings concerned has a problem of its own. */
function contradictions({ config, originOf, subjectOf, broken }: LoadedConfig): string[] {
  const { limits, links, storage, upstreams } = config;
  const problems: string[] = [];
  const tell = (about: readonly FieldPath[], isWrong: boolean, problem: string): void => {
    if (isWrong && !about.some((id) => broken.has(id)))
      problems.push(`${subjectOf((about[0] ?? '').split('.'))} ${problem}`);
  };
  tell(
    ['gemini.baseUrl', 'gemini.apiKey'],
    upstreams.length === 0 && originOf(['gemini', 'baseUrl']) !== 'default' && usesSandbox(config),
    'gives an upstream address but no key is set: set GEMINI_API_KEY (any text, if that upstream checks none), or take the address away to draw with the sandbox.',
  );
  tell(
    ['gemini.name'],
    config.gemini.name === sandboxName,
    'is the name of the sandbox, whose costs are counted apart: choose another.',
  );
  // The environment's key is often there for other programs; what a file says was said to this one.
  const shadowed = (['apiKey', 'baseUrl', 'apiVersion', 'name'] as const).find(
    (field) =>
      originOf(['gemini', field]).startsWith('file ') &&
      config.gemini[field] !== configSetting(`gemini.${field}`).default,
  );
  if (shadowed !== undefined && upstreams.length > 0)
    problems.push(
      `${subjectOf(['gemini', shadowed])} has no effect beside upstreams: make it an entry of that list.`,
    );
  if (!broken.has('upstreams'))
    problems.push(...upstreamFaults(upstreams).map(({ path: at, problem }) => `${subjectOf(at)} ${problem}`));
  if (!['webhooks.url', 'webhooks.secret', 'webhooks.endpoints'].some((id) => broken.has(id)))
    problems.push(
      ...webhookFaults(config.webhooks).map(({ path: at, problem }) => `${subjectOf(at)} ${problem}`),
    );
  tell(
    ['console.enabled', 'admin.secret', 'host'],
    config.console.enabled === true && config.admin.secret === undefined && !listensLocally(config.host),
    'is true on an address that others reach, which needs a secret for them: set admin.secret (PLANTAIN_ADMIN_SECRET), or set console.enabled to false.',
  );
  const oidc = oidcFault(config.oidc, config.console.insecure);
  if (oidc !== undefined) tell([`oidc.${oidc.field}`], true, oidc.problem);
  tell(
    ['admin.viewerSecret', 'admin.secret'],
    config.admin.viewerSecret !== undefined && config.admin.viewerSecret === config.admin.secret,
    'is the same as admin.secret: viewers would be admins.',
  );
  tell(
    ['links.retentionHours', 'links.ttlMinutes'],
    links.retentionHours < hoursOfLinks(links.ttlMinutes),
    'must cover links.ttl_minutes, or pictures vanish before their links end.',
  );
  const missing = (['bucket', 'accessKeyId', 'secretAccessKey'] as const).find(
    (field) => storage.kind === 's3' && storage[field] === undefined,
  );
  if (missing !== undefined)
    tell(
      ['storage.kind', `storage.${missing}`],
      true,
      `is s3, which needs ${configSetting(`storage.${missing}`).name} as well.`,
    );
  tell(
    ['links.presigned', 'storage.kind'],
    links.presigned && storage.kind !== 's3',
    'needs storage.kind: s3; links to a disk lead through this server.',
  );
  tell(
    ['links.ttlMinutes', 'links.presigned'],
    links.presigned && links.ttlMinutes > longestPresignedMinutes,
    'must be at most 7d with links.presigned: S3 signs for no longer.',
  );
  tell(
    ['limits.maxReferenceBytes', 'limits.maxEditBodyBytes'],
    limits.maxReferenceBytes > limits.maxEditBodyBytes,
    'must be at most limits.max_edit_body_bytes, or the largest reference can never arrive.',
  );
  return problems;
}
