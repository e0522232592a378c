import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../kernel/worker-url.ts';
import type { BlendJob } from './blend-pixels.ts';
import { abortError } from '../work-gate.ts';

/**
 * Blends in a thread of its own, so that a 4K picture (some hundred milliseconds of arithmetic) holds up no
 * other request. The pictures are handed over, not copied: the
 * caller's arrays are empty afterwards; the mask is shared. The thread lives
 * for one picture; starting it costs a fraction of the blend, and idle memory stays what it was.
 */
export async function blendOffThread(job: BlendJob, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  if (signal.aborted) throw abortError(signal);
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
  const worker = new Worker(workerUrl(import.meta.url, 'blend-worker'), {
    workerData: job,
    transferList: [job.pixels.buffer, job.drawn.buffer],
  });
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', (code) => reject(new Error(`the blend thread ended with code ${code}`)));
  const onAbort = () => reject(abortError(signal));
  signal.addEventListener('abort', onAbort);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}
