import path from 'node:path';
import { sandboxName } from '../journey/upstream.ts';
import type { Config } from './config-schema.ts';
import type { UpstreamEntry, UpstreamKind, UpstreamProfile } from './upstream-entry.ts';

/** One upstream with what its kind needs, and with defaults for what every kind has. */
export interface UpstreamSettings extends Omit<UpstreamEntry, 'models'> {
  readonly kind: UpstreamKind;
  /** Higher ones are asked first. */
  readonly priority: number;
  /** Share of the calls among those of the same priority. */
  readonly weight: number;
  /** What the upstream calls the catalogue's models that it serves; undefined: all of them, by the catalogue's ids. */
  readonly models: ReadonlyMap<string, string> | undefined;
  /** Upstreams of one group share one quota. */
  readonly quotaGroup: string;
  readonly connectTimeoutMs: number;
  readonly maxConnections: number;
  /** Where it is, as people are told; the sandbox has no address of its own. */
  readonly address: string;
}

type ConfigOfUpstreams = Pick<Config, 'gemini' | 'upstreams'>;

/** Where Vertex is in a location (docs/contracts/gemini.md#vertex). */
function vertexAddress(location: string): string {
  if (location === 'global') return 'https://aiplatform.googleapis.com';
  const isMultiRegion = location === 'us' || location === 'eu';
  return isMultiRegion
    ? `https://aiplatform.${location}.rep.googleapis.com`
    : `https://${location}-aiplatform.googleapis.com`;
}

const geminiApi = { baseUrl: 'https://generativelanguage.googleapis.com', apiVersion: 'v1beta' };

/** Addresses of those that have one for everybody. */
const profileAddresses: Readonly<Partial<Record<UpstreamProfile, string>>> = {
  openai: 'https://api.openai.com/v1',
  serevix: 'https://gateway.serevixai.ai/v1',
  xai: 'https://api.x.ai/v1',
};
/** Programs that people run themselves, often without a key. */
const keylessProfiles: readonly UpstreamProfile[] = ['localai', 'sd-server', 'sglang', 'xinference'];
/** Those that draw with Gemini's models, and so with all of the catalogue's. */
const geminiProfiles: readonly UpstreamProfile[] = ['plantain', 'serevix'];

/** What an entry of a kind means where it is silent. */
const defaultsByKind: Readonly<Record<UpstreamKind, Partial<UpstreamEntry>>> = {
  gemini: geminiApi,
  vertex: { apiVersion: 'v1', location: 'global' },
  'openai-compatible': {},
  sandbox: {},
};

/** The upstreams that a configuration names: its list, or the one under `gemini`, or without a key the sandbox. */
export function upstreamsOf({ gemini, upstreams }: ConfigOfUpstreams): readonly UpstreamSettings[] {
  const { connectTimeoutMs, maxConnections } = gemini;
  const complete = ({ models, ...entry }: UpstreamEntry): UpstreamSettings => {
    const ownAddress = entry.profile && profileAddresses[entry.profile];
    const known = { ...defaultsByKind[entry.kind], ...(ownAddress && { baseUrl: ownAddress }), ...entry };
    const { baseUrl, location = 'global' } = known;
    return {
      priority: 0,
      weight: 1,
      quotaGroup: entry.name,
      connectTimeoutMs,
      maxConnections,
      address: baseUrl ?? (entry.kind === 'vertex' ? vertexAddress(location) : ''),
      ...known,
      models: models === undefined ? undefined : namesOf(models),
    };
  };
  if (upstreams.length > 0) return upstreams.map(complete);
  const { apiKey, name, baseUrl, apiVersion } = gemini;
  return apiKey === undefined
    ? [complete({ name: sandboxName, kind: 'sandbox' })]
    : [complete({ name, kind: 'gemini', apiKey, baseUrl, apiVersion })];
}

/** The same with its files found from `folder`. */
export function withFilePlaces(entry: UpstreamEntry, folder: string): UpstreamEntry {
  const { credentials } = entry;
  if (credentials === undefined || credentials === 'adc' || credentials === 'metadata') return entry;
  return { ...entry, credentials: path.resolve(folder, credentials) };
}

function namesOf(models: NonNullable<UpstreamEntry['models']>): ReadonlyMap<string, string> {
  return new Map(Array.isArray(models) ? models.map((id) => [id, id]) : Object.entries(models));
}

/** Whether nothing but the emulator that Plantain brings draws: it says so everywhere. */
export function usesSandbox(config: ConfigOfUpstreams): boolean {
  return upstreamsOf(config).every(({ kind }) => kind === 'sandbox');
}

