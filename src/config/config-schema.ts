import type { CatalogueChanges } from './catalogue-changes.ts';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
export type LogFormat = 'auto' | 'json' | 'pretty';

/** Every setting, resolved: defaults filled in, units converted, paths absolute. What each means stands in `config-fields.ts`. */
export interface Config {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Absolute. */
  readonly dataDir: string;
  readonly bootstrapKey: string | undefined;
  readonly gemini: GeminiConfig;
  readonly defaultModel: string;
  readonly allowSuccessors: boolean;
  readonly strict: boolean;
  readonly limits: LimitsConfig;
  readonly shutdownGraceMs: number;
  /** http(s) URL without trailing slash; undefined: the origin the client used. */
  readonly publicUrl: string | undefined;
  /** True: every peer is a proxy. A list: addresses, CIDR ranges, or `loopback`, `linklocal`, `uniquelocal`. */
  readonly trustProxy: boolean | readonly string[];
  readonly cors: { readonly origins: readonly string[] };
  readonly links: { readonly ttlMinutes: number; readonly retentionHours: number };
  readonly images: { readonly maxPixels: number; readonly maxParallelConversions: number };
  readonly remoteReferences: boolean;
  readonly sandbox: { readonly latencyMs: number; readonly scenario: string | undefined };
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
  /** Used by `plantain generate` and `plantain edit` alone. */
  readonly client: { readonly baseUrl: string | undefined; readonly key: string | undefined };
  /** The file's `models` and `aliases`: their shape is checked here, their sense by the model catalogue. */
  readonly catalogue: CatalogueChanges;
}

export interface GeminiConfig {
  readonly apiKey: string | undefined;
  /** http(s) URL without trailing slash, query or credentials. */
  readonly baseUrl: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly connectTimeoutMs: number;
  readonly maxConnections: number;
}

export interface LimitsConfig {
  readonly maxOrdersInFlight: number;
  readonly maxHeldBytes: number;
  readonly maxUpstreamAnswerBytes: number;
  readonly maxJsonBodyBytes: number;
  readonly maxEditBodyBytes: number;
  readonly maxReferenceBytes: number;
  readonly upstreamTries: number;
  readonly stalledClientMs: number;
  readonly bodyIdleMs: number;
  readonly maxConnections: number;
}

type Section = 'gemini' | 'limits' | 'cors' | 'links' | 'images' | 'sandbox' | 'log' | 'client';

/** The settings with one value each, as dotted paths into Config: `port`, `limits.maxHeldBytes`, … */
export type FieldPath =
  | Exclude<keyof Config, Section | 'catalogue'>
  | { [S in Section]: `${S}.${Extract<keyof Config[S], string>}` }[Section];

/** The type of the value at a path of Config. */
export type ValueAt<P extends FieldPath> = P extends keyof Config
  ? Config[P]
  : P extends `${infer S extends Section}.${infer Name}`
    ? Name extends keyof Config[S]
      ? Config[S][Name]
      : never
    : never;

/** Without a Gemini key Plantain draws with the emulator it brings, and says so everywhere. */
export function usesSandbox(config: Pick<Config, 'gemini'>): boolean {
  return config.gemini.apiKey === undefined;
}
