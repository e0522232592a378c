export const mebibyte = 1024 ** 2;
export const gibibyte = 1024 ** 3;

/** Pixels of the largest 4K picture that a model draws: what its mask needs, and no more. */
export const largest4kPixels = 12_288 * 1536;
/** Most bytes that a pixel takes while it is worked on. */
export const bytesPerPixel = 16;

/** A quarter of the memory this process may use, at most 1 GiB: pictures in flight must not push the process out. */
export function heldBytesFor(totalBytes: number, containerBytes: number): number {
  const memory = containerBytes > 0 ? Math.min(totalBytes, containerBytes) : totalBytes;
  return Math.max(64 * mebibyte, Math.min(gibibyte, Math.floor(memory / 4 / mebibyte) * mebibyte));
}

/** The least that `links.retention_hours` can be: pictures stay as long as their links work. */
export const hoursOfLinks = (ttlMinutes: number): number => Math.ceil(ttlMinutes / 60);
