import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { cacheDir } from '../paths.ts';

export const photographNames = ['photograph, 1K', 'photograph, 4K'] as const;
export type PhotographName = (typeof photographNames)[number];

/** Google's pictures are JPEGs of about this quality. */
const quality = 92;
/** Share of the height that one step of detail keeps of the coarser one: photographs lie between a half and two thirds. */
const roughness = 0.68;
const coarsestAmplitude = 90;

const sizes: Readonly<Record<PhotographName, { readonly sidePx: number; readonly finestPx: number }>> = {
  // A picture of four times the side has little more in it: its finest detail covers more pixels.
  'photograph, 1K': { sidePx: 1024, finestPx: 1 },
  'photograph, 4K': { sidePx: 4096, finestPx: 3 },
};

/**
 * A picture with what encoders meet in a generated one: detail on every scale with strengths as in photographs, a little
 * grain, sharp edges of even colour, lettering. The noise of the other bodies compresses like nothing that anybody draws.
 * Made once, and kept in the cache.
 */
export async function photograph(name: PhotographName): Promise<Buffer> {
  const file = photographFile(name);
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    const { sidePx, finestPx } = sizes[name];
    const drawn = await draw(sidePx, finestPx);
    writeFileSync(`${file}.part`, await drawn.jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer());
    renameSync(`${file}.part`, file);
  }
  return readFile(file);
}

/** Where it lies once it was asked for. */
export function photographFile(name: PhotographName): string {
  return join(cacheDir, 'pictures', `photograph-${sizes[name].sidePx}-${quality}.jpg`);
}

export function photographSidePx(name: PhotographName): number {
  return sizes[name].sidePx;
}

async function draw(sidePx: number, finestPx: number): Promise<Sharp> {
  const raw = { width: sidePx, height: sidePx, channels: 3 } as const;
  const light = new Float32Array(sidePx * sidePx * 3).fill(128);
  const random = randomBytes();
  let amplitude = coarsestAmplitude;
  for (let cells = 4; cells * finestPx <= sidePx; cells *= 2, amplitude *= roughness) {
    const noise = Buffer.from(Uint8Array.from({ length: cells * cells * 3 }, random));
    const layer = await sharp(noise, { raw: { width: cells, height: cells, channels: 3 } })
      .resize(sidePx, sidePx, { fit: 'fill', kernel: 'cubic' })
      .raw()
      .toBuffer();
    for (let index = 0; index < light.length; index++)
      light[index] = (light[index] ?? 0) + ((layer[index] ?? 0) / 127.5 - 1) * amplitude;
  }
  const pixels = Uint8ClampedArray.from(light, (value) => value + (random() % 5) - 2);
  const shapes = `<svg xmlns="http://www.w3.org/2000/svg" width="${sidePx}" height="${sidePx}" viewBox="0 0 1000 1000">
    <circle cx="300" cy="300" r="180" fill="#f4c430"/>
    <rect x="520" y="560" width="380" height="300" fill="#1d3557"/>
    <path d="M100 900 L500 500 L800 950 Z" fill="#2a9d8f"/>
    <path d="${letters(540, 700)}" stroke="#ffffff" stroke-width="9" fill="none"/></svg>`;
  return sharp(pixels, { raw })
    .composite([{ input: Buffer.from(shapes) }])
    .removeAlpha();
}

/** Strokes as of lettering, which needs no font. */
function letters(left: number, bottom: number): string {
  return Array.from({ length: 7 }, (_, index) => {
    const x = left + index * 46;
    return `M${x} ${bottom} L${x + 15} ${bottom - 60} L${x + 30} ${bottom} M${x + 7} ${bottom - 24} H${x + 23}`;
  }).join(' ');
}

/** The same bytes on every machine. */
function randomBytes(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
}
