import type { SafetySetting } from '../journey/safety-settings.ts';

/** What an operator allows on Gemini's own route. */
export interface NativeRules {
  /** Tools by Google's names; each costs money or reaches out. */
  readonly tools: readonly string[];
  readonly serviceTiers: readonly string[];
  /** Whether pictures before the last one of an answer are passed on. */
  readonly drafts: 'keep' | 'strip';
  /** Whether the upstream may be told to fetch https addresses. */
  readonly remoteFiles: boolean;
  /** They hold against the caller's. */
  readonly safetySettings: readonly SafetySetting[];
}
