/** The first and last byte wanted, both included, as in HTTP. Always inside the blob. */
export interface ByteSpan {
  readonly start: number;
  readonly endInclusive: number;
}

export interface BlobInfo {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/** A blob as it was when it was opened. It may hold a file or a connection: read it or close it. */
export interface OpenBlob {
  /** Bytes of the whole blob. */
  readonly sizeBytes: number;
  /**
   * Exactly the bytes of the span, or of the whole, in groups of pieces that are best sent together; a blob that turns out
   * shorter ends them with an error. To be called once. A loop over them closes the blob, whether it comes to their end or
   * is left. The pieces are the reader's, who may give them back.
   */
  read(span?: ByteSpan): AsyncIterable<readonly Buffer[]>;
  close(): Promise<void>;
}

/**
 * Where stored pictures lie: a disk, or a bucket of an S3 server. Names are those of `image-name.ts`; any other
 * name is answered like a blob that does not exist, so that no caller can reach outside the store.
 */
export interface BlobStore {
  /**
   * Stores `bytes` under `name`, whole or not at all: nobody can open half a blob, and a failure leaves
   * nothing behind. Throws `storage_full` when there is no room, `picture_store_unavailable`
   * when the store cannot be reached, and the signal's reason when aborted. Several pieces are written at once, so each stays
   * as it is until then; in their last use they are given back (`free-bytes.ts`) once they are written.
   */
  put(
    name: string,
    bytes: AsyncIterable<Buffer> | Iterable<Buffer>,
    signal: AbortSignal,
    use?: { readonly isLastUse: boolean },
  ): Promise<BlobInfo>;
  /** Undefined when there is no such blob. */
  open(name: string): Promise<OpenBlob | undefined>;
  stat(name: string): Promise<BlobInfo | undefined>;
  /** False when it was already gone. */
  remove(name: string): Promise<boolean>;
  /** Blobs last written before `beforeMs` (epoch milliseconds). Blobs may come and go meanwhile. */
  list(beforeMs: number): AsyncIterable<BlobInfo>;
  /** Removes what a crash in the middle of `put` left behind before `beforeMs`; answers how many. */
  removeAbandoned(beforeMs: number): Promise<number>;
  /** A link straight to a blob, for `lifetimeMs`. Stores that nobody can reach but through us have none. */
  linkTo?(name: string, lifetimeMs: number): Promise<string>;
}
