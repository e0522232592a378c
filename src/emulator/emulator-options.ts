import type { IncomingHttpHeaders } from 'node:http';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { PictureRenderer } from '../../painter/picture-renderer.ts';
import type { ScenarioName } from './scenarios.ts';

/** A request as it arrived, for tests that look at what was sent. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface EmulatorOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly models: readonly CatalogueModel[];
  /** What every request meets that names no scenario of its own. */
  readonly scenario?: ScenarioName;
  /** Added before every generated answer. */
  readonly latencyMs?: number;
  /** Absent: any key is accepted that does not contain "invalid". */
  readonly apiKeys?: readonly string[];
  readonly maxBodyBytes?: number;
  /** Draws instead of the real renderer; the emulator closes it. */
  readonly renderer?: Pick<PictureRenderer, 'render' | 'close'>;
  readonly onRequest?: (request: ReceivedRequest) => void;
}
