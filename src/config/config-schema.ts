import { availableParallelism, totalmem } from 'node:os';
import { z } from 'zod';
import { clientSection } from './client-section.ts';
import { consoleSection } from './console-section.ts';
import { defaultModelId } from '../journey/catalogue-model.ts';
import { apiKeyForm } from '../kernel/api-key-form.ts';
import { budgetSettings, databaseSettings, ledgerSettings } from './book-settings.ts';
import { bytesPerPixel, gibibyte, heldBytesFor, largest4kPixels, mebibyte } from './derived-defaults.ts';
import { idempotencySettings } from './idempotency-settings.ts';
import { fallbacks, retryUnanswered } from './failover-settings.ts';
import { linksSection } from './links-section.ts';
import { listenSettings } from './listen-settings.ts';
import { metricsSection } from './metrics-section.ts';
import { modelChange } from './model-change.ts';
import { nativeSection } from './native-section.ts';
import { pinnedSafety } from './pinned-safety.ts';
import { oidcSection } from './oidc-section.ts';
import { proxySection } from './proxy-section.ts';
import { type Setting, section, settingsOf } from './settings.ts';
import { storageSection } from './storage-section.ts';
import { tracingSection } from './tracing-section.ts';
import { apiVersion, connections, connectTimeout, upstreamEntry, upstreamName } from './upstream-entry.ts';
import {
  adminSecret,
  bytes,
  duration,
  httpUrl,
  kindOf,
  matching,
  oneOf,
  origins,
  proxies,
  token,
  wholeNumber,
  yesOrNo,
} from './value-kinds.ts';
import { webhooksSection } from './webhooks-section.ts';

