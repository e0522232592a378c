import { JsonScanner, type PathMap, type ScannedDocument } from '../../bytes/json-scanner.ts';

const lineFeed = 0x0a;
const dataPrefix = 'data:';

/**
 * The JSON documents of an event stream, one a `data:` line, scanned while their bytes arrive
 * (docs/contracts/gemini.md#streaming). JSON holds no raw line feed, so a line's end is a document's end.
 */
export class SseDocuments {
  readonly #paths: PathMap;
  readonly #onDocument: (document: ScannedDocument) => void;
  #scanner: JsonScanner | undefined;
  /** The first characters of the line, until it is known whether it carries data. */
  #prefix = '';
  #isOtherLine = false;

  constructor(paths: PathMap, onDocument: (document: ScannedDocument) => void) {
    this.#paths = paths;
    this.#onDocument = onDocument;
  }

  push(chunk: Buffer): void {
    let start = 0;
    while (start < chunk.length) {
      const lineEnd = chunk.indexOf(lineFeed, start);
      const end = lineEnd === -1 ? chunk.length : lineEnd;
      this.#takePart(chunk, start, end);
      if (lineEnd === -1) return;
      this.#endLine();
      start = lineEnd + 1;
    }
  }

  /** Ends the stream; a last line without its line feed still counts. Throws SyntaxError when a document is cut. */
  end(): void {
    this.#endLine();
  }

  #takePart(chunk: Buffer, start: number, end: number): void {
    let index = start;
    while (this.#scanner === undefined && !this.#isOtherLine && index < end) {
      this.#prefix += String.fromCharCode(chunk[index++] ?? 0);
      if (this.#prefix === dataPrefix) this.#scanner = new JsonScanner(this.#paths);
      else if (!dataPrefix.startsWith(this.#prefix)) this.#isOtherLine = true;
    }
    if (index < end) this.#scanner?.push(chunk.subarray(index, end));
  }

  #endLine(): void {
    const scanner = this.#scanner;
    this.#scanner = undefined;
    this.#prefix = '';
    this.#isOtherLine = false;
    if (scanner !== undefined) this.#onDocument(scanner.end());
  }
}
