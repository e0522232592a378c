import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { blendOffThread } from './blend-off-thread.ts';
import { type BlendJob, blendPixels } from './blend-pixels.ts';

const left = new PlantainError('client_closed', 'The client left.');

/** A picture with a hole in its middle. */
function job(side = 30): BlendJob {
  const bytes = (step: number): Uint8Array<ArrayBuffer> =>
    Uint8Array.from({ length: side * side * 3 }, (_, index) => (index * step) & 255);
  const alpha = new Uint8Array(new SharedArrayBuffer(side * side)).fill(255);
  for (let y = side / 3; y < (side * 2) / 3; y++)
    alpha.fill(0, y * side + side / 3, y * side + (side * 2) / 3);
  return {
    pixels: bytes(7),
    channels: 3,
    drawn: bytes(11),
    firstRow: 0,
    alpha,
    widthPx: side,
    featherPx: 2,
    mode: 'mix',
  };
}

test('a thread blends as this one does; the pictures are handed over to it, and the mask is shared', async () => {
  const here = job();
  blendPixels(here);
  const there = job();
  const { signal } = new AbortController();
  expect(await blendOffThread(there, signal)).toEqual(here.pixels);
  expect([there.pixels.length, there.drawn.length, there.alpha.length]).toEqual([0, 0, 900]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('for a caller who has left nothing is begun, and whoever leaves meanwhile waits no longer', async () => {
  const untouched = job();
  await expect(blendOffThread(untouched, AbortSignal.abort(left))).rejects.toBe(left);
  expect(untouched.pixels.length).toBe(2700);
  const controller = new AbortController();
  const blending = blendOffThread(job(), controller.signal);
  controller.abort(left);
  await expect(blending).rejects.toBe(left);
});

test('what a thread cannot do is told', async () => {
  const { signal } = new AbortController();
  const broken = { ...job(), alpha: undefined } as unknown as BlendJob;
  await expect(blendOffThread(broken, signal)).rejects.toThrow(TypeError);
});
