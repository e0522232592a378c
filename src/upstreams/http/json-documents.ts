import { JsonScanner } from '../../bytes/json-scanner.ts';
import type { PathMap } from '../../bytes/path-map.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';

const openingBrace = 0x7b;
/** More than any stream of pictures has, few enough to be read in one go. */
const maxDocuments = 1000;

/**
 * The JSON objects in a text, scanned while their bytes arrive and handed on as soon as their last bracket is there:
 * one alone, the elements of a list, or several one after the other. What stands between them is passed over.
 */
export class JsonDocuments {
  readonly #paths: PathMap;
  readonly #onDocument: (document: unknown) => void;
  #scanner: JsonScanner | undefined;
  /** Passing over the rest of a text that is no JSON. */
  #isLost = false;
  #count = 0;
  #failure: SyntaxError | undefined;

  constructor(paths: PathMap, onDocument: (document: unknown) => void) {
    this.#paths = paths;
    this.#onDocument = onDocument;
  }

  /** Documents handed on. */
  get count(): number {
    return this.#count;
  }

  /** Why a document that had begun was not handed on; the first one's reason. */
  get failure(): SyntaxError | undefined {
    return this.#failure;
  }

  /** Takes `chunk` from `start` to `end`. Throws `upstream_answer_too_large` when a document, or their number, is. */
  push(chunk: Buffer, start: number, end: number): void {
    const bytes = end === chunk.length ? chunk : chunk.subarray(0, end);
    let index = start;
    while (index < end && !this.#isLost) {
      if (this.#scanner === undefined) {
        index = bytes.indexOf(openingBrace, index);
        if (index === -1) return;
        if (this.#count >= maxDocuments) throw tooLarge(`has more than ${maxDocuments} parts`);
        this.#scanner = new JsonScanner(this.#paths);
      }
      index = this.#scan(this.#scanner, bytes, index);
    }
  }

  /** The text is over: what comes now begins anew. A document that is not whole by now never will be. */
  endText(): void {
    if (this.#scanner !== undefined) this.#lose(this.#scanner, new SyntaxError('a document is cut'));
    this.#isLost = false;
  }

  #scan(scanner: JsonScanner, bytes: Buffer, start: number): number {
    let document: unknown;
    let index = start;
    try {
      index = scanner.pushDocument(bytes, start);
      if (!scanner.isWhole) return index;
      document = scanner.end();
    } catch (error) {
      if (error instanceof SyntaxError) {
        this.#lose(scanner, error);
        return index;
      }
      if (!(error instanceof RangeError)) throw error;
      this.#lose(scanner);
      throw tooLarge(`holds ${error.message}`, error);
    }
    this.#scanner = undefined;
    this.#count++;
    this.#onDocument(document);
    return index;
  }

  /** What stands in the document up to there may still be a whole picture, and is handed on. */
  #lose(scanner: JsonScanner, reason?: SyntaxError): void {
    this.#failure ??= reason;
    this.#scanner = undefined;
    this.#isLost = true;
    const part = scanner.endEarly();
    if (part !== undefined) this.#onDocument(part);
  }
}

function tooLarge(what: string, cause?: unknown): PlantainError {
  return new PlantainError('upstream_answer_too_large', `The upstream answer ${what}.`, { cause });
}
