import type { PixelSize } from '../journey/catalogue-model.ts';
import type { Base64Text, JsonObject, JsonValue } from './json-value.ts';

/** A picture still to be drawn; the answer around it is decided first, so a stream can begin without it. */
export interface PictureToDraw {
  readonly pixels: PixelSize;
  readonly seed: number;
  /** How fine it is drawn, up to 1: drafts are rougher. Default 1. */
  readonly detail?: number;
  /** Grow the file to at least this many bytes. */
  readonly padToBytes?: number;
}

export interface TextPart {
  readonly text: string;
  readonly thought?: boolean;
  readonly signature?: Base64Text;
}

export interface PicturePart {
  readonly picture: PictureToDraw;
  readonly thought?: boolean;
  readonly signature?: Base64Text;
}

export type AnswerPart = TextPart | PicturePart;

/** The one candidate. Absent fields are absent on the wire: the refusals differ in just that. */
export interface AnswerCandidate {
  /** Absent: no `content` key. Without parts and role: `"content": {}`. */
  readonly content?: { readonly parts?: readonly AnswerPart[] | null; readonly role?: 'model' };
  readonly finishReason: string;
  readonly finishMessage?: string;
  readonly continuationToken?: string;
  readonly groundingMetadata?: JsonObject;
  readonly withoutIndex?: boolean;
}

export interface Usage {
  readonly promptTokenCount: number;
  readonly candidatesTokenCount?: number | undefined;
  readonly totalTokenCount: number;
  readonly promptTokensDetails?: readonly JsonObject[];
  readonly candidatesTokensDetails?: readonly JsonObject[];
  readonly thoughtsTokenCount?: number | undefined;
  readonly serviceTier?: string;
}

/** An answer as planned, before pictures are drawn and before it is laid out as one body or as frames. */
export interface Answer {
  readonly candidate?: AnswerCandidate;
  readonly promptFeedback?: JsonObject;
  readonly usage?: Usage;
  readonly createTime?: string;
}

export function isPicturePart(part: AnswerPart): part is PicturePart {
  return 'picture' in part;
}

/** Google's key order (docs/contracts/gemini.md#answer). */
export function usageJson(usage: Usage, isVertex: boolean): JsonValue {
  return {
    promptTokenCount: usage.promptTokenCount,
    candidatesTokenCount: usage.candidatesTokenCount,
    totalTokenCount: usage.totalTokenCount,
    promptTokensDetails: usage.promptTokensDetails,
    candidatesTokensDetails: usage.candidatesTokensDetails,
    thoughtsTokenCount: usage.thoughtsTokenCount,
    ...(isVertex ? { trafficType: 'ON_DEMAND' } : { serviceTier: usage.serviceTier }),
  };
}
