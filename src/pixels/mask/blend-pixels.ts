import { edgeDistance, unitsPerPixel } from './edge-distance.ts';
import { findIslands } from './mask-islands.ts';

/** One picture to be laid into another. */
export interface BlendJob {
  /** The whole original, which becomes the result: written in place. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly channels: 3 | 4;
  /** Rows of the drawn picture from `firstRow` on: all that hold anything to edit, and one more on each side. */
  readonly drawn: Uint8Array<ArrayBuffer>;
  readonly firstRow: number;
  /** The whole mask, one byte a pixel: 255 keeps the original, 0 is open to editing, between them both are mixed in proportion. */
  readonly alpha: Uint8Array<ArrayBuffer | SharedArrayBuffer>;
  readonly widthPx: number;
  /** Widest soft edge. 0: none. */
  readonly featherPx: number;
  /**
   * `mix`: colour and transparency of both are mixed by weight. `over`: the mask is the original's own
   * transparency, so the original lies over the drawn picture and the result is opaque.
   */
  readonly mode: 'mix' | 'over';
}

/**
 * Lays the drawn picture into the holes of the original. Where the mask's alpha is 255 nothing is written, so
 * those pixels stay what they are, bit for bit. Inside, the original fades out over `featherPx`, or over half
 * the hole's depth where the hole is narrower, so that a thin stroke is still edited.
 */
export function blendPixels(job: BlendJob): void {
  const { widthPx, featherPx, drawn, channels } = job;
  const from = job.firstRow * widthPx;
  const count = drawn.length / channels;
  const alpha = job.alpha.subarray(from, from + count);
  const pixels = job.pixels.subarray(from * channels, (from + count) * channels);
  const band: Band = { pixels, drawn, alpha, channels, mix: mixOf(job) };
  const distance = edgeDistance(alpha, widthPx, Math.max(1, featherPx * 2) * unitsPerPixel);
  const islands = findIslands(alpha, distance, widthPx);
  const rows = count / widthPx;
  const weights = Array.from({ length: featherPx + 1 }, (_, feather) => edgeWeights(feather));
  const hard = edgeWeights(0);
  for (let row = 0; row < rows; row++) {
    const offset = row * widthPx;
    if (islands === undefined) {
      blendRun(band, hard, distance, offset, offset + widthPx);
      continue;
    }
    const end = islands.firstRunOfRow[row + 1] ?? 0;
    for (let run = islands.firstRunOfRow[row] ?? 0; run < end; run++) {
      const halfDepthPx = Math.floor(islands.depthOf(run) / unitsPerPixel / 2);
      const start = offset + (islands.runStart[run] ?? 0);
      blendRun(band, weights[halfDepthPx] ?? hard, distance, start, offset + (islands.runEnd[run] ?? 0));
    }
  }
}

type Mix = (pixels: Uint8Array, drawn: Uint8Array, at: number, weight: number) => void;

/** The rows being worked on. */
interface Band {
  readonly pixels: Uint8Array;
  readonly drawn: Uint8Array;
  readonly alpha: Uint8Array;
  readonly channels: number;
  readonly mix: Mix;
}

function mixOf(job: BlendJob): Mix {
  if (job.mode === 'over') return layOver;
  return job.channels === 4 ? mixWithAlpha : mixOpaque;
}

function blendRun(band: Band, weights: Uint8Array, distance: Uint8Array, start: number, end: number): void {
  const { pixels, drawn, alpha, channels, mix } = band;
  for (let index = start; index < end; index++) {
    const kept = alpha[index] ?? 255;
    if (kept === 255) continue;
    const soft = weights[distance[index] ?? 0] ?? 0;
    mix(pixels, drawn, index * channels, soft > kept ? soft : kept);
  }
}

/** The original's weight (0–255) by distance from the edge: near 255 beside it, 0 from `featherPx + 1` pixels on. */
function edgeWeights(featherPx: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, units) => {
    const part = units / unitsPerPixel / (featherPx + 1);
    return part >= 1 ? 0 : Math.round(255 * (1 - part * part * (3 - 2 * part)));
  });
}

function mixOpaque(pixels: Uint8Array, drawn: Uint8Array, at: number, weight: number): void {
  for (let index = at; index < at + 3; index++) {
    pixels[index] = Math.round(((pixels[index] ?? 0) * weight + (drawn[index] ?? 0) * (255 - weight)) / 255);
  }
}

/** Colours count by how much each is seen, so that a colour hidden under alpha 0 never shines through. */
function mixWithAlpha(pixels: Uint8Array, drawn: Uint8Array, at: number, weight: number): void {
  const kept = (pixels[at + 3] ?? 0) * weight;
  const added = (drawn[at + 3] ?? 0) * (255 - weight);
  const seen = kept + added;
  if (weight === 0 || seen === 0) {
    for (let index = at; index < at + 4; index++) pixels[index] = drawn[index] ?? 0;
    return;
  }
  for (let index = at; index < at + 3; index++) {
    pixels[index] = Math.round(((pixels[index] ?? 0) * kept + (drawn[index] ?? 0) * added) / seen);
  }
  pixels[at + 3] = Math.round(seen / 255);
}

function layOver(pixels: Uint8Array, drawn: Uint8Array, at: number, weight: number): void {
  mixOpaque(pixels, drawn, at, weight);
  pixels[at + 3] = 255;
}
