import { parentPort, workerData } from 'node:worker_threads';
import { type BlendJob, blendPixels } from './blend-pixels.ts';

/** A thread for one blend: takes the arrays over, gives the result back, and ends. */
const job = workerData as BlendJob;
blendPixels(job);
parentPort?.postMessage(job.pixels, [job.pixels.buffer]);
