import type { Base64Image } from '../../bytes/base64-image.ts';
import type { GeneratedImage } from '../../journey/image-result.ts';
import { type EarlierImages, type InspectImage, maxEarlierImages } from '../../journey/upstream.ts';
import { foreignWord, maxForeignCharacters } from '../../kernel/foreign-text.ts';
import { answersIn, namesIn } from './answer-shape.ts';
import {
  contentOf,
  type GeminiAnswer,
  type GeminiCandidate,
  type GeminiPart,
  readGeminiAnswer,
} from './gemini-answer.ts';

/** A picture as a part has it: beside its words, in them, or in place of a link. */
interface ToldPicture {
  readonly mimeType: string | undefined;
  readonly characters: Base64Image | undefined;
}

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
  /** A document that is no answer of Gemini's. */
  foreign: Readonly<Record<string, unknown>> | undefined;
  /** What stood in an answer where a picture or words are expected. */
  oddPart: string | undefined;
  imagePartsFound = 0;
  lastCandidate: GeminiCandidate | undefined;
  finishReason: string | undefined;
  promptFeedback: GeminiAnswer['promptFeedback'];
  usage: GeminiAnswer['usageMetadata'];
  /** The tier it was served at, in the words of the Gemini API, and of Vertex AI. */
  serviceTier: string | undefined;
  trafficType: string | undefined;
  /** Queries that its searches asked. */
  searches = 0;

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

  /** Whether its picture has come, and why it ended. */
  get isWhole(): boolean {
    return this.#final !== undefined && this.finishReason !== undefined;
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
    const { answers, foreign } = answersIn(document);
    this.foreign ??= foreign;
    for (const answer of answers) this.#addAnswer(readGeminiAnswer(answer));
  }

  #addAnswer({ candidates, promptFeedback, usageMetadata, error }: GeminiAnswer): void {
    this.error ??= error;
    this.promptFeedback ??= promptFeedback;
    this.usage = usageMetadata ?? this.usage;
    this.serviceTier = usageMetadata?.serviceTier ?? this.serviceTier;
    this.trafficType = usageMetadata?.trafficType ?? this.trafficType;
    for (const candidate of candidates ?? []) {
      this.lastCandidate = candidate;
      this.finishReason = candidate.finishReason ?? this.finishReason;
      // Of a stream, every piece tells those before it again.
      this.searches = Math.max(this.searches, candidate.searches);
      for (const part of candidate.parts) this.#addPart(part);
    }
  }

  #addPart(part: GeminiPart): void {
    const isThought = part.thought === true;
    if (!isThought && part.text !== undefined) this.#say(part.text.words);
    const pictures = picturesOf(part);
    for (const picture of pictures) this.#addPicture(picture, isThought);
    if (pictures.length > 0 || isThought) return;
    const odd = contentOf(part);
    if (Object.keys(odd).length > 0) this.oddPart ??= namesIn(odd);
  }

  #addPicture({ mimeType, characters }: ToldPicture, isThought: boolean): void {
    // Sound and the like are neither pictures nor broken ones.
    if (/^(?:audio|video|text)\//i.test(mimeType ?? '')) {
      this.oddPart ??= foreignWord(mimeType ?? '');
      return;
    }
    this.imagePartsFound++;
    const image = characters === undefined ? undefined : this.#inspect(characters, mimeType);
    if (image !== undefined) this.#take(image, isThought);
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

function picturesOf({ text, inlineData, fileData }: GeminiPart): readonly ToldPicture[] {
  const inline =
    inlineData?.data === undefined
      ? []
      : [{ mimeType: inlineData.mimeType, characters: inlineData.data.characters }];
  return [...inline, ...(fileData?.fileUri?.pictures ?? []), ...(text?.pictures ?? [])];
}
