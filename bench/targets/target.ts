import type { ProcessTree } from '../measure/process-tree.ts';
import type { RawRequest } from '../wire/raw-request.ts';

/** Something that stands between the load generator and the upstream. */
export interface Target {
  readonly id: string;
  /** For tables and plots. */
  readonly label: string;
  readonly version: string;
  readonly port: number;
  /** Undefined when its processes are not ours to measure. */
  readonly tree: ProcessTree | undefined;
  /** The JSON key under which its answers carry the picture. */
  readonly pictureKey: string;
  /** Asks for one picture. */
  readonly generate: RawRequest;
  stop(): Promise<void>;
}

export const prompt = 'A lighthouse on a cliff in a storm at dusk, painted in thick oil';
export const modelId = 'gemini-2.5-flash-image';
export const upstreamKey = 'AIzaBenchBenchBenchBenchBenchBenchBench';

/** What every start of a target needs. */
export interface TargetContext {
  readonly upstreamPort: number;
  /** Where the upstream answers over TLS, and the certificate to trust there. */
  readonly tls: { readonly port: number; readonly certificateFile: string };
  /** A directory of this run, removed afterwards. */
  readonly scratchDir: string;
}
