import type { GeneratedImage } from '../../journey/image-result.ts';
import type { InspectImage } from '../../journey/upstream.ts';
import type { ScannedDocument } from '../../bytes/json-scanner.ts';
import { type GeminiAnswer, type GeminiCandidate, geminiAnswer } from './gemini-answer.ts';

/**
 * An answer put together from its documents: one for a unary call, several for a streamed one. Drafts are told
 * as soon as a later picture shows that they are drafts.
 */
export class CollectedAnswer {
  readonly #inspect: InspectImage;
  readonly #onDraft: ((draft: GeneratedImage) => void) | undefined;
  readonly #words: string[] = [];
  #thought: GeneratedImage | undefined;
  #final: GeneratedImage | undefined;

  /** Whether every document was an answer of the known shape. */
  isReadable = true;
  /** An error in place of an answer, also in mid-stream. */
  error: unknown;
  imagePartsFound = 0;
  lastCandidate: GeminiCandidate | undefined;
  finishReason: string | undefined;
  promptFeedback: GeminiAnswer['promptFeedback'];
  usage: GeminiAnswer['usageMetadata'];

  constructor(inspect: InspectImage, onDraft: ((draft: GeneratedImage) => void) | undefined) {
    this.#inspect = inspect;
    this.#onDraft = onDraft;
  }

  /**
   * The picture: the last that is not a thought. Sometimes the only one is flagged as a thought, and then it
   * counts (docs/contracts/gemini.md#number-of-pictures).
   */
  get image(): GeneratedImage | undefined {
    return this.#final ?? this.#thought;
  }

  /** What the model said, thoughts apart. */
  get words(): string {
    return this.#words.join(' ').trim();
  }

  add({ document, captured }: ScannedDocument): void {
    const parsed = geminiAnswer.safeParse(document);
    if (!parsed.success) {
      this.isReadable = false;
      return;
    }
    const { candidates, promptFeedback, usageMetadata, error } = parsed.data;
    this.error ??= error;
    this.promptFeedback ??= promptFeedback;
    this.usage = usageMetadata ?? this.usage;
    for (const candidate of candidates ?? []) {
      this.lastCandidate = candidate;
      this.finishReason = candidate.finishReason ?? candidate.finish_reason ?? this.finishReason;
      for (const part of candidate.content?.parts ?? []) {
        if (part.thought !== true && part.text !== undefined) this.#words.push(part.text);
        const inline = part.inlineData ?? part.inline_data;
        if (inline?.data === undefined) continue;
        this.imagePartsFound++;
        const base64 = captured[Number(inline.data)];
        const image = base64 === undefined ? undefined : this.#inspect(base64);
        if (image !== undefined) this.#take(image, part.thought === true);
      }
    }
  }

  #take(image: GeneratedImage, isThought: boolean): void {
    if (isThought) {
      this.#thought = image;
      this.#onDraft?.(image);
      return;
    }
    if (this.#final !== undefined) this.#onDraft?.(this.#final);
    this.#final = image;
  }
}
