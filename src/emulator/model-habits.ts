import type { CatalogueModel } from '../journey/catalogue-model.ts';

export type ThinkingLevel = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'always';

/** How one model behaves beyond what the catalogue needs to know (docs/contracts/gemini.md#parameters-by-effect). */
export interface ModelHabits {
  readonly defaultThinking: ThinkingLevel;
  /** Whether `includeThoughts` brings thought summaries. */
  readonly summarisesThoughts: boolean;
  readonly searches: boolean;
  /** Whether `candidatesTokenCount` exceeds the sum of its details. */
  readonly countsMoreThanDetails: boolean;
}

const habits: Readonly<Record<string, ModelHabits>> = {
  'gemini-nano-banana-2.1': {
    defaultThinking: 'medium',
    summarisesThoughts: true,
    searches: true,
    countsMoreThanDetails: false,
  },
  'gemini-3-pro-image': {
    defaultThinking: 'always',
    summarisesThoughts: false,
    searches: true,
    countsMoreThanDetails: true,
  },
  'gemini-3.1-flash-image': {
    defaultThinking: 'minimal',
    summarisesThoughts: false,
    searches: true,
    countsMoreThanDetails: false,
  },
  'gemini-3.1-flash-lite-image': {
    defaultThinking: 'minimal',
    summarisesThoughts: false,
    searches: false,
    countsMoreThanDetails: false,
  },
};

/** A model the operator added behaves like the catalogue's flags suggest. */
export function habitsOf(model: CatalogueModel): ModelHabits {
  const known = Object.hasOwn(habits, model.id) ? habits[model.id] : undefined;
  if (known !== undefined) return known;
  const defaultThinking = model.thinking ? 'medium' : 'none';
  return {
    defaultThinking,
    summarisesThoughts: model.thinking,
    searches: model.drafts,
    countsMoreThanDetails: false,
  };
}

/** Thinking tokens of one answer: 50-400, 700-800 at `high`, none at `minimal`. `seed` picks within the range. */
export function thoughtTokens(level: ThinkingLevel, seed: number): number {
  if (level === 'none' || level === 'minimal') return 0;
  return level === 'high' ? 700 + (seed % 101) : 50 + (seed % 351);
}
