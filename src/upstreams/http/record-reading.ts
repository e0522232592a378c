import type { TLSSocket } from 'node:tls';

/** A TLS record holds at most this much, and is decrypted as one. */
const recordBytes = 16 * 1024;
const slabBytes = 256 * 1024;

/**
 * What Node.js decrypts into. One for all connections: it is filled and copied from in the same breath, so that nobody
 * ever holds a piece of memory that the system writes to.
 */
const landing = Buffer.allocUnsafeSlow(recordBytes);

const nothing = Buffer.alloc(0);

/**
 * Gathers the records that arrive together, so that the parser behind is called once for them and an answer is held in
 * few large pieces. Record by record, each is a buffer of its own, a turn of the stream and a turn of the parser
 * (docs/performance.md). `onread` is for `tls.connect`, whose socket is then given to `attach`.
 */
export class RecordReading {
  readonly #unread: Buffer[] = [];
  #socket: TLSSocket | undefined;
  /** What is filled now, how far, and from where on it was not handed on yet. */
  #slab = nothing;
  #filled = 0;
  #begun = 0;
  #isAnnounced = false;

  readonly onread = {
    buffer: landing,
    callback: (byteLength: number): boolean => this.#take(byteLength),
  };

  /** Takes the place of the socket's own reading, of which the parser uses `readable` and `read()`. */
  attach(socket: TLSSocket): void {
    this.#socket = socket;
    const read = socket.read.bind(socket);
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
    // What was put back comes first; and a socket that had stopped goes on.
    socket.read = (size?: number): unknown =>
      (read(size) as unknown) ?? (size === undefined ? this.#next() : null);
    // An answer follows a request: the memory of one answer is never the next one's too.
    socket.write = (...args: unknown[]): boolean => {
      this.#closeSlab();
      return write(...args);
    };
    // What came before a connection broke is part of the answer.
    socket.prependListener('error', () => this.#announce());
  }

  /** False: enough for now, until somebody reads. */
  #take(byteLength: number): boolean {
    for (let from = 0; from < byteLength; ) {
      if (this.#filled === this.#slab.length) this.#openSlab();
      const taken = landing.copy(this.#slab, this.#filled, from, byteLength);
      this.#filled += taken;
      from += taken;
    }
    if (!this.#isAnnounced) {
      this.#isAnnounced = true;
      setImmediate(() => this.#announce());
    }
    return this.#unread.length === 0;
  }

  #announce(): void {
    this.#isAnnounced = false;
    this.#socket?.emit('readable');
  }

  #next(): Buffer | null {
    const whole = this.#unread.shift();
    if (whole !== undefined) return whole;
    if (this.#begun === this.#filled) return null;
    const part = this.#slab.subarray(this.#begun, this.#filled);
    this.#begun = this.#filled;
    return part;
  }

  /** Small answers get little, and large ones soon get much. */
  #openSlab(): void {
    const bytes = this.#slab.length === 0 ? recordBytes : slabBytes;
    this.#closeSlab();
    this.#slab = Buffer.allocUnsafeSlow(bytes);
  }

  #closeSlab(): void {
    if (this.#begun < this.#filled) this.#unread.push(this.#slab.subarray(this.#begun, this.#filled));
    this.#slab = nothing;
    this.#begun = 0;
    this.#filled = 0;
  }
}
