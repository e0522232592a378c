import type { Readable } from 'node:stream';
import { memoryIsTaken, type OrderMemory } from '../journey/order-memory.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { IdleWatch } from './idle-watch.ts';
import type { WaitingBodies } from './waiting-bodies.ts';

/** How an order's body is read, whatever its type. */
export interface BodyReading {
  readonly signal: AbortSignal;
  readonly memory: OrderMemory;
  readonly idle: IdleWatch;
  readonly waiting: WaitingBodies;
  /** The longest wait for memory before the first byte is read. */
  readonly maxWaitMs: number;
  /** Called when the body is wanted: nothing that was known before speaks against it. */
  readonly onWanted: () => void;
}

export interface BodySize {
  readonly maxBytes: number;
  /** The body's length as the client stated it. */
  readonly statedBytes: number | undefined;
  /** Bytes held for each byte of the body: base64 of a file takes four thirds. */
  readonly heldPerByte: number;
}

const unstatedBytes = 256 * 1024;

/**
 * Hands a body's chunks over, and resolves with their bytes after the last. What it holds is counted from before the
 * first byte until the order ends, or until it is refused: then at once given back. By events, because an async
 * iterator costs more than the small bodies it reads.
 *
 * Rejects with `body_too_large` (before the first byte where the length is stated), `request_timeout`,
 * `too_many_orders`, `malformed_request` when the body breaks off, what `onChunk` threw, or the signal's reason. The
 * stream is then paused, not destroyed, so that its client gets to read why.
 */
export function readBytes(
  stream: Readable,
  { maxBytes, statedBytes, heldPerByte }: BodySize,
  { signal, memory, idle, waiting, maxWaitMs, onWanted }: BodyReading,
  onChunk: (chunk: Buffer) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    if (statedBytes !== undefined && statedBytes > maxBytes) throw bodyTooLarge(maxBytes);
    // An order waits long for its picture: it must not hold on to what read its body all that while.
    const stopListening = (): void => {
      clearTimeout(patience);
      stopWaiting?.();
      idle.remove(upload);
      stream.off('data', onData).off('end', onEnd).off('close', onCut).off('error', onCut);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown): void => {
      stopListening();
      held.release();
      stream.pause();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      // Taken before the chunk is, which may give its memory back.
      const { length } = chunk;
      upload.receivedBytes += length;
      try {
        if (upload.receivedBytes > maxBytes) throw bodyTooLarge(maxBytes);
        onChunk(chunk);
        if (!held.add(Math.ceil(length * heldPerByte))) stream.pause();
      } catch (error) {
        fail(error);
      }
    };
    const onEnd = (): void => {
      stopListening();
      held.doneReading();
      resolve(upload.receivedBytes);
    };
    const onCut = (cause?: unknown): void =>
      fail(cause instanceof PlantainError ? cause : bodyBrokeOff(cause));
    const onAbort = (): void => fail(signal.reason);
    const giveUp = (): void =>
      fail(new PlantainError('request_timeout', 'The body made no progress for too long. Send it again.'));
    const held = memory.openReader({
      expectedBytes: Math.ceil((statedBytes ?? unstatedBytes) * heldPerByte),
      resume: () => {
        clearTimeout(patience);
        stopWaiting?.();
        stream.resume();
      },
      giveUp,
    });
    const upload = { receivedBytes: 0, statedBytes, isPaused: () => !held.mayRead, giveUp };
    let patience: NodeJS.Timeout | undefined;
    let stopWaiting: (() => void) | undefined;
    // Stays: a connection that breaks after we are done must not bring the process down.
    stream.on('error', ignore);
    if (stream.destroyed || stream.readableEnded) return onCut();
    signal.addEventListener('abort', onAbort, { once: true });
    stream.on('end', onEnd).on('close', onCut).on('error', onCut).on('data', onData);
    idle.add(upload);
    onWanted();
    if (held.mayRead) return;
    stream.pause();
    try {
      stopWaiting = waiting.enter(statedBytes);
      patience = setTimeout(() => fail(memoryIsTaken()), maxWaitMs);
    } catch (error) {
      fail(error);
    }
  });
}

function ignore(): void {}

export function bodyBrokeOff(cause: unknown): PlantainError {
  return new PlantainError('malformed_request', 'The body broke off before its end.', { cause });
}

export function bodyTooLarge(maxBytes: number): PlantainError {
  return new PlantainError(
    'body_too_large',
    `The body is larger than the ${maxBytes} bytes accepted here. Send fewer or smaller pictures.`,
  );
}
