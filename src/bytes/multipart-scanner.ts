import { ByteSink } from './byte-sink.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { type Boundary, maxPaddingBytes, readBoundaryTail } from './boundary-tail.ts';

/** What the scanner tells while it walks over a form. Buffers are valid during the call alone. */
export interface PartEvents {
  /** A part begins; `headerBlock` holds its header lines. */
  begin(headerBlock: Buffer): void;
  data(bytes: Buffer): void;
  end(): void;
}

type State = 'preamble' | 'headers' | 'content' | 'done';
const CR = 0x0d;
const LF = 0x0a;
const maxPreambleBytes = 64 * 1024;
const nothing = Buffer.alloc(0);

/**
 * Splits a `multipart/form-data` body (RFC 7578, RFC 2046) into parts as its chunks arrive, wherever they are
 * cut. Part bytes are passed on and not kept; at most one boundary and one header block are held. A boundary
 * is one only when its line ends there, so data that merely resembles it stays data. Bodies that use bare
 * line feeds, doubled boundary lines, or leave out the last line break are understood.
 */
export class MultipartScanner {
  readonly #events: PartEvents;
  readonly #boundaryLine: Buffer;
  /** Line break and boundary: what ends a part. */
  #delimiter: Buffer;
  #state: State = 'preamble';
  /** At the first byte of the preamble or of a part's content, where a boundary needs no line break before it. */
  #isAtStart = true;
  /** Bytes that may turn out to be a boundary. */
  #held = nothing;
  readonly #headers: ByteSink;
  readonly #maxHeaderBytes: number;
  #headerLineStart = 0;
  #preambleBytes = 0;

  constructor(boundary: string, maxHeaderBytes: number, events: PartEvents) {
    this.#boundaryLine = Buffer.from(`--${boundary}`, 'latin1');
    this.#delimiter = Buffer.concat([Buffer.from([CR, LF]), this.#boundaryLine]);
    this.#headers = new ByteSink(maxHeaderBytes);
    this.#maxHeaderBytes = maxHeaderBytes;
    this.#events = events;
  }

  /** The closing boundary has been seen; whatever follows has no meaning. */
  get isDone(): boolean {
    return this.#state === 'done';
  }

  /** Whether any boundary has been seen. */
  get hasBegun(): boolean {
    return this.#state !== 'preamble';
  }

  push(chunk: Buffer): void {
    const data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = nothing;
    let position = 0;
    while (position < data.length && this.#state !== 'done') {
      position =
        this.#state === 'headers' ? this.#scanHeaders(data, position) : this.#scanContent(data, position);
    }
  }

