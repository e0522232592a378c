import type { TLSSocket } from 'node:tls';

/** A TLS record holds at most this much, and is decrypted as one. */
const recordBytes = 16 * 1024;
const slabBytes = 256 * 1024;

/**
 * What Node.js decrypts into. One for all connections: it is filled and copied from in the same breath, so that nobody
 * ever holds a piece of memory that the system writes to.
 */
const landing = Buffer.allocUnsafeSlow(recordBytes);

/**
 * Gathers the records that arrive together, so that the parser behind is called once for them and an answer is held in
 * few large pieces: record by record, each is a buffer of its own, a turn of the stream and a turn of the parser, which
 * costs a picture as much again as its decryption (docs/performance.md). To be given to `tls.connect` as `onread`,
 * then tied to the socket by `attach`.
 */
export class RecordReading {
  readonly #unread: Buffer[] = [];
  #socket: TLSSocket | undefined;
  #slab = Buffer.alloc(0);
  /** Of the slab: what is filled, and from where it was not handed on yet. */
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
    const { read, write } = socket;
    socket.read = (size?: number): unknown => {
      // What was put back comes first; and the socket goes on reading if it had stopped.
      const own = read.call(socket, size) as unknown;
      return own ?? (size === undefined ? this.#next() : null);
    };
    // An answer follows a request: the memory of one answer is never the next one's too.
    socket.write = ((...args: Parameters<typeof write>): boolean => {
      this.#closeSlab();
      return write.apply(socket, args);
    }) as typeof write;
  }

  #take(byteLength: number): boolean {
    let from = 0;
    while (from < byteLength) {
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

  #openSlab(): void {
    const isFirst = this.#slab.length === 0;
    this.#closeSlab();
    this.#slab = Buffer.allocUnsafeSlow(isFirst ? recordBytes : slabBytes);
  }

  #closeSlab(): void {
    if (this.#begun < this.#filled) this.#unread.push(this.#slab.subarray(this.#begun, this.#filled));
    this.#slab = Buffer.alloc(0);
    this.#begun = 0;
    this.#filled = 0;
  }
}
