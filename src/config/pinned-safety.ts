import { z } from 'zod';
import { blockThresholds, harmCategories } from '../journey/safety-settings.ts';
import { section } from './settings.ts';
import { oneOf } from './value-kinds.ts';

/** The thresholds that an operator sets for everybody, each category once (docs/contracts/gemini.md#parameters-by-effect). */
export const pinnedSafety = () =>
  z
    .array(section({ category: oneOf(harmCategories), threshold: oneOf(blockThresholds) }))
    .refine(
      (list) => new Set(list.map(({ category }) => category)).size === list.length,
      'must name each category once',
    );
