import { freedBehind } from '../bytes/free-bytes.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { AnswerBlobs, KeptAnswer } from './claim-store.ts';

/** An answer is stored however long its order takes; that has a deadline of its own. */
const never = new AbortController().signal;

/** Keeps answers as blobs, and gives them out again. */
export class AnswerKeeper {
  readonly #blobs: AnswerBlobs;
  readonly #newBlobName: () => string;

  constructor(blobs: AnswerBlobs, newBlobName: () => string) {
    this.#blobs = blobs;
    this.#newBlobName = newBlobName;
  }

  /** Stores an answer, whole or not at all. */
  async store(
    { status, reason, headers }: Pick<ImageAnswer, 'status' | 'reason' | 'headers'>,
    bytes: AsyncIterable<Buffer> | Iterable<Buffer>,
  ): Promise<KeptAnswer> {
    const blob = this.#newBlobName();
    const { sizeBytes } = await this.#blobs.put(blob, bytes, never);
    return { status, ...(reason !== undefined && { reason }), headers, blob, sizeBytes };
  }

  /** The answer as it was first given, and whose it was; undefined when it is not there any more. */
  async fetch(
    { status, reason, headers, blob, sizeBytes }: KeptAnswer,
    orderId: string,
  ): Promise<ImageAnswer | undefined> {
    const opened = await this.#blobs.open(blob);
    if (opened === undefined) return undefined;
    const isStream = headers['content-type']?.startsWith('text/event-stream') === true;
    return {
      status,
      ...(reason !== undefined && { reason }),
      headers: {
        ...headers,
        ...replayHeaders(orderId),
        ...(!isStream && { 'content-length': String(sizeBytes) }),
      },
      body: { kind: 'stream', groups: freedBehind(opened.read()) },
    };
  }

  /** Gives the room of an answer back. */
  async remove(blob: string): Promise<void> {
    await this.#blobs.remove(blob);
  }
}

/** What tells an answer that was given before: that it was, and under which id the ledger has its order. */
export function replayHeaders(orderId: string): Record<string, string> {
  return { 'plantain-idempotent-replay': 'true', 'plantain-original-request-id': orderId };
}
