import type { GeneratedImage } from '../../journey/image-result.ts';
import type { EarlierImages, InspectImage } from '../../journey/upstream.ts';
import { maxForeignCharacters } from '../../kernel/foreign-text.ts';
import { type GeminiAnswer, type GeminiCandidate, geminiAnswer } from './gemini-answer.ts';

/** With the last one as many as an order may ask for. */
const maxEarlierImages = 9;

/**
 * An answer put together from its documents: one for a unary call, several for a streamed one. Drafts are told
 * as soon as a later picture shows that they are drafts.
 */
export class CollectedAnswer {
  readonly #inspect: InspectImage;
  readonly #onDraft: ((draft: GeneratedImage) => void) | undefined;
  #words = '';
  #thought: GeneratedImage | undefined;
  #final: GeneratedImage | undefined;
  readonly #keepsEarlier: boolean;
  #earlier: GeneratedImage[] = [];
  #finalsSeen = 0;

  /** An error in place of an answer, also in mid-stream. */
  error: unknown;
  imagePartsFound = 0;
  lastCandidate: GeminiCandidate | undefined;
  finishReason: string | undefined;
  promptFeedback: GeminiAnswer['promptFeedback'];
  usage: GeminiAnswer['usageMetadata'];

  constructor(
    inspect: InspectImage,
    onDraft: ((draft: GeneratedImage) => void) | undefined,
    keepsEarlier = false,
  ) {
    this.#inspect = inspect;
    this.#onDraft = onDraft;
    this.#keepsEarlier = keepsEarlier;
  }

  /** The picture: the last that is not a thought. */
  get image(): GeneratedImage | undefined {
    return this.#final;
  }

  /** Pictures before it that are no thoughts either; undefined when there are none. */
  get earlier(): EarlierImages | undefined {
    return this.#finalsSeen < 2 ? undefined : { count: this.#finalsSeen - 1, images: this.#earlier };
  }

  /** The last picture that is flagged as a thought; sometimes it is the only one (docs/contracts/gemini.md#number-of-pictures). */
  get thoughtImage(): GeneratedImage | undefined {
    return this.#thought;
  }

  /** What the model said, thoughts apart, as far as anybody will read it. */
  get words(): string {
    return this.#words.trim();
  }

  add(document: unknown): void {
    const parsed = geminiAnswer.safeParse(document);
    if (!parsed.success) return;
    const { candidates, promptFeedback, usageMetadata, error } = parsed.data;
    this.error ??= error;
    this.promptFeedback ??= promptFeedback;
    this.usage = usageMetadata ?? this.usage;
    for (const candidate of candidates ?? []) {
      this.lastCandidate = candidate;
      this.finishReason = candidate.finishReason ?? candidate.finish_reason ?? this.finishReason;
      for (const part of candidate.content?.parts ?? []) {
        if (part.thought !== true && part.text !== undefined) this.#say(part.text);
        const data = (part.inlineData ?? part.inline_data)?.data;
        if (data === undefined) continue;
        this.imagePartsFound++;
        const image = data.characters === undefined ? undefined : this.#inspect(data.characters);
        if (image !== undefined) this.#take(image, part.thought === true);
      }
    }
  }

  #say(text: string): void {
    const room = maxForeignCharacters - this.#words.length;
    if (room > 0) this.#words += `${text.slice(0, room)} `;
  }

  #take(image: GeneratedImage, isThought: boolean): void {
    if (isThought) {
      this.#thought = image;
      this.#onDraft?.(image);
      return;
    }
    if (this.#final !== undefined && this.#keepsEarlier)
      this.#earlier = [...this.#earlier, this.#final].slice(-maxEarlierImages);
    else if (this.#final !== undefined) this.#onDraft?.(this.#final);
    this.#final = image;
    this.#finalsSeen++;
  }
}
