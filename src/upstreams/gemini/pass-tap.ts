import { CapturedText } from '../../bytes/captured-text.ts';
import { signatureDigest } from '../../bytes/signature-digest.ts';
import type { PriceTerms } from '../../journey/call-bound.ts';
import type { MicroUsd } from '../../kernel/money.ts';
import { answersIn } from './answer-shape.ts';
import type { GeminiUsage } from './gemini-answer.ts';

type Members = Readonly<Record<string, unknown>>;

/** What a search costs (docs/contracts/gemini.md#searches-and-tiers): on 2.5 a prompt that was grounded, else each query. */
const microUsdPerQuery: MicroUsd = 14_000;
const microUsdPerGroundedPrompt: MicroUsd = 35_000;

/** A tier's share of the price of tokens. */
const percentOfTier: ReadonlyMap<string, number> = new Map([
  ['flex', 50],
  ['priority', 200],
]);

/** Reads beside an answer what only its price and its next turn depend on. */
export class PassTap {
  #queries = 0;
  #tier: string | undefined;
  #toolTokens: unknown;
  #signature: string | undefined;

  /** Of the first thought signature in the answer. */
  get signature(): string | undefined {
    return this.#signature;
  }

  /** The tier that the answer says it was served at. */
  get tier(): string | undefined {
    return this.#tier;
  }

  add(document: unknown): void {
    for (const answer of answersIn(document).answers) this.#addAnswer(answer);
  }

  /** Tokens that tools brought to the prompt are told apart from it, and are charged like it. */
  withToolTokens(usage: GeminiUsage | null | undefined): GeminiUsage | null | undefined {
    const { promptTokenCount: prompt } = usage ?? {};
    if (!usage || typeof this.#toolTokens !== 'number' || typeof prompt !== 'number') return usage;
    return { ...usage, promptTokenCount: prompt + this.#toolTokens };
  }

  /** `tier`: as the answer's head tells it. */
  termsFor(modelId: string, tier = this.#tier): PriceTerms | undefined {
    const percent = percentOfTier.get(tier?.toLowerCase() ?? '');
    const perPrompt = /(?:^|-)2\.5-/.test(modelId);
    const extraMicroUsd =
      this.#queries === 0 ? 0 : perPrompt ? microUsdPerGroundedPrompt : this.#queries * microUsdPerQuery;
    if (percent === undefined && extraMicroUsd === 0) return undefined;
    return { ...(percent !== undefined && { percent }), extraMicroUsd };
  }

  #addAnswer(answer: Members): void {
    const usage = membersOf(answer['usageMetadata']);
    this.#toolTokens = usage['toolUsePromptTokenCount'] ?? this.#toolTokens;
    const { serviceTier } = usage;
    if (typeof serviceTier === 'string') this.#tier = serviceTier;
    for (const candidate of listOf(answer['candidates'])) {
      const { webSearchQueries } = membersOf(membersOf(candidate)['groundingMetadata']);
      this.#queries = Math.max(this.#queries, listOf(webSearchQueries).length);
      const parts = listOf(membersOf(membersOf(candidate)['content'])['parts']);
      for (const part of parts) this.#addSignature(membersOf(part)['thoughtSignature']);
    }
  }

  #addSignature(signature: unknown): void {
    if (this.#signature !== undefined || !(signature instanceof CapturedText)) return;
    this.#signature = signature.characters && signatureDigest(signature.characters);
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}
