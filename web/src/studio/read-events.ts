/** One event of a stream: its data, or that the server is still there. */
export type StreamEvent = { readonly kind: 'alive' } | { readonly kind: 'data'; readonly data: unknown };

/** Reads server-sent events. Comments are told too: they show that the other side lives. */
export async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = stream
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  // Pictures are megabytes in one line: pieces are joined once, when the line is whole.
  let pieces: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = value.split('\n');
      pieces.push(lines[0] ?? '');
      for (const next of lines.slice(1)) {
        const line = pieces.join('').replace(/\r$/, '');
        pieces = [next];
        if (line.startsWith(':')) yield { kind: 'alive' };
        if (line.startsWith('data:')) yield { kind: 'data', data: JSON.parse(line.slice(5)) };
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
