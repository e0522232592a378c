import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { JsonObject } from './json-value.ts';
import type { PromptMedia } from './read-prompt.ts';

/** A page of a document or a second of video; the models count both like a small picture. */
const otherMediaTokens = 258;

/**
 * A text's tokens by a fixed rule: a short word a token, each ideograph or kana one of its own. Google's
 * tokenizer is not public; what matters here is that the same prompt always costs the same.
 */
export function countTextTokens(text: string): number {
  let tokens = 0;
  for (const [word] of text.matchAll(
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu,
  )) {
    tokens += Math.ceil(word.length / 6);
  }
  return tokens;
}

export interface PromptTokens {
  readonly total: number;
  /** Google's `promptTokensDetails`: a modality appears when it has tokens. */
  readonly details: readonly JsonObject[];
}

export function countPromptTokens(
  model: CatalogueModel,
  texts: readonly string[],
  media: readonly PromptMedia[],
): PromptTokens {
  const byModality = new Map<string, number>();
  const add = (modality: string, tokens: number): void => {
    if (tokens > 0) byModality.set(modality, (byModality.get(modality) ?? 0) + tokens);
  };
  for (const text of texts) add('TEXT', countTextTokens(text));
  for (const item of media)
    add(item.modality, item.modality === 'IMAGE' ? model.inputImageTokens : otherMediaTokens);
  const details = [...byModality].map(([modality, tokenCount]) => ({ modality, tokenCount }));
  return { total: [...byModality.values()].reduce((sum, count) => sum + count, 0), details };
}
