import { availableParallelism, totalmem } from 'node:os';
import type { FieldPath, ValueAt } from './config-schema.ts';
import {
  bytes,
  duration,
  httpUrl,
  matching,
  oneOf,
  optional,
  origins,
  proxies,
  type ValueKind,
  wholeNumber,
  yesOrNo,
} from './value-kinds.ts';

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

/** One setting as the table states it. */
export interface FieldSpec<T> {
  readonly kind: ValueKind<T>;
  readonly default: T;
  /** For people, where the default depends on the machine or is nothing. */
  readonly defaultText?: string;
  readonly description: string;
  /** Further environment names, read after the `PLANTAIN_…` one, in this order. */
  readonly alsoEnv?: readonly string[];
  /** Where the regular flag name would be clumsy. */
  readonly flag?: string;
  readonly secret?: true;
}

/** `sk-` and 48 base62 characters: the form every Plantain key has. */
const keyForm = /^sk-[0-9A-Za-z]{48}$/;
/** Google and its look-alikes take any token; spaces or line breaks would break the header it travels in. */
const token = matching(/^[\x21-\x7e]{1,512}$/, 'a key of printable characters without spaces');

/** A quarter of the memory this process may use, at most 1 GiB: pictures in flight must not push the process out. */
export function defaultMaxHeldBytes(
  totalBytes = totalmem(),
  containerBytes = process.constrainedMemory(),
): number {
  const memory = containerBytes > 0 ? Math.min(totalBytes, containerBytes) : totalBytes;
  return Math.max(64 * mebibyte, Math.min(gibibyte, Math.floor(memory / 4 / mebibyte) * mebibyte));
}

