import type { Base64Image } from '../../bytes/base64-image.ts';
import { Base64Encoder } from '../../bytes/base64-encoder.ts';
import type { CapturedText } from '../../bytes/captured-text.ts';
import type { GeneratedImage } from '../../journey/image-result.ts';
import { type EarlierImages, type InspectImage, maxEarlierImages } from '../../journey/upstream.ts';
import { foreignWord } from '../../kernel/foreign-text.ts';
import { AnswerDocuments } from '../http/answer-documents.ts';
import { answerPaths } from './answer-paths.ts';
import { oddElement } from './odd-element.ts';
import { openAiAnswer, type OpenAiAnswer, type OpenAiUsage } from './openai-answer.ts';

/** More than any address of a picture has. */
const maxLinkCharacters = 4096;

export interface CollectOptions {
  readonly inspect: InspectImage;
  readonly onDraft: ((draft: GeneratedImage) => void) | undefined;
  readonly keepsEarlier: boolean;
  /** The profile's `blockedInsideOk`. */
  readonly blockedName: string | undefined;
}

/** An answer put together from its documents: one for a unary call, an event each for a streamed one; or bare bytes. */
export class CollectedAnswer {
  readonly #options: CollectOptions;
  readonly documents = new AnswerDocuments(answerPaths, (document) => this.#add(document));
  #bytes: { readonly encoder: Base64Encoder; readonly mimeType: string } | undefined;
  #images: GeneratedImage[] = [];
  #finals = 0;

  /** An error in place of an answer, also in mid-stream. */
  error: unknown;
  /** The picture was withheld. */
  isBlocked = false;
  /** Where the last picture is that did not come along. */
  link: string | undefined;
  /** Names of what stood there instead of an answer. */
  foreign: string | undefined;
  /** Names of what stood there instead of a picture. */
  oddElement: string | undefined;
  picturesSeen = 0;
  #isCompleted = false;
  usage: OpenAiUsage | null | undefined;

  constructor(options: CollectOptions) {
    this.#options = options;
  }

  /** Takes the answer's bytes; a picture alone, without JSON around it, is told by its type, or expected. */
  open(contentType: string | undefined, isPicture = false): (chunk: Buffer) => void {
    const mimeType = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    if (!isPicture && !mimeType.startsWith('image/')) return (chunk) => this.documents.push(chunk);
    const encoder = new Base64Encoder();
    this.#bytes = { encoder, mimeType };
    return (chunk) => encoder.push(chunk);
  }

  /** The answer is over; bytes that broke off make no picture. */
  end(isWhole: boolean): void {
    this.documents.end();
    if (this.#bytes === undefined) return;
    this.picturesSeen++;
    if (isWhole) this.#take(this.#bytes.encoder.finish(), this.#bytes.mimeType);
  }

  get image(): GeneratedImage | undefined {
    return this.#images.at(-1);
  }

  /** Whether its picture has come, and all that is said of it. */
  get isWhole(): boolean {
    return this.image !== undefined && (this.#isCompleted || !this.documents.isEventStream);
  }

  /** Pictures before the last; undefined when there are none. */
  get earlier(): EarlierImages | undefined {
    if (this.#finals < 2) return undefined;
    const images = this.#options.keepsEarlier ? this.#images.slice(0, -1).slice(-maxEarlierImages) : [];
    return { count: this.#finals - 1, images };
  }

  #add(document: unknown): void {
    if (typeof document !== 'object' || document === null) return;
    const parsed = openAiAnswer.safeParse(document);
    if (!parsed.success) return;
    const answer = parsed.data;
    this.usage = answer.usage ?? this.usage;
    if (answer.type?.endsWith('.completed') === true) this.#isCompleted = true;
    if ('error' in answer && answer['error'] !== null) this.error ??= document;
    if (this.#isBlocked(answer)) this.isBlocked = true;
    if (answer.b64_json !== undefined) this.#addEvent(answer);
    for (const [index, element] of (answer.data ?? []).entries()) {
      if (this.#isBlocked(element)) this.isBlocked = true;
      this.#addPicture(element.b64_json, element.url);
      this.oddElement ??= oddElement(dataOf(document)[index]);
    }
    if (answer.b64_json === undefined && answer.data === undefined && answer.type === undefined)
      this.foreign ??= Object.keys(document).slice(0, 8).map(foreignWord).join(', ');
  }

  #isBlocked(members: Readonly<Record<string, unknown>>): boolean {
    const { blockedName } = this.#options;
    return blockedName !== undefined && members[blockedName] === false;
  }

  #addEvent({ type, b64_json: picture }: OpenAiAnswer): void {
    if (type?.endsWith('partial_image') !== true) return this.#addPicture(picture, undefined);
    this.picturesSeen++;
    const draft = picture?.characters && this.#options.inspect(picture.characters);
    if (draft !== undefined) this.#options.onDraft?.(draft);
  }

  #addPicture(picture: CapturedText | undefined, url: CapturedText | undefined): void {
    if (picture === undefined && url === undefined) return;
    this.picturesSeen++;
    if (picture?.characters !== undefined && picture.characters.length > 0)
      return this.#take(picture.characters, undefined);
    const head = url?.characters?.headText(maxLinkCharacters) ?? '';
    const [data, mimeType] = /^data:([\w/+.-]{1,100})[^,]{0,200};base64,/i.exec(head) ?? [];
    if (data !== undefined && url?.characters !== undefined)
      return this.#take(url.characters.dropHead(data.length), mimeType);
    if (head !== '') this.link = head;
  }

  #take(base64: Base64Image, mimeType: string | undefined): void {
    const image = this.#options.inspect(base64, mimeType);
    if (image === undefined) return;
    this.#finals++;
    this.#images = [...this.#images, image].slice(-maxEarlierImages - 1);
  }
}

/** The list of an answer's pictures, as it was sent. */
function dataOf(document: object): readonly unknown[] {
  return 'data' in document && Array.isArray(document.data) ? document.data : [];
}
