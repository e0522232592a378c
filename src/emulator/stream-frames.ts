import type { JsonObject } from './json-value.ts';
import { type Spelling, writeDocument } from './spelling.ts';

/** How a caller wants a generated answer: one document, server-sent events, or one JSON array sent bit by bit. */
export type Delivery = 'unary' | 'sse' | 'array';

/** `data: {json}` and a blank line, with CR LF; there is no `[DONE]`, the stream just ends. */
export async function* sseFrames(
  chunks: AsyncIterable<JsonObject>,
  spelling: Spelling,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    yield Buffer.from('data: ');
    yield* writeDocument(chunk, 'frame', spelling);
    yield Buffer.from('\r\n\r\n');
  }
}

/** Streaming without `alt=sse`: the chunks as the elements of an array. */
export async function* arrayFrames(
  chunks: AsyncIterable<JsonObject>,
  spelling: Spelling,
): AsyncGenerator<Buffer> {
  let separator = '[';
  for await (const chunk of chunks) {
    yield Buffer.from(separator);
    yield* writeDocument(chunk, 'pretty', spelling);
    separator = ',\r\n';
  }
  yield Buffer.from(separator === '[' ? '[]\n' : ']\n');
}
