import { Resvg } from '@resvg/resvg-js';
import { fontFamily, fontFile } from './font-metrics.ts';

/** Pixels of a drawing: four bytes each, red, green, blue, solid. */
export interface Raster {
  readonly pixels: Buffer;
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * Draws SVG text at exactly `widthPx` x `heightPx`. The size is written into the SVG itself, for fitting
 * by one side alone may round the other side to a pixel more or less.
 */
export function rasterize(svg: string, widthPx: number, heightPx: number): Raster {
  const sized = svg.replace(/width="[\d.]+" height="[\d.]+"/, `width="${widthPx}" height="${heightPx}"`);
  const rendered = new Resvg(sized, {
    font: { loadSystemFonts: false, fontFiles: [fontFile], defaultFontFamily: fontFamily },
  }).render();
  // Every access of `pixels` copies the whole picture, so this is the only one.
  const { pixels, width, height } = rendered;
  return { pixels, widthPx: width, heightPx: height };
}
