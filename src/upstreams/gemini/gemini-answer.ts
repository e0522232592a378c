import { CapturedProse } from '../../bytes/captured-prose.ts';
import { CapturedText } from '../../bytes/captured-text.ts';

/** The fields Plantain reads of a generateContent answer, spelled in camelCase. */
export interface GeminiAnswer {
  readonly candidates: readonly GeminiCandidate[] | undefined;
  readonly promptFeedback: PromptFeedback | null | undefined;
  readonly usageMetadata: GeminiUsage | null | undefined;
  readonly error: unknown;
}

interface PromptFeedback {
  readonly blockReason: string | undefined;
  readonly blockReasonMessage: string | undefined;
}

export interface GeminiCandidate {
  readonly parts: readonly GeminiPart[];
  readonly finishReason: string | undefined;
  readonly finishMessage: string | undefined;
  readonly continuationToken: string | undefined;
  /** How many queries its searches asked. */
  readonly searches: number;
}

export interface GeminiPart {
  readonly text: CapturedProse | undefined;
  readonly thought: boolean | undefined;
  readonly inlineData:
    | { readonly mimeType: string | undefined; readonly data: CapturedText | undefined }
    | undefined;
  readonly fileData: { readonly fileUri: CapturedProse | undefined } | undefined;
  /** All of it, as it was sent. */
  readonly members: Members;
}

/** Token counts are judged by `usage.ts`, because a wrong one must not pass for an absent one. */
export interface GeminiUsage {
  readonly promptTokenCount?: unknown;
  readonly candidatesTokenCount?: unknown;
  readonly thoughtsTokenCount?: unknown;
  readonly toolUsePromptTokenCount?: unknown;
  readonly totalTokenCount?: unknown;
  readonly promptTokensDetails?: Details;
  readonly candidatesTokensDetails?: Details;
  readonly toolUsePromptTokensDetails?: Details;
  readonly serviceTier?: string | undefined;
  readonly trafficType?: string | undefined;
}

type Details =
  | readonly { readonly modality?: string | undefined; readonly tokenCount?: unknown }[]
  | undefined;
type Members = Readonly<Record<string, unknown>>;

const none: Members = {};
/** Names of a part that are none of its content. */
const contentless: ReadonlySet<string> = new Set(['text', 'thought', 'thoughtSignature', 'partMetadata']);

/**
 * Reads an answer. Lenient on purpose: unknown fields pass, a field or element of an unexpected type counts as absent,
 * and one object stands for a list of one (docs/contracts/gemini.md#answer). By hand, since it is read for every
 * picture: a schema that forgives everything is many layers deep (docs/performance.md).
 */
export function readGeminiAnswer(document: Members): GeminiAnswer {
  const { candidates, promptFeedback, usageMetadata, error } = document;
  return {
    candidates: listOf(candidates)?.map(candidateOf),
    promptFeedback: isObject(promptFeedback) ? feedbackOf(promptFeedback) : nullOnly(promptFeedback),
    usageMetadata: isObject(usageMetadata) ? usageOf(usageMetadata) : nullOnly(usageMetadata),
    error,
  };
}

/** What a part holds beside words, of the types that are read here. */
export function contentOf({ members, inlineData, fileData }: GeminiPart): Members {
  const isContent = ([name, value]: [string, unknown]): boolean => {
    if (name === 'inlineData') return inlineData !== undefined;
    if (name === 'fileData') return fileData !== undefined;
    return !contentless.has(name) && value !== null && value !== undefined;
  };
  return Object.fromEntries(Object.entries(members).filter(isContent));
}

function candidateOf(value: unknown): GeminiCandidate {
  const { content, finishReason, finishMessage, continuationToken, groundingMetadata } = membersOf(value);
  const parts = Array.isArray(content) ? content : listOf(membersOf(content)['parts']);
  const { webSearchQueries, imageSearchQueries } = membersOf(groundingMetadata);
  return {
    parts: parts?.map(partOf) ?? [],
    finishReason: textOf(finishReason),
    finishMessage: textOf(finishMessage),
    continuationToken: textOf(continuationToken),
    searches: lengthOf(webSearchQueries) + lengthOf(imageSearchQueries),
  };
}

function partOf(value: unknown): GeminiPart {
  const members = membersOf(value);
  const { text, thought, inlineData, fileData } = members;
  return {
    text: proseOf(text),
    thought: typeof thought === 'boolean' ? thought : undefined,
    inlineData: isObject(inlineData) ? dataOf(inlineData) : undefined,
    fileData: isObject(fileData) ? { fileUri: proseOf(fileData['fileUri']) } : undefined,
    members,
  };
}

/** A picture is what the scanner captured, never a text. */
function dataOf({ mimeType, data }: Members): GeminiPart['inlineData'] {
  return { mimeType: textOf(mimeType), data: data instanceof CapturedText ? data : undefined };
}

function feedbackOf({ blockReason, blockReasonMessage }: Members): PromptFeedback {
  return { blockReason: textOf(blockReason), blockReasonMessage: textOf(blockReasonMessage) };
}

function usageOf(told: Members): GeminiUsage {
  return {
    promptTokenCount: told['promptTokenCount'],
    candidatesTokenCount: told['candidatesTokenCount'],
    thoughtsTokenCount: told['thoughtsTokenCount'],
    toolUsePromptTokenCount: told['toolUsePromptTokenCount'],
    totalTokenCount: told['totalTokenCount'],
    promptTokensDetails: detailsOf(told['promptTokensDetails']),
    candidatesTokensDetails: detailsOf(told['candidatesTokensDetails']),
    toolUsePromptTokensDetails: detailsOf(told['toolUsePromptTokensDetails']),
    serviceTier: textOf(told['serviceTier']),
    trafficType: textOf(told['trafficType']),
  };
}

function detailsOf(value: unknown): Details {
  if (!Array.isArray(value)) return undefined;
  return value.map((detail: unknown) => {
    const { modality, tokenCount } = membersOf(detail);
    return { modality: textOf(modality), tokenCount };
  });
}

/** One object in place of a list, as some relays print it, is a list of one. */
function listOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return isObject(value) ? [value] : undefined;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function membersOf(value: unknown): Members {
  return isObject(value) ? value : none;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function proseOf(value: unknown): CapturedProse | undefined {
  return value instanceof CapturedProse ? value : undefined;
}

function nullOnly(value: unknown): null | undefined {
  return value === null ? null : undefined;
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
