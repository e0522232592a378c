import { parentPort, workerData } from 'node:worker_threads';
import { yieldOwnThread } from '../yield-processors.ts';
import { type BlendJob, blendPixels } from './blend-pixels.ts';

/** A thread for one blend: takes the arrays over, gives the result back, and ends. */
yieldOwnThread();
const job = workerData as BlendJob;
blendPixels(job);
parentPort?.postMessage(job.pixels, [job.pixels.buffer]);
