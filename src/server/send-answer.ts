import type { ServerResponse } from 'node:http';
import type { AnswerBody, ImageAnswer } from '../journey/image-answer.ts';
import { freeBytes } from '../bytes/free-bytes.ts';
import { writeToFindOut } from './connections.ts';
import { type ClientPatience, watchClient } from './watch-client.ts';

export interface SendOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly isHead: boolean;
  readonly patience: ClientPatience;
  /** What a whole answer's end waits for, where the connection ends with it. */
  readonly untilEnd?: (() => Promise<void>) | undefined;
}

/** So much is copied into one piece: that costs less than a write for each. */
const smallBytes = 16 * 1024;

/**
 * Writes an answer from its buffers. A whole body goes out as one corked write: measured cheaper than a write
 * for each slice, and the buffers are held anyway, so a slow reader makes nothing grow. Resolves when the last
 * byte is handed to the socket or the client is gone. A body that is not as long as its `content-length` says ends
 * the connection: the next answer on it would be read as the rest of this one.
 */
export async function sendAnswer(
  response: ServerResponse,
  answer: ImageAnswer,
  options: SendOptions,
): Promise<void> {
  let sent: readonly (readonly Buffer[])[] = [];
  try {
    sent =
      answer.body.kind === 'stream'
        ? await sendStream(response, answer, answer.body, options)
        : await sendWhole(response, answer, answer.body.pieces, options);
  } finally {
    freeBytes(answer.body.spent ?? []);
    await answer.body.alsoRead;
  }
  // Given back when the last of those who read them is done.
  if (answer.body.isLastUse === true && response.writableFinished)
    for (const pieces of sent) freeBytes(pieces);
}

async function sendWhole(
  response: ServerResponse,
  answer: ImageAnswer,
  pieces: readonly Buffer[],
  { headers, isHead, patience, untilEnd }: SendOptions,
): Promise<readonly (readonly Buffer[])[]> {
  if (response.destroyed) return [];
  const byteLength = pieces.reduce((sum, piece) => sum + piece.length, 0);
  writeHead(response, answer, { ...headers, 'content-length': String(byteLength) });
  const finished = closed(response);
  if (!isHead && untilEnd === undefined && byteLength <= smallBytes)
    response.end(Buffer.concat(pieces, byteLength));
  else {
    if (!isHead) void writeCorked(response, pieces);
    if (untilEnd !== undefined) {
      response.flushHeaders();
      await untilEnd();
    }
    response.end();
  }
  // What the system took at once waits for nobody.
  if ((response.socket?.writableLength ?? 0) > 0) watchClient(response, patience, byteLength);
  await finished;
  return [pieces];
}

function writeHead(
  response: ServerResponse,
  answer: ImageAnswer,
  headers: Readonly<Record<string, string>>,
): void {
  const all = { ...headers, ...answer.headers };
  if (answer.reason === undefined) response.writeHead(answer.status, all);
  else response.writeHead(answer.status, answer.reason, all);
}

async function sendStream(
  response: ServerResponse,
  answer: ImageAnswer,
  { groups, isLastUse, keepAlive }: Extract<AnswerBody, { kind: 'stream' }>,
  { headers, isHead, patience }: SendOptions,
): Promise<readonly (readonly Buffer[])[]> {
  const stated = isHead ? undefined : answer.headers['content-length'];
  // Begun also for a client that is gone: a stream gives back what it holds when it is left, not when it is ignored.
  if (!response.destroyed) {
    watchClient(response, patience);
    writeHead(response, answer, headers);
    // Of a known length everything is there, and the head goes with the first of it.
    if (stated === undefined) response.flushHeaders();
  }
  // A picture may go out twice, as a draft and as the final one: its memory is given back after the last event.
  const sent: (readonly Buffer[])[] = [];
  let sentBytes = 0;
  const stopKeepingAlive = keepAlive === undefined ? undefined : startKeepAlive(response, keepAlive);
  try {
    for await (const pieces of groups) {
      if (response.destroyed) return [];
      sentBytes += pieces.reduce((sum, piece) => sum + piece.length, 0);
      if (isLastUse === true) sent.push(pieces);
      const taken = writeCorked(response, pieces);
      await taken;
      if (response.destroyed) return [];
    }
  } finally {
    stopKeepingAlive?.();
  }
  if (stated !== undefined && Number(stated) !== sentBytes) {
    response.destroy();
    return [];
  }
  const finished = closed(response);
  response.end();
  await finished;
  return sent;
}

/** Writes something of no meaning whenever `everyMs` have passed, so that no proxy takes a long wait for a dead one. */
function startKeepAlive(
  response: ServerResponse,
  { everyMs, piece }: { readonly everyMs: number; readonly piece: Buffer },
): () => void {
  let isOver = false;
  const write = (): boolean => {
    if (!isOver && !response.destroyed) response.write(piece);
    return !isOver;
  };
  const timer = setInterval(() => {
    // A client that is still taking what was sent hears enough.
    if ((response.socket?.writableLength ?? 0) === 0) write();
  }, everyMs);
  const onHalfClosed = (): void => writeToFindOut(response, write);
  response.socket?.once('end', onHalfClosed);
  return () => {
    isOver = true;
    clearInterval(timer);
    response.socket?.off('end', onHalfClosed);
  };
}

/**
 * Writes pieces as one, and resolves when the system has them or the client is gone. That is certain to come; `drain`
 * is not: a corked response asks for it by the size of its pieces, while the socket promises it by its own.
 */
function writeCorked(response: ServerResponse, pieces: readonly Buffer[]): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('close', done);
      resolve();
    };
    response.once('close', done);
    response.cork();
    for (const [index, piece] of pieces.entries())
      response.write(piece, index === pieces.length - 1 ? done : undefined);
    response.uncork();
    if (pieces.length === 0 || response.destroyed) done();
  });
}

function closed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('finish', resolve);
    response.once('close', resolve);
  });
}
