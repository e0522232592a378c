import type { PngOptions } from 'sharp';

/**
 * How every PNG is written: the knee of a measured table (docs/performance.md, "Conversions"). What is encoded was drawn by a
 * model, most often as JPEG, and such pictures take half of the bytes where each row may be filtered; more than level 2
 * costs up to twice the time for a tenth of the bytes.
 */
export const pngEncoding: PngOptions = { compressionLevel: 2, adaptiveFiltering: true };
