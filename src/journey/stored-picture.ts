/** Stored pictures are served under this path, by links that the gallery signs. */
export const storedPicturesPath = '/images/';

/** A GET or HEAD for a stored picture, as plain values of its HTTP request. */
export interface StoredPictureRequest {
  readonly method: 'GET' | 'HEAD';
  /** The path's last segment. */
  readonly name: string;
  /** The raw text after `?`. */
  readonly query: string;
  readonly range?: string | undefined;
  readonly ifRange?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** What to send. Without bytes there is no body; `content-length` is then that of the answer to a GET. */
export interface StoredPictureAnswer {
  readonly status: 200 | 206 | 304 | 416;
  readonly headers: Readonly<Record<string, string>>;
  /** A loop over them, also one that is left at once, closes what they are read from. */
  readonly bytes: AsyncIterable<readonly Buffer[]> | undefined;
}
