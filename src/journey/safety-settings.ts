/** What Gemini's safety filter knows, and how strict it may be (docs/contracts/gemini.md#parameters-by-effect). */
export const harmCategories = [
  'HARM_CATEGORY_HARASSMENT',
  'HARM_CATEGORY_HATE_SPEECH',
  'HARM_CATEGORY_SEXUALLY_EXPLICIT',
  'HARM_CATEGORY_DANGEROUS_CONTENT',
  'HARM_CATEGORY_CIVIC_INTEGRITY',
] as const;

export const blockThresholds = [
  'BLOCK_LOW_AND_ABOVE',
  'BLOCK_MEDIUM_AND_ABOVE',
  'BLOCK_ONLY_HIGH',
  'BLOCK_NONE',
  'OFF',
] as const;

/** How strict the upstream's filter is to be in one respect. */
export interface SafetySetting {
  readonly category: (typeof harmCategories)[number];
  readonly threshold: (typeof blockThresholds)[number];
}