/** Every setting. File, environment, flags, checks and documentation follow from it. */
export const configSchema = section({
  host: kindOf(listenSettings.host.reader)
    .default(listenSettings.host.whenAbsent)
    .describe('Address to listen on. 0.0.0.0 listens on every interface, as containers need.'),
  port: kindOf(listenSettings.port.reader)
    .default(listenSettings.port.whenAbsent)
    .describe('Port to listen on; 0 takes any free one.'),
  dataDir: matching(/^[^\0]{1,4096}$/, 'a folder', '<folder>')
    .default('./data')
    .describe(
      'Folder for the database and stored pictures. Relative to the file that names it, else to the working folder.',
    ),
  bootstrapKey: matching(apiKeyForm, 'an API key: "sk-" and then 48 letters and digits', '<key>')
    .optional()
    .meta({
      description: 'A first API key given by the operator, for containers.',
      defaultText: 'made at the first start',
      secret: true,
    }),
  admin: section({
    secret: adminSecret().optional().meta({
      description:
        'What lets the admin API and its commands in. Beyond this machine the admin API answers only if it is set.',
      defaultText: 'made at the first start; `plantain admin secret` prints it',
      secret: true,
    }),
    viewerSecret: adminSecret().optional().meta({
      description:
        'What lets viewers in: they look at orders, usage, models and upstreams, see no keys and change nothing.',
      defaultText: 'none: there are no viewers',
      secret: true,
    }),
    auditDays: wholeNumber(0, 36_500)
      .default(730)
      .describe('How many days changes by operators stay in the audit log; 0 keeps them for good.'),
  }),
  console: consoleSection(),
  oidc: oidcSection(),
  watchConfig: yesOrNo().default(true).describe('Reload the configuration file by itself when it changes.'),
  gemini: section({
    apiKey: token()
      .optional()
      .meta({
        description: "Key for Google's Gemini API.",
        defaultText: 'none: the sandbox draws',
        alsoEnv: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
        secret: true,
      }),
    baseUrl: httpUrl()
      .default('https://generativelanguage.googleapis.com')
      .meta({
        description:
          'Address of the Gemini API, or of anything that speaks it. A version at its end, as in `/v1beta`, stands for `api_version`.',
        alsoEnv: ['GOOGLE_GEMINI_BASE_URL'],
      }),
    apiVersion: apiVersion().default('v1beta').describe('Version part of the upstream path.'),
    name: upstreamName()
      .default('gemini')
      .describe('Name of this upstream in the `plantain-upstream` header, the log and the ledger.'),
    safetySettings: pinnedSafety().default([]).meta({
      description:
        "How strict Gemini's own filter is, for everybody: a request's `safety_settings` count for the other categories only.",
      example: '- category: HARM_CATEGORY_HARASSMENT\n  threshold: BLOCK_ONLY_HIGH',
    }),
    connectTimeoutMs: connectTimeout()
      .default(10_000)
      .describe('Longest wait for a connection to the upstream.'),
    maxConnections: connections()
      .default(2000)
      .describe('Most connections to the upstream at once; further calls wait.'),
  }),
  upstreams: z.array(upstreamEntry(), 'must be a list of upstreams').default([]).meta({
    description:
      'The services that draw, when there are several: instead of the one under `gemini`. Those of the highest priority are asked first, by their weight.',
    example: '- name: team\n  kind: gemini\n  api_key: ${TEAM_GEMINI_KEY:-key}\n  priority: 1',
  }),
  native: nativeSection(),
  defaultModel: matching(/^[^\s]{1,200}$/, 'a model id')
    .default(defaultModelId)
    .describe('Model for requests that name none.'),
  openaiNames: oneOf(['png', 'native'])
    .default('png')
    .describe(
      "What models asked for by OpenAI's names (gpt-image-1, dall-e-3) answer with when no `output_format` is asked for: png, as at OpenAI, or native, the model's own bytes.",
    ),
  allowSuccessors: yesOrNo()
    .default(false)
    .describe("Draw with a retired model's successor (told in `plantain-adapted`) instead of answering 404."),
  retryUnanswered: retryUnanswered(),
  strict: yesOrNo()
    .default(false)
    .describe(
      'Refuse unknown or unusable request fields with 400 instead of reporting them in `plantain-adapted`.',
    ),
  limits: section({
    maxOrdersInFlight: wholeNumber(1, 100_000)
      .default(2000)
      .describe('Most orders at once; further ones are answered 429.'),
    maxConnections: wholeNumber(1, 1_000_000)
      .default(10_000)
      .describe('Most client connections at once; further ones are closed.'),
    maxHeldBytes: bytes(16 * mebibyte, 1024 * gibibyte).meta({
      description:
        'Most bytes held in memory for all orders together: uploads, references, answers until they are out, pixels at work. Past it, orders wait.',
      derive: () => heldBytesFor(totalmem(), process.constrainedMemory()),
      defaultText: 'a quarter of the memory, at most 1GiB',
    }),
    stalledClientMs: duration('ms', 1000, 600_000)
      .default(10_000)
      .describe('How long a client may take nothing of its answer while other orders wait for memory.'),
    maxUpstreamAnswerBytes: bytes(mebibyte, 4 * gibibyte).meta({
      description: 'Largest upstream answer that is accepted.',
      derive: (numberOf) => Math.min(256 * mebibyte, numberOf('limits.maxHeldBytes')),
      defaultText: 'limits.max_held_bytes, at most 256MiB',
    }),
    maxJsonBodyBytes: bytes(1024, 64 * mebibyte)
      .default(mebibyte)
      .describe('Largest body of a generation request, decompressed.'),
    maxEditBodyBytes: bytes(1024, 4 * gibibyte).meta({
      description:
        'Largest body of an edit request, decompressed, and the most that its links may bring together. 850MiB hold 16 references of 50 MiB.',
      derive: (numberOf) => Math.min(850 * mebibyte, Math.floor(numberOf('limits.maxHeldBytes') / 2)),
      defaultText: 'half of limits.max_held_bytes, at most 850MiB',
    }),
    maxReferenceBytes: bytes(1024, gibibyte).meta({
      description: 'Largest single reference picture or mask.',
      derive: (numberOf) => Math.min(50 * mebibyte, numberOf('limits.maxEditBodyBytes')),
      defaultText: 'limits.max_edit_body_bytes, at most 50MiB',
    }),
    bodyIdleMs: duration('ms', 1000, 600_000)
      .default(20_000)
      .describe('A request body that makes no progress for this long is given up.'),
    upstreamTries: wholeNumber(1, 10)
      .default(3)
      .describe('Most calls for a picture that may be charged; at most two of them at one upstream.'),
  }),
  budgets: budgetSettings,
  webhooks: webhooksSection(),
  ledger: ledgerSettings,
  database: databaseSettings,
  shutdownGraceMs: duration('ms', 0, 3_600_000)
    .default(25_000)
    .describe('How long orders may finish after a stop signal before they are cut.'),
  shutdownDelayMs: duration('ms', 0, 600_000)
    .default(1000)
    .describe(
      'How long after a stop signal connections are still taken, while `/readyz` already says 503, so that load balancers turn away.',
    ),
  publicUrl: httpUrl().optional().meta({
    description: 'Address that clients reach this server at, for links to stored pictures.',
    defaultText: 'the address the client used',
  }),
  trustProxy: proxies()
    .default(false)
    .describe(
      'Whose `x-forwarded-*` headers count: nobody (false), everybody (true), or a list of addresses and ranges.',
    ),
  cors: section({
    origins: origins().default([]).meta({
      description:
        'Origins of web pages that may call this server from a browser; * for all. Pages from disk are `null` in browsers and `file://` in some web views.',
      defaultText: 'none',
    }),
  }),
  links: linksSection(),
  storage: storageSection(),
  idempotency: idempotencySettings(),
  images: section({
    maxPixels: wholeNumber(1_000_000, 1_000_000_000).meta({
      description: `Largest picture that is decoded, for references, masks and conversions. A pixel takes up to ${bytesPerPixel} bytes while it is worked on.`,
      derive: (numberOf) =>
        Math.min(largest4kPixels, Math.floor(numberOf('limits.maxHeldBytes') / bytesPerPixel)),
      defaultText: `a ${bytesPerPixel}th of limits.max_held_bytes, at most ${largest4kPixels} (the largest 4K picture)`,
    }),
    maxParallelConversions: wholeNumber(1, 256).meta({
      description: 'Most pictures converted at once.',
      derive: () => Math.max(1, Math.min(8, availableParallelism())),
      defaultText: 'the processors, at most 8',
    }),
  }),
  proxy: proxySection(),
  remoteReferences: yesOrNo()
    .default(false)
    .describe(
      'Fetch references that a request names by http(s) address. Private addresses stay out of reach.',
    ),
  sandbox: section({
    latencyMs: duration('ms', 0, 600_000).default(0).describe('Time the sandbox waits before it draws.'),
    scenario: matching(
      /^[0-9a-z][0-9a-z-]{0,63}$/,
      'a scenario that `plantain emulator --list-scenarios` lists',
    )
      .optional()
      .meta({
        description: 'Scenario the sandbox plays for every request that names none.',
        defaultText: 'none',
      }),
  }),
  log: section({
    level: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info')
      .describe('Least severe line that is logged.'),
    format: oneOf(['auto', 'json', 'pretty'])
      .default('auto')
      .describe('json for machines, pretty for people; auto is pretty in a terminal.'),
  }),
  metrics: metricsSection(),
  tracing: tracingSection(),
  client: clientSection(),
  models: z
    .record(z.string(), z.lazy(modelChange), 'must hold model ids, each with the fields to change')
    .default({})
    .meta({
      description: 'Models added to the catalogue or changed in it, by id.',
      example: `my-model:\n  extends: ${defaultModelId}\n  display_name: My model\n  image_sizes: ["1K", "2K"]`,
    }),
  aliases: z
    .record(z.string(), matching(/./, 'a model id'), 'must hold names, each with a model id')
    .default({})
    .meta({
      description: 'Further names for models. A name may end in `*`.',
      example: 'house-style: my-model',
    }),
  fallbacks: fallbacks(),
});

/** Every setting, resolved: defaults filled in, units converted, paths absolute, addresses without trailing slash. */
export type Config = z.output<typeof configSchema>;

type IdsOf<Shape> = {
  [Name in keyof Shape & string]: Shape[Name] extends z.ZodReadonly<z.ZodObject<infer Inner>>
    ? `${Name}.${keyof Inner & string}`
    : Name;
}[keyof Shape & string];

/** The id of a setting, which is its place in Config: `port`, `limits.maxHeldBytes`, … */
export type FieldPath = IdsOf<(typeof configSchema)['def']['innerType']['shape']>;

/** In the order of the documentation. */
export const configSettings = settingsOf(configSchema);

/** One setting, by its place in Config. */
export function configSetting(id: FieldPath): Setting {
  const found = configSettings.find((candidate) => candidate.id === id);
  if (found === undefined) throw new RangeError(`No setting ${id}.`);
  return found;
}
