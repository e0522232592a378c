import { workerUrl } from '../src/kernel/worker-url.ts';
import type { DrawableWish } from './draw-picture.ts';
import { assertDrawable, type PictureWish } from './picture-wish.ts';
import { WorkerPool } from './worker-pool.ts';

export type { PictureWish } from './picture-wish.ts';
export { PoolBusy } from './worker-pool.ts';

const JOB_TIMEOUT_MS = 60_000;

/**
 * Draws the sandbox's pictures off the main thread. Workers start with the first picture. The same wish
 * always gives the same bytes, and every picture says on its face and in its metadata that it is a drawing
 * of the sandbox.
 */
export class PictureRenderer {
  readonly #pool: WorkerPool<DrawableWish, Uint8Array<ArrayBuffer>>;

  /** `workers` threads (1 when left out) and at most `maxQueued` waiting pictures (64 when left out). */
  constructor(options: { workers?: number; maxQueued?: number } = {}) {
    this.#pool = new WorkerPool({
      workerUrl: workerUrl(import.meta.url, 'picture-worker'),
      workers: Math.max(1, options.workers ?? 1),
      maxQueued: options.maxQueued ?? 64,
      jobTimeoutMs: JOB_TIMEOUT_MS,
    });
  }

  /**
   * Draws one picture of exactly the wished size.
   *
   * @throws RangeError for impossible sizes; PoolBusy when too many pictures wait; an Error whose message
   * starts with «Unable to process input image» for a reference that cannot be decoded; the signal's reason
   * when aborted.
   */
  async render(wish: PictureWish, signal?: AbortSignal): Promise<Buffer> {
    assertDrawable(wish);
    const { prompt, widthPx, heightPx, mimeType, seed, references, detail = 1 } = wish;
    const order: DrawableWish = { prompt, widthPx, heightPx, mimeType, seed, references, detail };
    const bytes = await this.#pool.run(order, signal);
    return Buffer.from(bytes.buffer);
  }

  /** Ends the workers; pictures not finished fail. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}
