import type sharp from 'sharp';
import { memoizePromise } from '../kernel/memoize-promise.ts';
import { yieldPoolThreads } from './yield-processors.ts';

export type SharpModule = typeof sharp;

/**
 * Loads sharp on first use: a gateway that converts nothing never pays its start-up time and memory
 * (docs/contracts/runtime.md#picture-libraries).
 *
 * Its work runs on libuv's threads, off the main one. Each picture gets one thread, so that the pictures in
 * work are what `maxParallel` says; keep that below UV_THREADPOOL_SIZE (4 by default), which file access and
 * name lookups share. The operation cache is off: no two pictures are alike.
 */
export const loadSharp: () => Promise<SharpModule> = memoizePromise(async () => {
  const { default: sharpModule } = await import('sharp');
  sharpModule.concurrency(1);
  sharpModule.cache(false);
  await yieldPoolThreads();
  return sharpModule;
});
