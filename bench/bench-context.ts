import type { BodyName } from './bodies/body-specs.ts';
import type { PictureHashes } from './bodies/pictures.ts';
import type { LoadProcess } from './load-process.ts';
import type { BenchOptions } from './options.ts';
import type { PlantainOptions, PlantainTarget } from './targets/plantain.ts';
import type { Target } from './targets/target.ts';
import type { UpstreamProcess } from './upstream-process.ts';

/** What every scenario works with. */
export interface BenchContext {
  readonly options: BenchOptions;
  readonly upstream: UpstreamProcess;
  readonly load: LoadProcess;
  readonly hashes: ReadonlyMap<BodyName, PictureHashes>;
  /** All that are measured side by side, Plantain first; without `direct`. */
  readonly targets: readonly Target[];
  readonly direct: Target;
  /** What nginx serves by itself under `/files/`. */
  readonly filesDir: string;
  /** The Plantain among the targets. */
  readonly plantain: PlantainTarget;
  /** Every Plantain among the targets: the product, and versions given by `--also`. */
  readonly plantains: readonly Target[];
  /** Starts one more Plantain, not yet warm; the caller stops it. */
  startFresh(changes?: Partial<PlantainOptions>): Promise<PlantainTarget>;
  /** Starts those that are measured with an upstream over TLS, Plantain first; the caller stops them. */
  startOverTls(): Promise<readonly Target[]>;
  readonly failures: string[];
  log(line: string): void;
}
