import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ResponseParser } from './response-parser.ts';
import { ConnectionError } from './transport-error.ts';

interface Read {
  readonly heads: number[];
  headers: IncomingHttpHeaders;
  text: string;
  failure: string;
  isDone: boolean;
  isKept: boolean;
}

/** What is read of these bytes, which come in pieces that end where `cuts` say, and are followed by the connection's end. */
function read(answer: string, cuts: readonly number[] = []): Read {
  const bytes = Buffer.from(answer, 'latin1');
  const seen: Read = { heads: [], headers: {}, text: '', failure: '', isDone: false, isKept: false };
  const parser = new ResponseParser({
    onHead: (statusCode, headers) => {
      seen.heads.push(statusCode);
      seen.headers = { ...headers };
    },
    onBody: (chunk) => {
      expect(chunk.length).toBeGreaterThan(0);
      seen.text += chunk.toString('latin1');
    },
  });
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].toSorted(
    (a, b) => a - b,
  );
  try {
    let start = 0;
    for (const end of ends) {
      if (end > start) parser.push(bytes.subarray(start, end));
      start = end;
    }
    seen.isDone = parser.isDone;
    if (parser.isDone) expect(parser.expectedBytes).toBe(0);
    parser.end();
  } catch (thrown) {
    if (!(thrown instanceof ConnectionError)) throw thrown;
    seen.failure = thrown.code;
  }
  seen.isKept = parser.isKept;
  return seen;
}

const ok = 'HTTP/1.1 200 OK\r\n';

