import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SseData } from './sse-data.ts';

/** The data of every event, and what stands unended at the end. */
function read(text: string, cuts: readonly number[] = []): string[] {
  const events: string[] = [];
  let data: string | undefined;
  const sse = new SseData(
    (chunk, start, end) => {
      data = (data ?? '') + chunk.toString('latin1', start, end);
    },
    () => {
      events.push(data ?? '');
      data = undefined;
    },
  );
  const bytes = Buffer.from(text, 'latin1');
  const edges = [...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length].toSorted(
    (left, right) => left - right,
  );
  let start = 0;
  for (const edge of edges) {
    sse.push(Buffer.from(bytes.subarray(start, edge)));
    start = edge;
  }
  return data === undefined ? events : [...events, data];
}

/** The same by the words of the specification, on a whole text. */
function bySpecification(text: string): string[] {
  const events: string[] = [];
  let data: string[] = [];
  const lines = text.split(/\r\n|\r|\n/);
  // What stands behind the last line end is no line yet, though of data it may be the beginning.
  if (lines.at(-1)?.startsWith('data:') !== true) lines.pop();
  for (const line of lines) {
    if (line === '') {
      if (data.length > 0) events.push(data.join(''));
      data = [];
    } else if (line.startsWith('data:')) {
      data.push(line.slice(5).replace(/^ /, ''));
    } else if (line === 'data') {
      data.push('');
    }
  }
  return data.join('') === '' ? events : [...events, data.join('')];
}

describe('server-sent events', () => {
  test.each([
    ['LF', 'data: one\n\ndata: two\n\n', ['one', 'two']],
    ['CRLF', 'data: one\r\n\r\ndata: two\r\n\r\n', ['one', 'two']],
    ['CR', 'data: one\r\rdata: two\r\r', ['one', 'two']],
    ['all of them', 'data: one\r\n\rdata: two\n\r\ndata: three\r\n\n', ['one', 'two', 'three']],
    ['several lines of data', 'data: one\ndata:two\ndata\ndata:  three\n\n', ['onetwo three']],
    ['comments and other fields', ': hi\nevent: x\nid: 1\nretry: 5\ndata: one\nx\n\n', ['one']],
    ['fields that only begin alike', 'datax: no\ndata2:no\n data: no\nDATA: no\ndat\ndata: one\n\n', ['one']],
    ['no space', 'data:one\n\n', ['one']],
    ['no end', 'data: one\n\ndata: two', ['one', 'two']],
    ['an empty one', 'data:\n\ndata: one\n\n', ['', 'one']],
    ['empty lines', '\n\n\r\n\rdata: one\n\n\n\n', ['one']],
    ['nothing', '', []],
  ])('with %s', (_name, text, events) => {
    expect(read(text)).toEqual(events);
  });

  test('read as their specification says, wherever they are cut', () => {
    const piece = fc.constantFrom(
      '\r',
      '\n',
      '\r\n',
      'data:',
      'data: ',
      ':',
      ' ',
      'x',
      'event: y',
      '{"a":1}',
      'data',
      'd',
      'é',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join('')),
        fc.array(fc.nat({ max: 200 }), { maxLength: 10 }),
        (text, cuts) => {
          expect(read(text, cuts)).toEqual(bySpecification(text));
        },
      ),
      { numRuns: 5000 },
    );
  });
});
