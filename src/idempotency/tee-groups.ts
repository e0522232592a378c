type Group = readonly Buffer[];

/** A stream of buffers with two readers. */
export interface TeedGroups {
  /** What the source brings, as it comes. Left early, it still takes the rest from the source, for `copy`. */
  readonly groups: AsyncIterable<Group>;
  /** The same, piece by piece. Breaks off with the source. */
  readonly copy: AsyncIterable<Buffer>;
}

/** Lets a second reader have what the first one reads, however early that one leaves. */
export function teeGroups(source: AsyncIterable<Group>): TeedGroups {
  const copy = new PieceQueue();
  return { groups: readBoth(source, copy), copy: copy.pieces() };
}

async function* readBoth(source: AsyncIterable<Group>, copy: PieceQueue): AsyncGenerator<Group> {
  const iterator = source[Symbol.asyncIterator]();
  const next = async (): Promise<Group | undefined> => {
    const { value, done } = await iterator.next();
    if (done === true) return undefined;
    copy.push(value);
    return value;
  };
  try {
    try {
      for (let group = await next(); group !== undefined; group = await next()) yield group;
    } finally {
      // At its end already, or left by its first reader: then nobody but the copy hears of the rest.
      while ((await next()) !== undefined);
    }
  } catch (error) {
    copy.end(new Error('The stream broke off.', { cause: error }));
    throw error;
  } finally {
    copy.end();
  }
}

/** What waits is held by its order in any case, so the queue needs no bound of its own. */
class PieceQueue {
  readonly #waiting: Buffer[] = [];
  #end: { readonly error?: Error } | undefined;
  #wake: () => void = () => undefined;

  push(group: Group): void {
    this.#waiting.push(...group);
    this.#wake();
  }

  /** The first end counts. */
  end(error?: Error): void {
    this.#end ??= error === undefined ? {} : { error };
    this.#wake();
  }

  async *pieces(): AsyncGenerator<Buffer> {
    for (;;) {
      yield* this.#waiting.splice(0);
      if (this.#waiting.length > 0) continue;
      if (this.#end !== undefined) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#end.error !== undefined) throw this.#end.error;
  }
}