/** What makes no sense in the list, by the place in it. `problem` follows the name of what stands there. */
export interface UpstreamFault {
  readonly path: readonly (string | number)[];
  readonly problem: string;
}

/** Fields beside the common ones, by the kinds that have them. */
const fieldsByKind: Readonly<
  Record<UpstreamKind, { readonly needs: readonly Field[]; readonly takes: readonly Field[] }>
> = {
  gemini: {
    needs: ['apiKey'],
    takes: ['baseUrl', 'apiVersion', 'headers', 'proxy', 'connectTimeoutMs', 'maxConnections'],
  },
  vertex: {
    needs: [],
    takes: [
      'project',
      'location',
      'credentials',
      'apiKey',
      'baseUrl',
      'apiVersion',
      'headers',
      'proxy',
      'connectTimeoutMs',
      'maxConnections',
    ],
  },
  'openai-compatible': {
    needs: ['profile'],
    takes: ['apiKey', 'baseUrl', 'apiVersion', 'headers', 'proxy', 'connectTimeoutMs', 'maxConnections'],
  },
  sandbox: { needs: [], takes: [] },
};
type Field = keyof UpstreamEntry;
/** What says where an upstream stands in a choice, and not where it is or as whom it is asked. */
export const choiceFields = [
  'priority',
  'weight',
  'models',
  'quotaGroup',
  'maxConcurrent',
  'requestsPerMinute',
] as const satisfies readonly Field[];
const commonFields: readonly Field[] = ['name', 'kind', ...choiceFields];

export function upstreamFaults(upstreams: readonly UpstreamEntry[]): UpstreamFault[] {
  return upstreams.flatMap((entry, index) => {
    const faults: UpstreamFault[] = [];
    const tell = (field: string, problem: string): void => {
      faults.push({ path: ['upstreams', index, field], problem });
    };
    const { needs, takes } = fieldsByKind[entry.kind];
    const first = upstreams.findIndex(({ name }) => name === entry.name);
    if (first < index) tell('name', `is also the name of upstreams[${first}]: give each its own.`);
    if ((entry.name === sandboxName) !== (entry.kind === 'sandbox'))
      tell(
        'name',
        `must be "${sandboxName}" for the sandbox, whose costs are counted apart, and for no other.`,
      );
    for (const field of needs.filter((name) => entry[name] === undefined))
      tell(field, `is missing, and an upstream of the kind ${entry.kind} needs it.`);
    for (const [field, problem] of profileFaults(entry)) tell(field, problem);
    if (entry.kind === 'vertex') for (const [field, problem] of vertexFaults(entry)) tell(field, problem);
    const known = [...commonFields, ...needs, ...takes];
    for (const field of Object.keys(entry).filter((name) => !known.some((one) => one === name)))
      tell(field, `means nothing to an upstream of the kind ${entry.kind}: take it away.`);
    return faults;
  });
}

/** What a profile needs beside what its kind does. */
function profileFaults({ kind, profile, ...entry }: UpstreamEntry): [keyof UpstreamEntry, string][] {
  if (kind !== 'openai-compatible' && entry.apiVersion !== undefined && !/^v\d/.test(entry.apiVersion))
    return [['apiVersion', 'must be an API version such as v1beta.']];
  if (profile === undefined) return [];
  const faults: [keyof UpstreamEntry, string][] = [];
  const needs = (field: 'apiKey' | 'baseUrl' | 'models'): void => {
    if (entry[field] === undefined)
      faults.push([field, `is missing, and an upstream of the profile ${profile} needs it.`]);
  };
  if (profileAddresses[profile] === undefined) needs('baseUrl');
  if (!keylessProfiles.includes(profile)) needs('apiKey');
  if (!geminiProfiles.includes(profile)) needs('models');
  if (entry.apiVersion !== undefined && profile !== 'azure')
    faults.push(['apiVersion', `means nothing to an upstream of the profile ${profile}: take it away.`]);
  return faults;
}

/** Who asks is told by a key or by credentials; in whose name, by a project. A key alone is express mode, which is `global`. */
function vertexFaults({ apiKey, credentials, project, location = 'global' }: UpstreamEntry) {
  const faults: [field: Field, problem: string][] = [];
  if (apiKey !== undefined && credentials !== undefined)
    faults.push(['credentials', 'is given beside api_key: keep one of them.']);
  if (apiKey === undefined && credentials === undefined)
    faults.push(['credentials', 'is missing: give adc, metadata or a file, or an api_key for express mode.']);
  if (apiKey === undefined && project === undefined)
    faults.push(['project', 'is missing, and calls with credentials are made in the name of one.']);
  if (project === undefined && apiKey !== undefined && location !== 'global')
    faults.push(['location', 'must be global without a project: express mode is nowhere else.']);
  return faults;
}
