import { parentPort } from 'node:worker_threads';
import { drawPicture, type DrawableWish } from './draw-picture.ts';
import type { JobAnswer, JobRequest } from './worker-pool.ts';

const port = parentPort;
if (port === null) throw new Error('picture-worker runs inside a worker thread only.');

port.on('message', ({ job, payload }: JobRequest<DrawableWish>) => {
  drawPicture(payload).then(
    (bytes) => port.postMessage({ job, result: bytes } satisfies JobAnswer<Uint8Array>, [bytes.buffer]),
    (error: unknown) =>
      port.postMessage({
        job,
        failure: error instanceof Error ? error.message : String(error),
      } satisfies JobAnswer<never>),
  );
});
