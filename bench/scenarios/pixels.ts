import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import type { BenchContext } from '../bench-context.ts';
import { type PhotographName, photograph, photographSidePx } from '../bodies/photograph.ts';
import { measureInterleaved, type Subject } from '../measure/measured-load.ts';
import { quantile } from '../measure/statistics.ts';
import { benchDir } from '../paths.ts';
import type { PixelFigures, QueueFigures } from '../results.ts';
import { authorization, type PlantainTarget } from '../targets/plantain.ts';
import { modelId, prompt } from '../targets/target.ts';
import { formRequest } from '../wire/form-request.ts';
import { jsonRequest } from '../wire/raw-request.ts';

/** More pictures than are worked on at once, so that the queue is never empty. */
const queued = 16;
const pingIntervalMs = 5;
/** How base64 of each begins. */
const heads = { png: 'iVBOR', webp: 'UklGR' } as const;

const queues = [
  ['photograph, 1K', 'png', 'JPEG of 1K to PNG'],
  ['photograph, 4K', 'png', 'JPEG of 4K to PNG'],
  ['photograph, 4K', 'webp', 'JPEG of 4K to WebP'],
] as const;

/** What a full queue of conversions does to everybody else, and what a masked edit of 4K takes. */
export async function measurePixels(context: BenchContext): Promise<PixelFigures> {
  const { isQuick } = context.options;
  const figures: QueueFigures[] = [];
  for (const [picture, format, conversion] of isQuick ? queues.slice(0, 1) : queues) {
    context.log(`${queued} orders in flight, ${conversion}`);
    figures.push(await measureQueue(context, picture, format, conversion));
  }
  const maskedEdit = isQuick ? undefined : await measureMaskedEdit(context);
  await context.upstream.answer('0.8 kB');
  return { queues: figures, ...(maskedEdit && { maskedEdit }) };
}

async function measureQueue(
  context: BenchContext,
  picture: PhotographName,
  format: 'png' | 'webp',
  conversion: string,
): Promise<QueueFigures> {
  const { upstream, options } = context;
  await photograph(picture);
  await upstream.answer(picture);
  const folder = mkdtempSync(join(tmpdir(), 'plantain-bench-delay-'));
  const delayFile = join(folder, 'delay.json');
  const target = await context.startFresh({
    nodeOptions: [...options.nodeOptions, `--import=${join(benchDir, 'measure', 'event-loop-delay.mjs')}`],
    env: { BENCH_DELAY_FILE: delayFile },
  });
  try {
    const subject: Subject = {
      target,
      request: jsonRequest(
        '/v1/images/generations',
        { model: modelId, prompt, output_format: format },
        authorization,
      ),
      expect: { kind: 'same-picture', key: 'b64_json', head: heads[format] },
    };
    const shape = {
      concurrency: queued,
      warmUpMs: 1,
      rounds: 1,
      roundMs: options.shape.rounds * options.shape.roundMs,
    };
    // Compilers and the first picture's work come before.
    await measureInterleaved(context, [subject], shape);
    await delayOf(target, delayFile);
    const pings = startPings(target.port);
    const measured = await measureInterleaved(context, [subject], shape);
    const pingMs = pings.stop();
    const [cost] = measured.values();
    if (cost === undefined) throw new Error('nothing was measured');
    return {
      ...cost,
      conversion,
      inFlight: queued,
      loopDelayMs: await delayOf(target, delayFile),
      pingMs: { p50: quantile(pingMs, 0.5), p99: quantile(pingMs, 0.99) },
    };
  } finally {
    await target.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How late the event loop was since it was last asked. */
async function delayOf(target: PlantainTarget, file: string): Promise<QueueFigures['loopDelayMs']> {
  rmSync(file, { force: true });
  process.kill(target.tree?.rootPid ?? 0, 'SIGUSR2');
  for (let tries = 0; !existsSync(file); tries++) {
    if (tries > 500) throw new Error('the event loop does not tell its delay');
    await sleep(10);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as QueueFigures['loopDelayMs'];
}

/** Small requests at a steady pace, whether or not the one before was answered. */
function startPings(port: number): { stop(): number[] } {
  const agent = new Agent({ keepAlive: true });
  const tookMs: number[] = [];
  const ping = (): void => {
    const askedAtMs = performance.now();
    const asked = request({ port, host: '127.0.0.1', path: '/healthz', agent }, (response) => {
      response.resume().once('end', () => tookMs.push(performance.now() - askedAtMs));
    });
    asked.on('error', () => undefined);
    asked.end();
  };
  const timer = setInterval(ping, pingIntervalMs);
  return {
    stop() {
      clearInterval(timer);
      agent.destroy();
      return tookMs;
    },
  };
}

/** One order at a time: a JPEG of 4K, a mask that opens a quarter of it, and a drawn JPEG of 4K to lay into it. */
async function measureMaskedEdit(context: BenchContext): Promise<PixelFigures['maskedEdit']> {
  const picture = 'photograph, 4K';
  context.log('a masked edit of 4K');
  const original = await photograph(picture);
  await context.upstream.answer(picture);
  const target = await context.startFresh();
  try {
    const subject: Subject = {
      target,
      request: formRequest(
        '/v1/images/edits',
        { model: modelId, prompt },
        { image: original, mask: await maskOf(photographSidePx(picture)) },
        authorization,
      ),
      expect: { kind: 'same-picture', key: 'b64_json', head: heads.png },
    };
    const { rounds, roundMs } = context.options.shape;
    const shape = { concurrency: 1, warmUpMs: 1, rounds, roundMs };
    const [cost] = (await measureInterleaved(context, [subject], shape)).values();
    return cost;
  } finally {
    await target.stop();
  }
}

function maskOf(sidePx: number): Promise<Buffer> {
  const hole = { left: sidePx / 4, top: sidePx / 4, width: sidePx / 2, height: sidePx / 2 };
  const kept = sharp({ create: { width: sidePx, height: sidePx, channels: 4, background: '#000' } });
  const cut = {
    create: { width: hole.width, height: hole.height, channels: 4, background: '#fff' },
  } as const;
  return kept
    .composite([{ input: cut, left: hole.left, top: hole.top, blend: 'dest-out' }])
    .png()
    .toBuffer();
}