/** Complete and typed by its own type: a setting missing here, or of another type than in Config, does not compile. */
export const configTable: { readonly [P in FieldPath]: FieldSpec<ValueAt<P>> } = {
  host: {
    kind: matching(/^[0-9A-Za-z.:_%-]{1,255}$/, 'a host name or address such as 127.0.0.1 or 0.0.0.0'),
    default: '127.0.0.1',
    description: 'Address to listen on. 0.0.0.0 listens on every interface, as containers need.',
  },
  port: {
    kind: wholeNumber(0, 65_535),
    default: 4747,
    description: 'Port to listen on; 0 takes any free one.',
  },
  dataDir: {
    kind: matching(/^[^\0]{1,4096}$/, 'a folder'),
    default: './data',
    description:
      'Folder for the database and stored pictures. Relative to the file that names it, else to the working folder.',
  },
  bootstrapKey: {
    kind: optional(matching(keyForm, 'an API key: "sk-" and then 48 letters and digits')),
    default: undefined,
    defaultText: 'made at the first start',
    description: 'A first API key given by the operator, for containers.',
    secret: true,
  },
  'gemini.apiKey': {
    kind: optional(token),
    default: undefined,
    defaultText: 'none: the sandbox draws',
    description: "Key for Google's Gemini API.",
    alsoEnv: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    secret: true,
  },
  'gemini.baseUrl': {
    kind: httpUrl,
    default: 'https://generativelanguage.googleapis.com',
    description: 'Address of the Gemini API, or of anything that speaks it.',
    alsoEnv: ['GOOGLE_GEMINI_BASE_URL'],
  },
  'gemini.apiVersion': {
    kind: matching(/^v[0-9A-Za-z]{1,20}$/, 'an API version such as v1beta'),
    default: 'v1beta',
    description: 'Version part of the upstream path.',
  },
  'gemini.name': {
    kind: matching(/^[0-9A-Za-z._-]{1,64}$/, 'a name of letters, digits, ".", "_" and "-"'),
    default: 'gemini',
    description: 'Name of this upstream in the `plantain-upstream` header, the log and the ledger.',
  },
  'gemini.connectTimeoutMs': {
    kind: duration('ms', 100, 120_000),
    default: 10_000,
    description: 'Longest wait for a connection to the upstream.',
  },
  'gemini.maxConnections': {
    kind: wholeNumber(1, 65_535),
    default: 2000,
    description: 'Most connections to the upstream at once; further calls wait.',
  },
  defaultModel: {
    kind: matching(/^[^\s]{1,200}$/, 'a model id'),
    default: 'gemini-nano-banana-2.1',
    description: 'Model for requests that name none.',
  },
  allowSuccessors: {
    kind: yesOrNo,
    default: false,
    description:
      "Draw with a retired model's successor (told in `plantain-adapted`) instead of answering 404.",
  },
  strict: {
    kind: yesOrNo,
    default: false,
    description:
      'Refuse unknown or unusable request fields with 400 instead of reporting them in `plantain-adapted`.',
  },
  'limits.maxOrdersInFlight': {
    kind: wholeNumber(1, 100_000),
    default: 2000,
    description: 'Most orders at once; further ones are answered 429.',
  },
  'limits.maxHeldBytes': {
    kind: bytes(16 * mebibyte, 1024 * gibibyte),
    default: defaultMaxHeldBytes(),
    defaultText: 'a quarter of the memory, at most 1GiB',
    description:
      'Most picture bytes held in memory for all orders together. Past it, reading from the upstream pauses.',
  },
  'limits.maxUpstreamAnswerBytes': {
    kind: bytes(mebibyte, 4 * gibibyte),
    default: Math.min(256 * mebibyte, defaultMaxHeldBytes()),
    description: 'Largest upstream answer that is accepted.',
  },
  'limits.maxJsonBodyBytes': {
    kind: bytes(1024, 64 * mebibyte),
    default: mebibyte,
    description: 'Largest body of a generation request.',
  },
  'limits.maxEditBodyBytes': {
    kind: bytes(1024, 4 * gibibyte),
    default: Math.min(850 * mebibyte, Math.floor(defaultMaxHeldBytes() / 2)),
    description: 'Largest body of an edit request: 16 references of 50 MiB fit.',
  },
  'limits.maxReferenceBytes': {
    kind: bytes(1024, gibibyte),
    default: Math.min(50 * mebibyte, Math.floor(defaultMaxHeldBytes() / 2)),
    description: 'Largest single reference picture or mask.',
  },
  'limits.upstreamTries': {
    kind: wholeNumber(1, 10),
    default: 2,
    description: 'Most upstream calls for one picture, the first included.',
  },
  'limits.stalledClientMs': {
    kind: duration('ms', 1000, 600_000),
    default: 10_000,
    description: 'How long a client may take nothing of its answer while other orders wait for memory.',
  },
  'limits.bodyIdleMs': {
    kind: duration('ms', 1000, 600_000),
    default: 20_000,
    description: 'A request body that makes no progress for this long is given up.',
  },
  'limits.maxConnections': {
    kind: wholeNumber(1, 1_000_000),
    default: 10_000,
    description: 'Most client connections at once; further ones are closed.',
  },
  shutdownGraceMs: {
    kind: duration('ms', 0, 3_600_000),
    default: 25_000,
    description: 'How long orders may finish after a stop signal before they are cut.',
  },
  publicUrl: {
    kind: optional(httpUrl),
    default: undefined,
    defaultText: 'the address the client used',
    description: 'Address that clients reach this server at, for links to stored pictures.',
  },
  trustProxy: {
    kind: proxies,
    default: false,
    description:
      'Whose `x-forwarded-*` headers count: nobody (false), everybody (true), or a list of addresses and ranges.',
  },
  'cors.origins': {
    kind: origins,
    default: [],
    defaultText: 'none',
    description: 'Origins of web pages that may call this server from a browser; * for all.',
  },
  'links.ttlMinutes': {
    kind: duration('min', 1, 525_600),
    default: 60,
    description: 'How long a link to a stored picture works.',
  },
  'links.retentionHours': {
    kind: duration('h', 1, 87_600),
    default: 24,
    defaultText: '1d, or as long as links work',
    description: 'How long stored pictures are kept. At least as long as their links work.',
  },
  'images.maxPixels': {
    kind: wholeNumber(1_000_000, 1_000_000_000),
    default: Math.min(18_874_368, Math.floor(defaultMaxHeldBytes() / 16)),
    description: 'Largest picture that is decoded, for references, masks and conversions.',
  },
  'images.maxParallelConversions': {
    kind: wholeNumber(1, 256),
    default: Math.max(1, Math.min(8, availableParallelism())),
    defaultText: 'the processors, at most 8',
    description: 'Most pictures converted at once.',
  },
  remoteReferences: {
    kind: yesOrNo,
    default: false,
    description:
      'Fetch references that a request names by http(s) address. Private addresses stay out of reach.',
  },
  'sandbox.latencyMs': {
    kind: duration('ms', 0, 600_000),
    default: 0,
    description: 'Time the sandbox waits before it draws.',
  },
  'sandbox.scenario': {
    kind: optional(
      matching(/^[0-9a-z][0-9a-z-]{0,63}$/, 'a scenario that `plantain emulator --list-scenarios` lists'),
    ),
    default: undefined,
    defaultText: 'none',
    description: 'Scenario the sandbox plays for every request that names none.',
  },
  'log.level': {
    kind: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    default: 'info',
    description: 'Least severe line that is logged.',
  },
  'log.format': {
    kind: oneOf(['auto', 'json', 'pretty']),
    default: 'auto',
    description: 'json for machines, pretty for people; auto is pretty in a terminal.',
  },
  'client.baseUrl': {
    kind: optional(httpUrl),
    default: undefined,
    defaultText: 'none: `generate` and `edit` draw in their own process',
    description: "Server of OpenAI's Images API that `plantain generate` and `plantain edit` ask.",
    flag: '--base-url',
    alsoEnv: ['PLANTAIN_BASE_URL'],
  },
  'client.key': {
    kind: optional(token),
    default: undefined,
    defaultText: 'none',
    description: 'API key for that server.',
    flag: '--key',
    alsoEnv: ['PLANTAIN_API_KEY'],
    secret: true,
  },
};
