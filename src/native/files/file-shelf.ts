/** A file that a caller sent ahead. */
export interface KeptFile {
  /** Where its bytes lie; no caller ever sees it. */
  readonly storageId: string;
  /** Its owner's key. */
  readonly keyId: string;
  /** Unique among the owner's: what comes after `files/`. */
  readonly name: string;
  readonly displayName: string | undefined;
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** In base64. */
  readonly sha256: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** Where files lie that were sent ahead. `store/` implements it. Storage ids are letters and digits of our own making. */
export interface FileShelf {
  /** Adds bytes to a file that is still being sent; it begins with the first. Throws `storage_full`. */
  append(storageId: string, bytes: readonly Buffer[]): Promise<void>;
  /** All of its bytes are here: the file can be found again, also by a later process. */
  keep(file: KeptFile): Promise<void>;
  /** Its bytes; undefined when they are gone. */
  read(file: KeptFile): Promise<Buffer | undefined>;
  /**
   * The same in groups of pieces that are best sent together, each read when the one before was taken. It holds a file or
   * a connection until a loop over it has come to its end or is left. The pieces are the reader's, who may give them back.
   */
  open(file: KeptFile): Promise<AsyncIterable<readonly Buffer[]> | undefined>;
  /** Removes a file, or what has come of one. */
  remove(storageId: string): Promise<void>;
  /** Every file that was kept. What an earlier process had not received whole is removed. */
  all(): Promise<readonly KeptFile[]>;
}
