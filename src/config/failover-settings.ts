import { z } from 'zod';
import { matching, oneOf } from './value-kinds.ts';

/** `retry_unanswered`. */
export const retryUnanswered = () =>
  oneOf(['once', 'never'])
    .default('once')
    .describe(
      'Whether an upstream call that was sent and not answered to its end is made once more: it may have been drawn and charged, and both calls are booked.',
    );

/** `fallbacks`. */
export const fallbacks = () =>
  z
    .record(
      z.string(),
      z.array(matching(/./, 'a model id')).min(1).max(5),
      'must hold model ids or aliases, each with a list of one to five model ids',
    )
    .default({})
    .meta({
      description:
        'Models to draw with, in this order, when no upstream has capacity or quota for a model, or serves it any more; by its id, or by the name it is asked for. Only those that can draw the same ratio and size; told in `plantain-adapted`.',
      example: 'gemini-3-pro-image: [gemini-3.1-flash-image]',
    });
