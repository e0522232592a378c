const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const dataField = Buffer.from('data:');
/** A field without its colon has no value, but it is there. */
const bareFieldBytes = dataField.length - 1;

/**
 * Reads server-sent events as their specification does (https://html.spec.whatwg.org/multipage/server-sent-events.html):
 * lines end in CR, LF or both, `data:` lines up to an empty one are one text, and all else is passed over. The bytes of
 * the data are handed on as they arrive, without the line ends that the specification puts between two lines of it: JSON
 * needs none, and in a string, where some cut their lines, it allows none.
 */
export class SseData {
  readonly #onData: (chunk: Buffer, start: number, end: number) => void;
  readonly #onEnd: () => void;
  /** How much of `data:` the line has begun with; -1 when it is another line. */
  #fieldBytes = 0;
  #isFirstOfData = false;
  #hasData = false;
  #isAfterReturn = false;
  /** Whether anything stands on the line. */
  #isEmpty = true;

  /** `onData` hears of data, `onEnd` of the end of an event that had any. */
  constructor(onData: (chunk: Buffer, start: number, end: number) => void, onEnd: () => void) {
    this.#onData = onData;
    this.#onEnd = onEnd;
  }

  push(chunk: Buffer, start = 0): void {
    let index = start;
    if (chunk.length > start) {
      if (this.#isAfterReturn && chunk[index] === lineFeed) index++;
      this.#isAfterReturn = false;
    }
    let feedAt = -1;
    let returnAt = -1;
    while (index < chunk.length) {
      // Each is looked for again only behind where it was last found, so that no byte is searched twice.
      if (feedAt < index) feedAt = find(chunk, lineFeed, index, chunk.length);
      if (returnAt < index) returnAt = find(chunk, carriageReturn, index, chunk.length);
      const lineEnd = Math.min(feedAt, returnAt);
      this.#takeLine(chunk, index, lineEnd);
      if (lineEnd === chunk.length) return;
      this.#endLine();
      index = lineEnd + 1;
      if (chunk[lineEnd] === carriageReturn) {
        this.#isAfterReturn = index === chunk.length;
        if (chunk[index] === lineFeed) index++;
      }
    }
  }

  #takeLine(chunk: Buffer, start: number, end: number): void {
    if (end === start) return;
    this.#isEmpty = false;
    let index = start;
    while (this.#fieldBytes >= 0 && this.#fieldBytes < dataField.length && index < end) {
      if (chunk[index++] !== dataField[this.#fieldBytes++]) this.#fieldBytes = -1;
      else if (this.#fieldBytes === dataField.length) this.#startData();
    }
    if (this.#fieldBytes !== dataField.length || index >= end) return;
    if (this.#isFirstOfData && chunk[index] === space) index++;
    this.#isFirstOfData = false;
    if (index < end) this.#onData(chunk, index, end);
  }

  #startData(): void {
    this.#hasData = true;
    this.#isFirstOfData = true;
  }

  #endLine(): void {
    if (this.#fieldBytes === bareFieldBytes) this.#startData();
    if (this.#isEmpty && this.#hasData) {
      this.#hasData = false;
      this.#onEnd();
    }
    this.#isEmpty = true;
    this.#fieldBytes = 0;
  }
}

function find(chunk: Buffer, byte: number, start: number, end: number): number {
  const at = chunk.indexOf(byte, start);
  return at === -1 ? end : at;
}
