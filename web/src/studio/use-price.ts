import { useEffect, useState } from 'react';
import { isRefusal, untilReached } from '../api/until-reached.ts';
import { askImages } from './ask-images.ts';
import type { Adaptation } from './parse-adapted.ts';
import type { Wish } from './wish.ts';

/** What a dry run says of an order. */
export interface DryRun {
  readonly size: string | null;
  readonly n: number;
  readonly adaptations: readonly Adaptation[];
  readonly highest_price_micro_usd: number;
}

export interface Price {
  readonly dryRun: DryRun | undefined;
  readonly error: unknown;
}

/** References travel with every question, so those are asked more seldom. */
const waitMs = { plain: 250, withReferences: 700 };

/**
 * The most an order can cost, and what of it would be bent, asked anew whenever the wish has rested for a moment, and by
 * itself where the server was not reached.
 */
export function usePrice(wish: Wish, count: number, keyId: string): Price {
  const [price, setPrice] = useState<Price>({ dryRun: undefined, error: undefined });
  const { model, prompt, ratio, size, format, compression, references, mask } = wish;
  useEffect(() => {
    if (keyId === '' || model === '') return undefined;
    const abort = new AbortController();
    const ask = async (): Promise<boolean> => {
      const asked = { model, ratio, size, format, compression, references, mask };
      try {
        const answer = await askImages(
          // A price can be told before there is a prompt; its words cost next to nothing.
          { ...asked, prompt: prompt.trim() === '' ? 'x' : prompt },
          { keyId, signal: abort.signal, isDryRun: true, extra: { n: count } },
        );
        setPrice({ dryRun: (await answer.json()) as DryRun, error: undefined });
        return true;
      } catch (error) {
        if (!abort.signal.aborted) setPrice({ dryRun: undefined, error });
        return isRefusal(error);
      }
    };
    const timer = setTimeout(
      () => void untilReached(ask, abort.signal),
      references.length > 0 ? waitMs.withReferences : waitMs.plain,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [model, prompt, ratio, size, format, compression, references, mask, count, keyId]);
  return price;
}
