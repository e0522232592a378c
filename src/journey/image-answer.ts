/** An HTTP answer without anything of the HTTP server in it. */
export interface ImageAnswer {
  readonly status: number;
  /** The HTTP reason phrase; some clients show nothing else of an error (docs/contracts/clients.md#errors-shown). */
  readonly reason?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AnswerBody;
}

/**
 * A whole body as the buffers it is made of, or a stream of such groups, each written as one. `isLastUse`: once the
 * body is sent nobody reads its buffers again, and their memory can be given back at once. `alsoRead`: somebody else
 * reads them too, until then; it never rejects. `spent`: what the answer tells of and does not hold, such as a picture
 * that lies behind a link; nobody reads it again.
 */
export type AnswerBody = {
  readonly isLastUse?: boolean;
  readonly alsoRead?: Promise<void>;
  readonly spent?: readonly Buffer[];
} & (
  | { readonly kind: 'whole'; readonly pieces: readonly Buffer[] }
  | {
      readonly kind: 'stream';
      readonly groups: AsyncIterable<readonly Buffer[]>;
      /** What is sent again and again while the next group is awaited. */
      readonly keepAlive?: { readonly everyMs: number; readonly piece: Buffer };
    }
);
