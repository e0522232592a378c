import type { PathMap } from '../../bytes/path-map.ts';
import { CapturedText } from '../../bytes/captured-text.ts';
import { writeCaptured } from '../../bytes/write-captured.ts';
import { AnswerDocuments } from '../http/answer-documents.ts';
import { answerPaths } from './answer-paths.ts';

type Members = Record<string, unknown>;

/** Pictures and signatures are kept as bytes; everything else of an answer is small. */
const stripPaths: PathMap = {
  ...answerPaths,
  captures: new Map([
    ['imageData', 'base64'],
    ['signature', 'base64'],
  ]),
  drops: new Set(),
};

const closeEvent = Buffer.from('\r\n\r\n');
const openEvent = Buffer.from('data: ');

/**
 * Takes drafts out of an answer, for clients that show the first picture they find: of several pictures the last that is
 * no thought stays, and where all are thoughts the last. Of a stream, what begins with a picture is held back until it is
 * known whether a later one takes its place.
 */
export class DraftStripper {
  readonly #documents: AnswerDocuments;
  readonly #isEventStream: boolean;
  readonly #onChunk: (chunk: Buffer) => void;
  #held: Members[] = [];
  #hasBegun = false;

  constructor(isEventStream: boolean, onChunk: (chunk: Buffer) => void) {
    this.#isEventStream = isEventStream;
    this.#onChunk = onChunk;
    this.#documents = new AnswerDocuments(stripPaths, (document) => this.#take(document as Members));
  }

  push(chunk: Buffer): void {
    this.#documents.push(chunk);
  }

  /** The answer is over: what was held back goes out. */
  end(): void {
    this.#documents.end();
    this.#release(this.#held);
    this.#held = [];
    if (!this.#isEventStream && this.#hasBegun && this.#documents.count > 1) this.#onChunk(Buffer.from(']'));
  }

  #take(document: Members): void {
    const all = [...this.#held, document];
    const pictures = all.flatMap(picturesIn);
    // Without events nobody waits for a part of the answer, and how many documents it has is told before the first.
    if (this.#isEventStream && pictures.length === 0) return this.#release(all);
    this.#held = all;
    const kept = pictures.findLast((part) => part['thought'] !== true) ?? pictures.at(-1);
    for (const candidate of all.flatMap(candidatesIn)) {
      const content = membersOf(candidate['content']);
      if (Array.isArray(content['parts']))
        content['parts'] = content['parts'].filter((part) => !isPicture(part) || part === kept);
    }
  }

  #release(documents: readonly Members[]): void {
    for (const document of documents) {
      if (this.#isEventStream) this.#onChunk(openEvent);
      else if (this.#documents.count > 1) this.#onChunk(Buffer.from(this.#hasBegun ? ',\r\n' : '['));
      this.#hasBegun = true;
      for (const piece of writeCaptured(document)) this.#onChunk(piece);
      if (this.#isEventStream) this.#onChunk(closeEvent);
    }
  }
}

function candidatesIn(document: unknown): Members[] {
  const { candidates } = membersOf(document);
  return Array.isArray(candidates) ? candidates.map(membersOf) : [];
}

function picturesIn(document: unknown): Members[] {
  return candidatesIn(document).flatMap((candidate) => {
    const { parts } = membersOf(candidate['content']);
    return Array.isArray(parts) ? (parts as unknown[]).filter(isPicture).map(membersOf) : [];
  });
}

function isPicture(part: unknown): boolean {
  const { inlineData, inline_data: snake } = membersOf(part);
  return membersOf(inlineData ?? snake)['data'] instanceof CapturedText;
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}
