import type { Rates, RateState } from './decide.ts';

const none: Readonly<Record<string, string>> = {};

/** What is left of the rates of the tightest allowance, as OpenAI's clients know it; nothing where nothing limits. */
export function rateHeaders({ requests, images }: Rates): Readonly<Record<string, string>> {
  if (requests === undefined && images === undefined) return none;
  return {
    ...(requests && headersOf('requests', requests)),
    ...(images && headersOf('images', images)),
  };
}

function headersOf(
  kind: 'requests' | 'images',
  { limit, remaining, resetUs }: RateState,
): Record<string, string> {
  return {
    [`x-ratelimit-limit-${kind}`]: String(limit),
    [`x-ratelimit-remaining-${kind}`]: String(remaining),
    [`x-ratelimit-reset-${kind}`]: goDuration(resetUs),
  };
}

/** As OpenAI writes it (docs/contracts/openai-images.md#headers): `120ms`, `1s`, `6m0s`, `1.5s`. */
function goDuration(timeUs: number): string {
  const ms = Math.ceil(timeUs / 1000);
  if (ms < 1000) return `${String(ms)}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = `${String((ms % 60_000) / 1000)}s`;
  return minutes === 0 ? seconds : `${String(minutes)}m${seconds}`;
}
