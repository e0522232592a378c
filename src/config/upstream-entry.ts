import { z } from 'zod';
import { duration, httpUrl, matching, oneOf, proxyUrl, token, wholeNumber } from './value-kinds.ts';

/** The kinds of services that draw. */
const upstreamKinds = ['gemini', 'vertex', 'openai-compatible', 'sandbox'] as const;
export type UpstreamKind = (typeof upstreamKinds)[number];

/** Whose form of OpenAI's Images API an upstream of the kind `openai-compatible` has. */
const upstreamProfiles = [
  'openai',
  'azure',
  'plantain',
  'serevix',
  'localai',
  'sd-server',
  'sglang',
  'xinference',
  'xai',
] as const;
export type UpstreamProfile = (typeof upstreamProfiles)[number];

export const upstreamName = () =>
  matching(/^[0-9A-Za-z._-]{1,64}$/, 'a name of letters, digits, ".", "_" and "-"');
export const apiVersion = () => matching(/^v[0-9A-Za-z]{1,20}$/, 'an API version such as v1beta');
export const connectTimeout = () => duration('ms', 100, 120_000);
export const connections = () => wholeNumber(1, 65_535);

const modelId = () => matching(/^[^\s]{1,200}$/, 'a model id');
/** No control characters, which would break the head they travel in. */
const headerValue = () => matching(/^[\t\x20-\x7e]{1,4096}$/, 'a header value of printable characters');
/** Those that Plantain sets itself, by what it sends. */
const ownHeader = /^(?:host|content-length|content-type|transfer-encoding|connection|expect|user-agent)$/i;

/**
 * One entry of the file's `upstreams`. What a field means to one kind only is refused with the others by
 * `upstreamFaults`.
 */
export const upstreamEntry = () =>
  z.strictObject({
    name: upstreamName(),
    kind: oneOf(upstreamKinds),
    baseUrl: httpUrl().exactOptional(),
    apiVersion: matching(
      /^(?:v[0-9A-Za-z]{1,20}|preview|\d{4}-\d{2}-\d{2}(?:-preview)?)$/,
      'an API version such as v1beta, or for Azure a date such as 2025-04-01-preview',
    ).exactOptional(),
    profile: oneOf(upstreamProfiles).exactOptional(),
    apiKey: token().meta({ secret: true }).exactOptional(),
    project: matching(
      /^(?:[0-9a-z.-]{1,63}:)?[0-9a-z-]{1,63}$/,
      'the id or the number of a Google Cloud project',
    ).exactOptional(),
    location: matching(
      /^[a-z]{1,30}(?:-[a-z]{1,30}\d{1,3})?$/,
      'a location of Vertex AI such as global, eu or europe-west4',
    ).exactOptional(),
    /** `adc`, `metadata`, or a file, which is resolved when the configuration is loaded. */
    credentials: matching(
      /^[^\0]{1,4096}$/,
      'adc, metadata, or a file of Google credentials',
    ).exactOptional(),
    priority: wholeNumber(0, 1000).exactOptional(),
    weight: wholeNumber(1, 1000).exactOptional(),
    models: z
      .union(
        [z.array(modelId()).min(1), z.record(z.string(), modelId())],
        'must be a list of model ids, or model ids each with the name the upstream knows it by',
      )
      .exactOptional(),
    quotaGroup: upstreamName().exactOptional(),
    maxConcurrent: connections().exactOptional(),
    requestsPerMinute: wholeNumber(1, 1_000_000).exactOptional(),
    headers: z
      .record(
        z
          .string()
          .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, 'must be header names')
          .refine((name) => !ownHeader.test(name), 'must not be a header that Plantain sets itself'),
        headerValue().meta({ secret: true }),
      )
      .exactOptional(),
    /** `none` calls this upstream directly, whatever the settings under `proxy` say. */
    proxy: z.union([z.literal('none'), proxyUrl()]).exactOptional(),
    connectTimeoutMs: connectTimeout().exactOptional(),
    maxConnections: connections().exactOptional(),
  });

export type UpstreamEntry = z.output<ReturnType<typeof upstreamEntry>>;
