import type { PathMap } from '../../bytes/path-map.ts';
import { JsonDocuments } from './json-documents.ts';
import { SseData } from './sse-data.ts';

const byteOrderMark = [0xef, 0xbb, 0xbf];
const whitespace: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
/** A closing one begins the line that Google's front ends put before JSON against misuse: `)]}'`. */
const brackets: ReadonlySet<number> = new Set([0x7b, 0x5b, 0x29]);
const lessThan = 0x3c;

/**
 * The JSON documents of an answer, whatever it was asked for as and is labelled: plain JSON, a list, or server-sent
 * events. The first character tells: JSON begins with a bracket, and no line of an event stream does.
 */
export class AnswerDocuments {
  readonly #json: JsonDocuments;
  readonly #events: SseData;
  #form: 'unknown' | 'json' | 'events' = 'unknown';
  #markBytes = 0;
  #isPage = false;

  constructor(paths: PathMap, onDocument: (document: unknown) => void) {
    this.#json = new JsonDocuments(paths, onDocument);
    this.#events = new SseData(
      (chunk, start, end) => this.#json.push(chunk, start, end),
      () => this.#json.endText(),
    );
  }

  /** Whether they came as server-sent events. */
  get isEventStream(): boolean {
    return this.#form === 'events';
  }

  /** Whether they began as a page for people. */
  get isPage(): boolean {
    return this.#isPage;
  }

  /** Documents found. */
  get count(): number {
    return this.#json.count;
  }

  /** Why one that had begun was not found. */
  get failure(): SyntaxError | undefined {
    return this.#json.failure;
  }

  /** Takes the next bytes, which must not be reused. Throws `upstream_answer_too_large`. */
  push(chunk: Buffer): void {
    const start = this.#form === 'unknown' ? this.#tellForm(chunk) : 0;
    if (this.#form === 'json') this.#json.push(chunk, start, chunk.length);
    else if (this.#form === 'events') this.#events.push(chunk, start);
  }

  /** The answer is over; a last event without its empty line counts. */
  end(): void {
    this.#json.endText();
  }

  /** The index of the first byte that belongs to the answer. */
  #tellForm(chunk: Buffer): number {
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index] ?? 0;
      if (byte === byteOrderMark[this.#markBytes]) this.#markBytes++;
      else if (!whitespace.has(byte)) {
        this.#isPage = byte === lessThan;
        this.#form = brackets.has(byte) ? 'json' : 'events';
        return index;
      }
    }
    return chunk.length;
  }
}
