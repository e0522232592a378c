import type { ServerResponse } from 'node:http';
import type { AnswerBody, ImageAnswer } from '../journey/image-answer.ts';
import { freeBytes } from '../bytes/free-bytes.ts';

/** A client that takes no bytes for this long is given up, so that its pictures do not stay in memory. */
const stalledClientTimeoutMs = 120_000;

/**
 * Writes an answer from its buffers. A whole body goes out as one corked write: measured cheaper than a write
 * for each slice, and the buffers are held anyway, so a slow reader makes nothing grow. Resolves when the last
 * byte is handed to the socket or the client is gone.
 */
export async function sendAnswer(
  response: ServerResponse,
  answer: ImageAnswer,
  headers: Readonly<Record<string, string>>,
  isHead: boolean,
): Promise<void> {
  if (answer.body.kind === 'stream') {
    // Begun also for a client that is gone: a stream gives back what it holds when it is left, not when it is ignored.
    if (!response.destroyed) {
      response.setTimeout(stalledClientTimeoutMs, () => response.destroy());
      writeHead(response, answer, headers);
      response.flushHeaders();
    }
    await sendStream(response, answer.body);
    return;
  }
  if (response.destroyed) return;
  response.setTimeout(stalledClientTimeoutMs, () => response.destroy());
  const { pieces, isLastUse } = answer.body;
  const byteLength = pieces.reduce((sum, piece) => sum + piece.length, 0);
  writeHead(response, answer, { ...headers, 'content-length': String(byteLength) });
  const finished = closed(response);
  if (!isHead) writeCorked(response, pieces);
  response.end();
  await finished;
  if (isLastUse === true && response.writableFinished) freeBytes(pieces);
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
  { groups, isLastUse }: Extract<AnswerBody, { kind: 'stream' }>,
): Promise<void> {
  // A picture may go out twice, as a draft and as the final one: its memory is given back after the last event.
  const sent: (readonly Buffer[])[] = [];
  for await (const pieces of groups) {
    if (response.destroyed) return;
    writeCorked(response, pieces);
    if (isLastUse === true) sent.push(pieces);
    if (response.writableNeedDrain) await drained(response);
  }
  const finished = closed(response);
  response.end();
  await finished;
  if (response.writableFinished) for (const pieces of sent) freeBytes(pieces);
}

function writeCorked(response: ServerResponse, pieces: readonly Buffer[]): void {
  response.cork();
  for (const piece of pieces) response.write(piece);
  response.uncork();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}

function closed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('finish', resolve);
    response.once('close', resolve);
  });
}