  /** Reads header lines up to the empty one. Answers where to go on. */
  #scanHeaders(data: Buffer, position: number): number {
    const lineFeed = data.indexOf(LF, position);
    const end = lineFeed === -1 ? data.length : lineFeed + 1;
    if (this.#headers.length + end - position > this.#maxHeaderBytes) {
      throw new PlantainError(
        'malformed_request',
        `The headers of a part of the multipart form are larger than ${this.#maxHeaderBytes} bytes.`,
      );
    }
    this.#headers.append(data, position, end);
    const block = this.#headers.view();
    const line = withoutLineBreak(block.subarray(this.#headerLineStart));
    if (lineFeed === -1) {
      // The closing boundary needs no line break; every other line does.
      if (this.#isBoundary(line, '--')) this.#state = 'done';
      return end;
    }
    if (this.#headerLineStart === 0 && this.#isBoundary(line, '')) {
      this.#headers.clear();
    } else if (this.#headerLineStart === 0 && this.#isBoundary(line, '--')) {
      this.#state = 'done';
    } else if (line.length === 0) {
      this.#events.begin(block.subarray(0, this.#headerLineStart));
      this.#headers.clear();
      this.#headerLineStart = 0;
      this.#state = 'content';
      this.#isAtStart = true;
    } else {
      this.#headerLineStart = block.length;
    }
    return end;
  }

  /** Whether the first header line is in truth a boundary that follows another one at once. */
  #isBoundary(line: Buffer, suffix: '' | '--'): boolean {
    const boundary = this.#boundaryLine;
    if (this.#headerLineStart > 0 || !line.subarray(0, boundary.length).equals(boundary)) return false;
    const rest = line.subarray(boundary.length, boundary.length + maxPaddingBytes).toString('latin1');
    return rest.trimEnd() === suffix;
  }

  /** Passes content on up to the next boundary. Answers where to go on. */
  #scanContent(data: Buffer, position: number): number {
    if (this.#isAtStart) {
      const bare = this.#boundaryLine;
      const available = Math.min(bare.length, data.length - position);
      if (data.compare(bare, 0, available, position, position + available) === 0) {
        const tail =
          available < bare.length
            ? ({ kind: 'unsure' } as const)
            : readBoundaryTail(data, position + bare.length, this.#takesBareLineFeeds);
        if (tail.kind === 'unsure') return this.#hold(data, position);
        if (tail.kind !== 'data') return this.#passBoundary(tail);
      }
      this.#isAtStart = false;
    }
    let from = position;
    for (;;) {
      const found = data.indexOf(this.#delimiter, from);
      if (found === -1) {
        const maybe = this.#partialDelimiter(data, from);
        this.#pass(data, position, maybe);
        return this.#hold(data, maybe);
      }
      const tail = readBoundaryTail(data, found + this.#delimiter.length, this.#takesBareLineFeeds);
      if (tail.kind === 'data') {
        from = found + 1;
        continue;
      }
      this.#pass(data, position, found);
      return tail.kind === 'unsure' ? this.#hold(data, found) : this.#passBoundary(tail);
    }
  }

  get #takesBareLineFeeds(): boolean {
    return this.#state === 'preamble' || this.#delimiter[0] === LF;
  }

  #passBoundary(boundary: Boundary): number {
    if (this.#state === 'content') this.#events.end();
    // The first boundary line shows how this client breaks its lines.
    else if (boundary.hasBareLineFeed)
      this.#delimiter = Buffer.concat([Buffer.from([LF]), this.#boundaryLine]);
    this.#state = boundary.kind === 'last' ? 'done' : 'headers';
    return boundary.end;
  }

  #pass(data: Buffer, start: number, end: number): void {
    if (this.#state === 'content') {
      if (end > start) this.#events.data(data.subarray(start, end));
      return;
    }
    this.#preambleBytes += end - start;
    if (this.#preambleBytes > maxPreambleBytes) throw boundaryNeverComes();
  }

  /** Keeps the rest of `data` for the next chunk. */
  #hold(data: Buffer, start: number): number {
    this.#held = Buffer.from(data.subarray(start));
    return data.length;
  }

  /** Where the unfinished beginning of a delimiter stands at the end of `data`, or the end. */
  #partialDelimiter(data: Buffer, from: number): number {
    const first = this.#delimiter[0] ?? CR;
    // A delimiter holds its first byte only once, so only the last such byte can begin one.
    const tailStart = Math.max(from, data.length - this.#delimiter.length + 1);
    const inTail = data.subarray(tailStart).lastIndexOf(first);
    if (inTail === -1) return data.length;
    const candidate = tailStart + inTail;
    return data.compare(this.#delimiter, 0, data.length - candidate, candidate) === 0
      ? candidate
      : data.length;
  }
}

export function boundaryNeverComes(): PlantainError {
  return new PlantainError(
    'malformed_request',
    'The boundary named in the content-type header does not occur in the body. Let your HTTP library set the content-type header of a multipart form itself.',
  );
}

function withoutLineBreak(line: Buffer): Buffer {
  let end = line.length;
  if (line[end - 1] === LF) end--;
  if (line[end - 1] === CR) end--;
  return line.subarray(0, end);
}
