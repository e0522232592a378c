/**
 * The URL of a worker file beside the caller, with the caller's own extension: `.ts` when running from
 * source, `.js` when running from the built package.
 */
export function workerUrl(importMetaUrl: string, name: string): URL {
  const extension = importMetaUrl.endsWith('.ts') ? '.ts' : '.js';
  return new URL(`./${name}${extension}`, importMetaUrl);
}
