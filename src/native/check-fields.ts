import { camelCase } from '../kernel/snake-case.ts';
import {
  checkNames,
  field,
  isEmpty,
  isMembers,
  listOf,
  type Members,
  membersOf,
  setField,
} from './members.ts';
import { invalid } from './invalid.ts';
import type { NativeRules } from './native-rules.ts';

/** The fields of a request that are passed on. */
const passed = [
  'contents',
  'systemInstruction',
  'generationConfig',
  'safetySettings',
  'tools',
  'toolConfig',
  'serviceTier',
] as const;

/** Fields that reach beyond the request, into what all callers of this server share, each with what to do instead. */
const refused: Readonly<Record<string, string>> = {
  cachedContent:
    'Cached content belongs to the project that all callers of this server share. Send the content itself.',
  labels: "Labels belong to the operator's bill. Leave them out.",
  store:
    'Nothing is stored at the upstream, where all callers of this server share one project. Leave it out.',
  previousInteractionId: 'Interactions are not served here. Send the whole conversation in `contents`.',
  outputConfig: 'Answers are not written to a bucket. Leave it out; the picture is in the answer.',
  generationOutputConfig: 'Answers are not written to a bucket. Leave it out; the picture is in the answer.',
};

/**
 * Refuses what this server does not pass on, and takes out what says nothing. What stays is what Google gets, so that
 * nothing is asked that was not priced.
 */
export function checkFields(body: Members, rules: NativeRules): void {
  delete body['model'];
  for (const [name, reason] of Object.entries(refused)) {
    if (!isEmpty(field(body, name))) throw invalid(name, `'${name}' cannot be used here. ${reason}`);
    setField(body, name, undefined);
  }
  checkNames(body, passed);
  checkConfig(field(body, 'generationConfig'));
  checkTools(field(body, 'tools'), rules.tools);
  checkTier(body, rules.serviceTiers);
  pinSafety(body, rules);
}

function checkConfig(config: unknown): void {
  if (config !== undefined && !isMembers(config))
    throw invalid('generationConfig', "Invalid value at 'generation_config': it must be an object.");
  const candidates = field(membersOf(config), 'candidateCount');
  if (candidates !== undefined && Number(candidates) !== 1 && candidates !== 0)
    throw invalid('candidateCount', 'Multiple candidates is not enabled for this model');
  const bucket = bucketName(config);
  if (bucket !== undefined)
    throw invalid(bucket, `'${bucket}' cannot be used here. ${refused['outputConfig'] ?? ''}`);
}

/** A name that leads into a bucket of the operator's, at any depth. */
function bucketName(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.map(bucketName).find((name) => name !== undefined);
  if (!isMembers(value)) return undefined;
  const own = Object.keys(value).find((name) => /^(?:gcs|output_?(?:uri|gcs|config))/i.test(name));
  return own ?? bucketName(Object.values(value));
}

function checkTools(tools: unknown, allowed: readonly string[]): void {
  for (const tool of listOf(tools)) {
    for (const name of Object.keys(membersOf(tool))) {
      const camel = camelCase(name);
      if (allowed.includes(camel)) continue;
      const shown = name.slice(0, 60);
      const list = allowed.length === 0 ? 'It allows none.' : `It allows ${allowed.join(', ')}.`;
      throw invalid(
        'tools',
        `The tool '${shown}' is not allowed on this server. ${list} The operator sets native.tools.`,
      );
    }
  }
}

function checkTier(body: Members, allowed: readonly string[]): void {
  const tier = tierOf(body);
  if (tier === undefined || allowed.includes(tier)) return;
  throw invalid(
    'serviceTier',
    `The service tier '${tier.slice(0, 40)}' is not allowed on this server. It allows ${allowed.join(', ')}. The operator sets native.service_tiers.`,
  );
}

/** The tier that is asked for, in lower case; undefined where none is. */
export function tierOf(body: Members): string | undefined {
  const tier = field(body, 'serviceTier');
  if (isEmpty(tier)) return undefined;
  const word =
    typeof tier === 'string' ? tier.toLowerCase().replace(/^service_tier_/, '') : JSON.stringify(tier);
  return word === 'unspecified' ? undefined : word;
}

function pinSafety(body: Members, { safetySettings: pinned }: NativeRules): void {
  if (pinned.length === 0) return;
  const categories = new Set<unknown>(pinned.map(({ category }) => category));
  const own = listOf(field(body, 'safetySettings')).filter(
    (setting) => !categories.has(membersOf(setting)['category']),
  );
  setField(body, 'safetySettings', [...pinned, ...own]);
}