describe('an answer', () => {
  test.each([
    ['of a length', `${ok}content-length: 5\r\n\r\nworld`, 'world', true],
    ['in chunks', `${ok}transfer-encoding: Chunked\r\n\r\n5\r\nworld\r\n0\r\n\r\n`, 'world', true],
    [
      'in chunks with extensions and trailers',
      `${ok}transfer-encoding: chunked\r\n\r\n5 ;a="b"\r\nworld\r\n00\r\nx: 1\r\ny: 2\r\n\r\n`,
      'world',
      true,
    ],
    [
      'with capital digits',
      `${ok}transfer-encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n`,
      '0123456789',
      true,
    ],
    ['until the end', `${ok}\r\nworld`, 'world', false],
    ['without a reason', 'HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok', 'ok', true],
    ['without a body', 'HTTP/1.1 204 No Content\r\n\r\n', '', true],
    ['not changed', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n', '', true],
    [
      'behind early hints',
      `HTTP/1.1 103 Early\r\nlink: a\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${ok}content-length: 2\r\n\r\nok`,
      'ok',
      true,
    ],
    ['that closes', `${ok}Connection: Keep-Alive , Close\r\ncontent-length: 2\r\n\r\nok`, 'ok', false],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok', 'ok', false],
    [
      'of HTTP/1.0 that is kept',
      'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok',
      'ok',
      true,
    ],
    ['with more behind it', `${ok}content-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n`, 'ok', false],
    [
      'in chunks with more behind them',
      `${ok}transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nmore`,
      'ok',
      false,
    ],
  ])('%s is read, however it is cut', (_name, answer, text, isKept) => {
    expect(read(answer)).toMatchObject({ text, isKept, failure: '' });
    fc.assert(
      fc.property(fc.array(fc.nat(200)), (cuts) => {
        expect(read(answer, cuts)).toEqual(read(answer));
      }),
    );
    const all = Array.from(answer, (_, index) => index);
    expect(read(answer, all)).toMatchObject({ text, isKept, failure: '' });
  });

  test('names of headers are lower case, and what comes twice is joined', () => {
    const { headers } = read(
      `${ok}X-A: 1\r\nx-a:\t2 \r\nSet-Cookie: a\r\nset-cookie: b\r\n__proto__: x\r\nempty:\r\ncontent-length: 0\r\n\r\n`,
    );
    expect(Object.entries(headers)).toEqual([
      ['x-a', '1, 2'],
      ['set-cookie', ['a', 'b']],
      ['__proto__', 'x'],
      ['empty', ''],
      ['content-length', '0'],
    ]);
  });

  test.each([
    ['what is no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['what is no HTTP, without an end', 'SSH-2.0-OpenSSH_9.6'],
    ['HTTP/2', 'HTTP/2 200\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a change of protocol', 'HTTP/1.1 101 Switching\r\n\r\n'],
    ['two lengths', `${ok}content-length: 2\r\ncontent-length: 5\r\n\r\nworld`],
    ['two lengths in one', `${ok}content-length: 2, 5\r\n\r\nworld`],
    ['a negative length', `${ok}content-length: -2\r\n\r\nworld`],
    ['a length beyond numbers', `${ok}content-length: 99999999999999999999\r\n\r\nworld`],
    ['a length and a coding', `${ok}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a coding that is not known', `${ok}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['a folded header', `${ok}x: 1\r\n 2\r\n\r\n`],
    ['a blank before a colon', `${ok}content-length : 5\r\n\r\nworld`],
    ['a header without a name', `${ok}: 5\r\n\r\nworld`],
    ['a lone LF in a header', `${ok}x: 1\ncontent-length: 5\r\n\r\nworld`],
    ['a lone CR in a header', `${ok}x: 1\rcontent-length: 5\r\n\r\nworld`],
    ['a NUL in a header', `${ok}x: 1\0\r\n\r\nworld`],
    ['a head without an end', `${ok}x: ${'a'.repeat(20_000)}`],
    ['a head too large', `${ok}x: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['a chunk without a size', `${ok}transfer-encoding: chunked\r\n\r\n\r\nworld`],
    ['a chunk whose size is no number', `${ok}transfer-encoding: chunked\r\n\r\n0x5\r\nworld\r\n0\r\n\r\n`],
    ['a chunk beyond numbers', `${ok}transfer-encoding: chunked\r\n\r\n10000000000000\r\nworld`],
    ['a chunk longer than it says', `${ok}transfer-encoding: chunked\r\n\r\n2\r\nworld\r\n0\r\n\r\n`],
    ['a chunk whose end is none', `${ok}transfer-encoding: chunked\r\n\r\n2\r\nok\r0\r\n\r\n`],
    ['an LF alone behind a size', `${ok}transfer-encoding: chunked\r\n\r\n5;a\nworld\r\n0\r\n\r\n`],
    ['an endless extension', `${ok}transfer-encoding: chunked\r\n\r\n5;${'a'.repeat(20_000)}`],
    ['endless trailers', `${ok}transfer-encoding: chunked\r\n\r\n0\r\n${'a: b\r\n'.repeat(4000)}`],
  ])('with %s is none, however it is cut', (_name, answer) => {
    expect(read(answer).failure).toBe('HTTP_PARSER');
    fc.assert(
      fc.property(fc.array(fc.nat(200)), (cuts) => {
        expect(read(answer, cuts).failure).toBe('HTTP_PARSER');
      }),
    );
  });

  test.each([
    ['before it', ''],
    ['in its head', `${ok}content-le`],
    ['in its body', `${ok}content-length: 50\r\n\r\nworld`],
    ['in a chunk', `${ok}transfer-encoding: chunked\r\n\r\n5\r\nwor`],
    ['before the last chunk', `${ok}transfer-encoding: chunked\r\n\r\n5\r\nworld\r\n`],
    ['in its trailers', `${ok}transfer-encoding: chunked\r\n\r\n5\r\nworld\r\n0\r\n`],
  ])('whose connection ends %s is not whole', (_name, answer) => {
    expect(read(answer)).toMatchObject({ failure: 'SOCKET', isDone: false });
  });
});

describe('what is read', () => {
  let answer = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(answer));
  });
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => void server.close());

  /** As Node.js' own client reads it; undefined: not at all, or not whole. */
  async function byNode(): Promise<{ status: number; text: string } | undefined> {
    const { port } = server.address() as AddressInfo;
    const asking = request({ port, host: '127.0.0.1', agent: false, method: 'POST' });
    // What follows an answer breaks its connection there too, later.
    asking.on('error', () => undefined);
    asking.end('x');
    try {
      const [response] = (await once(asking, 'response')) as [import('node:http').IncomingMessage];
      let text = '';
      for await (const chunk of response) text += (chunk as Buffer).toString('latin1');
      return { status: response.statusCode ?? 0, text };
    } catch {
      return undefined;
    }
  }

  /** Heads and bodies that are right, nearly right, and wrong. */
  const line = fc.oneof(
    fc.constantFrom(
      'content-length: 5',
      'transfer-encoding: chunked',
      'connection: close',
      'x: y',
      'content-length: 4',
    ),
    fc.string({ maxLength: 12 }).map((text) => `x: ${text}`),
    fc.string({ maxLength: 12 }),
  );
  const anyAnswer = fc
    .tuple(
      fc.constantFrom(
        'HTTP/1.1 200 OK',
        'HTTP/1.1 404 Not Found',
        'HTTP/1.0 200 OK',
        'HTTP/1.1 200',
        'HTTP/1.1 2000 OK',
      ),
      fc.array(line, { maxLength: 3 }),
      fc.constantFrom(
        'world',
        '5\r\nworld\r\n0\r\n\r\n',
        '3\r\nwor\r\n2;x=y\r\nld\r\n0\r\na: b\r\n\r\n',
        '5\r\nworldx\r\n0\r\n\r\n',
        '',
      ),
    )
    .map(([status, lines, body]) => `${[status, ...lines].join('\r\n')}\r\n\r\n${body}`);

  test('is what Node.js’ own client reads, wherever both take an answer', async () => {
    let both = 0;
    await fc.assert(
      fc.asyncProperty(anyAnswer, fc.array(fc.nat(200), { maxLength: 4 }), async (text, cuts) => {
        answer = Buffer.from(text, 'latin1');
        const ours = read(answer.toString('latin1'), cuts);
        const theirs = await byNode();
        if (ours.failure !== '' || theirs === undefined) return;
        both++;
        expect(theirs).toEqual({ status: ours.heads[0], text: ours.text });
      }),
      { numRuns: 400 },
    );
    expect(both).toBeGreaterThan(50);
  });
});
