import type { Rates, RateState } from './decide.ts';

const none: Readonly<Record<string, string>> = {};

/** What is left of the rates of the tightest allowance, as OpenAI's clients know it; nothing where nothing limits. */
export function rateHeaders({ requests, images }: Rates): Readonly<Record<string, string>> {
  if (requests === undefined && images === undefined) return none;
  const headers: Record<string, string> = {};
  if (requests !== undefined) addTo(headers, 'requests', requests);
  if (images !== undefined) addTo(headers, 'images', images);
  return headers;
}

function addTo(
  headers: Record<string, string>,
  kind: 'requests' | 'images',
  { limit, remaining, resetUs }: RateState,
): void {
  headers[`x-ratelimit-limit-${kind}`] = String(limit);
  headers[`x-ratelimit-remaining-${kind}`] = String(remaining);
  headers[`x-ratelimit-reset-${kind}`] = goDuration(resetUs);
}

/** As OpenAI writes it (docs/contracts/openai-images.md#headers): `120ms`, `1s`, `6m0s`, `1.5s`. */
function goDuration(timeUs: number): string {
  const ms = Math.ceil(timeUs / 1000);
  if (ms < 1000) return `${String(ms)}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = `${String((ms % 60_000) / 1000)}s`;
  return minutes === 0 ? seconds : `${String(minutes)}m${seconds}`;
}
