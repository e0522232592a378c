import fc from 'fast-check';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  brotliCompressSync,
  constants,
  createZstdCompress,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { CapturedText } from '../bytes/captured-text.ts';
import type { Operation } from '../journey/image-order.ts';
import type { RequestBody } from '../journey/image-request.ts';
import { plainReading } from '../../test/support/plain-scope.ts';
import { Memory } from '../admission/memory.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { IdleWatch, WatchedUpload } from './idle-watch.ts';
import { readBody } from './read-body.ts';
import { WaitingBodies } from './waiting-bodies.ts';

/** A frame for which a decoder would have to keep 128 MiB at hand. */
const largeWindow = await buffer(
  Readable.from(['{"prompt":', '"a fox"}']).pipe(
    createZstdCompress({ params: { [constants.ZSTD_c_windowLog]: 27 } }),
  ),
);
const limits = { maxJsonBodyBytes: 2000, maxEditBodyBytes: 5000, maxReferenceBytes: 1000 };

interface Sent {
  readonly operation?: Operation;
  readonly type?: string | undefined;
  readonly body: string | Buffer;
  /** Where the body is cut into chunks. */
  readonly cuts?: readonly number[];
  readonly headers?: Record<string, string>;
  readonly given?: typeof limits;
}

async function read({
  operation = 'generate',
  type = 'application/json',
  body,
  cuts = [],
  headers = {},
  given = limits,
}: Sent) {
  const bytes = Buffer.from(body);
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  const chunks = edges.slice(1).map((edge, index) => Buffer.from(bytes.subarray(edges[index], edge)));
  const stream = Object.assign(
    Readable.from(
      chunks.filter((chunk) => chunk.length > 0),
      { objectMode: false },
    ),
    { headers: { ...(type !== '' && { 'content-type': type }), ...headers } },
  );
  const memory = new Memory({ maxBytes: 2 ** 40, stalledMs: 10_000 });
  const result = await readBody(stream as unknown as IncomingMessage, operation, given, {
    ...plainReading(new AbortController().signal),
    memory: memory.open(),
  });
  const counted = memory.heldBytes;
  return { result, counted };
}

async function codeOf(sent: Sent): Promise<string> {
  try {
    await read(sent);
    return 'read';
  } catch (error) {
    return error instanceof PlantainError ? error.code : String(error);
  }
}

function documentOf(body: RequestBody): unknown {
  return body.kind === 'json' ? body.document : undefined;
}

describe('readBody', () => {
  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/vnd.api+json',
  ])('%s is JSON', async (type) => {
    expect(documentOf((await read({ type, body: '{"prompt":"a"}' })).result)).toEqual({ prompt: 'a' });
  });

  test.each([
    ['', 'generate'],
    ['', 'edit'],
    ['text/plain', 'generate'],
    ['application/jsonx', 'generate'],
    ['x-application/json', 'generate'],
    ['application/x-www-form-urlencoded', 'edit'],
    ['x-multipart/form-data; boundary=x', 'edit'],
    ['multipart/form-data; boundary=x', 'generate'],
  ] as const)('%s is a 415 for %s that names what is taken', async (type, operation) => {
    await expect(read({ type, operation, body: '{}' })).rejects.toMatchObject({
      code: 'unsupported_media_type',
      message: [
        'Content-Type must be ',
        operation === 'edit' ? 'multipart/form-data or application/json' : 'application/json',
        type === '' ? '.' : `, not '${type}'.`,
      ].join(''),
    });
  });

  test.each([
    ['generate', '{"prompt":"x","n":1,"n":10}', 'n'],
    ['edit', '{"prompt":"x","model":"a","model":"b"}', 'model'],
    ['generate', '{"prompt":"x","extra_body":{"n":1,"n":2}}', 'extra_body.n'],
  ] as const)(
    'one parameter twice is a 400 as in a form, and nothing is drawn: %s %s',
    async (operation, body, param) => {
      await expect(read({ operation, body })).rejects.toMatchObject({
        code: 'invalid_value',
        param,
        message: `'${param}' and '${param}' are the same parameter with different values. Send it once.`,
      });
    },
  );

  test('of a type without end as much is told as names it', async () => {
    await expect(read({ type: `text/${'x'.repeat(200)}`, body: '{}' })).rejects.toMatchObject({
      message: `Content-Type must be application/json, not 'text/${'x'.repeat(75)}'.`,
    });
  });

  test('a body whose length was not known when it was begun is read', async () => {
    const sent = { body: '{"prompt":"a fox"}', headers: { 'transfer-encoding': 'chunked' } };
    expect(documentOf((await read(sent)).result)).toEqual({ prompt: 'a fox' });
  });

  test('a form may have 32 files, 200 fields, 256 KiB in one and 16 KiB of headers for a part, and no more', async () => {
    const given = { ...limits, maxEditBodyBytes: 1_000_000 };
    const formCode = (part: string, count: number): Promise<string> =>
      codeOf({
        operation: 'edit',
        type: 'multipart/form-data; boundary=b',
        body: `${part.repeat(count)}--b--\r\n`,
        given,
      });
    const field = (content: string, more = ''): string =>
      `--b\r\nContent-Disposition: form-data; name="x"${more}\r\n\r\n${content}\r\n`;
    const file = field('x', '; filename="x"');
    expect([await formCode(file, 32), await formCode(file, 33)]).toEqual(['read', 'invalid_value']);
    expect([await formCode(field('x'), 200), await formCode(field('x'), 201)]).toEqual([
      'read',
      'invalid_value',
    ]);
    const long = (bytes: number): string => field('x'.repeat(bytes));
    expect([await formCode(long(256 * 1024), 1), await formCode(long(256 * 1024 + 1), 1)]).toEqual([
      'read',
      'body_too_large',
    ]);
    const headed = (bytes: number): string => field('x', `\r\nX: ${'x'.repeat(bytes)}`);
    expect([await formCode(headed(16_000), 1), await formCode(headed(17_000), 1)]).toEqual([
      'read',
      'malformed_request',
    ]);
  });

  test('a body of exactly the limit passes, one byte more does not, told or untold', async () => {
    const sized = (bytes: number) => `{"prompt":"${'x'.repeat(bytes - '{"prompt":""}'.length)}"}`;
    for (const [operation, limit] of [
      ['generate', limits.maxJsonBodyBytes],
      ['edit', limits.maxEditBodyBytes],
    ] as const) {
      expect(await codeOf({ operation, body: sized(limit) })).toBe('read');
      expect(await codeOf({ operation, body: sized(limit + 1) })).toBe('body_too_large');
    }
    // A length that is announced is refused before a byte is read.
    const announced = { body: '{}', headers: { 'content-length': '2001' } };
    expect(await codeOf(announced)).toBe('body_too_large');
  });

  test.each(['', '{"prompt":', '{"prompt":"a"', 'prompt=a', '{"a":1}{"b":2}', '{"a":"\\q"}', '\u0000'])(
    '%j is a 400 for its JSON',
    async (body) => {
      expect(await codeOf({ body })).toBe('invalid_json');
      expect(await codeOf({ body, operation: 'edit' })).toBe('invalid_json');
    },
  );

  test('a line break inside a text, as wrapped base64 in a shell makes it, is named', async () => {
    for (const operation of ['generate', 'edit'] as const)
      for (const body of [
        '{"prompt":"a\nfox"}',
        '{"prompt":"a","image":"data:image/png;base64,AAAA\r\nAAAA"}',
        '{"prompt":"a","images":[{"image_url":"AAAA\nAAAA"}]}',
      ])
        await expect(read({ body, operation })).rejects.toMatchObject({
          code: 'invalid_json',
          message: expect.stringContaining('line break') as string,
        });
  });

  test('text that is not UTF-8 is a 400, never drawn with other characters; UTF-8 cut anywhere is read', async () => {
    const latin1 = Buffer.from('{"prompt":"Gr\u00fc\u00dfe"}', 'latin1');
    expect(await codeOf({ body: latin1 })).toBe('invalid_json');
    expect(await codeOf({ body: latin1, operation: 'edit' })).toBe('invalid_json');
    const utf8 = Buffer.from('{"prompt":"Gr\u00fc\u00dfe \u{1f98a}"}');
    for (let cut = 1; cut < utf8.length; cut++)
      expect(documentOf((await read({ body: utf8, cuts: [cut] })).result)).toEqual({
        prompt: 'Gr\u00fc\u00dfe \u{1f98a}',
      });
  });

  test.each(['utf16le', 'utf16be', 'utf16le with a mark'])('%s is told to be no UTF-8', async (encoding) => {
    const mark = encoding.endsWith('mark') ? '\ufeff' : '';
    const body = Buffer.from(`${mark}{"prompt":"a fox"}`, 'utf16le');
    if (encoding === 'utf16be') body.swap16();
    for (const operation of ['generate', 'edit'] as const)
      await expect(read({ body, operation, type: 'application/json; charset=utf-16' })).rejects.toMatchObject(
        {
          code: 'invalid_json',
          message: expect.stringContaining('not UTF-8') as string,
        },
      );
  });

  test.each(['iso-8859-1', 'WINDOWS-1252', '"latin1"', 'utf-16', 'klingon'])(
    'what says that it is %s is read where that says the same, and is no prompt of other characters',
    async (charset) => {
      const type = `application/json; charset=${charset}`;
      for (const operation of ['generate', 'edit'] as const) {
        const plain = await read({ body: '{"prompt":"a fox"}', operation, type });
        expect(documentOf(plain.result)).toEqual({ prompt: 'a fox' });
        // As UTF-8 these bytes are text too, but another one.
        await expect(read({ body: '{"prompt":"Gr\u00fc\u00dfe"}', operation, type })).rejects.toMatchObject({
          code: 'invalid_json',
          message: expect.stringContaining(charset.replaceAll('"', '')) as string,
        });
      }
    },
  );

  test.each(['utf-8', 'UTF8', '"utf-8"', 'us-ascii', ''])(
    'what says that it is %j is UTF-8',
    async (charset) => {
      const type = `application/json; charset=${charset}`;
      const { result } = await read({ body: '{"prompt":"Gr\u00fc\u00dfe"}', type });
      expect(documentOf(result)).toEqual({ prompt: 'Gr\u00fc\u00dfe' });
    },
  );

  test('the byte order mark that PowerShell and others write is skipped (chatgpt-powershell#4, Pode#1677), wherever it is cut', async () => {
    const body = Buffer.from('\ufeff{"prompt":"a fox"}');
    for (const operation of ['generate', 'edit'] as const)
      for (const cuts of [[], [1], [2], [3], [1, 2, 3]])
        expect(documentOf((await read({ body, operation, cuts })).result)).toEqual({ prompt: 'a fox' });
    // One alone, a second one, one inside, and half of one are no JSON.
    for (const broken of ['\ufeff', '\ufeff\ufeff{}', '{\ufeff}'])
      expect(await codeOf({ body: broken })).toBe('invalid_json');
    expect(await codeOf({ body: Buffer.from([0xef, 0xbb, 0x7b, 0x7d]) })).toBe('invalid_json');
  });

  test('nesting without end is refused, not followed', async () => {
    expect(await codeOf({ body: '['.repeat(1999) })).toBe('body_too_large');
    expect(await codeOf({ operation: 'edit', body: '{"a":'.repeat(900) })).toBe('body_too_large');
  });

  test('a body of more values than anybody needs is a 400, not read for seconds', async () => {
    const body = `{"prompt":"a","x":[${'0,'.repeat(10_001)}0]}`;
    const wide = { ...limits, maxJsonBodyBytes: 100_000, maxEditBodyBytes: 100_000 };
    for (const operation of ['generate', 'edit'] as const) {
      expect(await codeOf({ operation, body, given: wide })).toBe('invalid_value');
    }
  });

  test('a body that breaks off is a 400', async () => {
    const stream = Object.assign(
      new Readable({
        read() {
          this.push('{"prompt":');
          this.destroy(new Error('aborted'));
        },
      }),
      { headers: { 'content-type': 'application/json' } },
    );
    const reading = readBody(
      stream as unknown as IncomingMessage,
      'generate',
      limits,
      plainReading(new AbortController().signal),
    );
    await expect(reading).rejects.toMatchObject({ code: 'malformed_request' });
  });

  test('bodies that wait for memory are bounded by what lies unread of them; one more is refused at once', async () => {
    const unreadBytes = 128 * 1024;
    const memory = new Memory({ maxBytes: 1000, stalledMs: 10_000 });
    const giveBack = await memory.open().reserve(1000, new AbortController().signal);
    const waiting = new WaitingBodies(unreadBytes + 2 * 200);
    const reading = (statedBytes: number, signal = new AbortController().signal): Promise<unknown> => {
      // The large ones never end.
      const body =
        statedBytes > 200 ? new Readable({ read: () => undefined }) : Readable.from([Buffer.from('{}')]);
      const stream = Object.assign(body, {
        headers: { 'content-type': 'application/json', 'content-length': String(statedBytes) },
      });
      const wide = { ...limits, maxJsonBodyBytes: 2 ** 30 };
      const own = { ...plainReading(signal), memory: memory.open(), waiting };
      return readBody(stream as unknown as IncomingMessage, 'generate', wide, own);
    };
    const leaving = new AbortController();
    const left = reading(2 ** 20, leaving.signal);
    const small = [reading(200), reading(200)];
    await expect(reading(200)).rejects.toMatchObject({ code: 'too_many_orders' });
    // A place is free again when somebody leaves, and when his turn has come.
    leaving.abort(new PlantainError('client_closed', 'gone'));
    await expect(left).rejects.toMatchObject({ code: 'client_closed' });
    const ending = new AbortController();
    const large = reading(2 ** 20, ending.signal);
    await expect(reading(2 ** 20)).rejects.toMatchObject({ code: 'too_many_orders' });
    giveBack();
    await Promise.all(small);
    waiting.enter(unreadBytes)();
    ending.abort(new PlantainError('client_closed', 'gone'));
    await expect(large).rejects.toMatchObject({ code: 'client_closed' });
  });

  describe('a compressed body (new-api#4913, ollama#12386)', () => {
    const text = '{"prompt":"a fox"}';
    const form = [
      '--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na fox\r\n',
      '--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\npixels\r\n--b--\r\n',
    ].join('');
    const compressed: [string, (bytes: string) => Buffer][] = [
      ['gzip', (bytes) => gzipSync(bytes)],
      ['X-GZIP', (bytes) => gzipSync(bytes)],
      ['gzip', (bytes) => Buffer.concat([gzipSync(bytes.slice(0, 9)), gzipSync(bytes.slice(9))])],
      ['deflate', (bytes) => deflateSync(bytes)],
      ['deflate', (bytes) => deflateRawSync(bytes)],
      ['br', (bytes) => brotliCompressSync(bytes)],
      ['zstd', (bytes) => zstdCompressSync(bytes)],
      ['identity', (bytes) => Buffer.from(bytes)],
      ['identity, gzip', (bytes) => gzipSync(bytes)],
    ];

    test.each(compressed)(
      '%s is read as what it stands for, as JSON and as a form',
      async (coding, compress) => {
        for (const cuts of [[], [1, 2, 3, 10, 20]]) {
          const headers = { 'content-encoding': coding };
          for (const operation of ['generate', 'edit'] as const) {
            const { result, counted } = await read({ operation, body: compress(text), headers, cuts });
            expect(documentOf(result)).toEqual({ prompt: 'a fox' });
            expect(counted).toBe(text.length);
          }
          const type = 'multipart/form-data; boundary=b';
          const { result } = await read({ operation: 'edit', type, body: compress(form), headers, cuts });
          expect(result).toMatchObject({
            kind: 'multipart',
            form: {
              fields: [{ name: 'prompt', value: 'a fox' }],
              files: [{ field: 'image', byteLength: 6 }],
            },
          });
        }
      },
    );

    test.each([
      ['content-encoding', 'compress', 'compress'],
      ['content-encoding', 'gzip, gzip', 'gzip, gzip'],
      ['content-encoding', 'br, gzip', 'br, gzip'],
      ['content-encoding', 'aes128gcm', 'aes128gcm'],
      ['content-encoding', 'constructor', 'constructor'],
      ['content-encoding', 'x-br', 'x-br'],
      ['transfer-encoding', 'gzip, chunked', 'gzip'],
    ])('%s: %s is a 415 that names it and what is taken; nothing is read', async (header, value, named) => {
      const stream = Object.assign(new Readable({ read: () => undefined }), {
        headers: { 'content-type': 'application/json', [header]: value },
      });
      const own = plainReading(new AbortController().signal);
      await expect(readBody(stream as unknown as IncomingMessage, 'edit', limits, own)).rejects.toMatchObject(
        {
          code: 'unsupported_media_type',
          message: expect.stringMatching(new RegExp(`^${header} '${named}' cannot`, 'i')) as string,
          headers: { 'accept-encoding': 'gzip, deflate, br, zstd' },
        },
      );
      expect(stream.readableFlowing).toBeNull();
    });

    test('the limits are those of what comes out: exactly the limit passes, one byte more does not', async () => {
      const sized = (bytes: number) => `{"prompt":"${'x'.repeat(bytes - '{"prompt":""}'.length)}"}`;
      for (const [coding, compress] of compressed.slice(3, 7)) {
        const headers = { 'content-encoding': coding };
        expect(await codeOf({ body: compress(sized(2000)), headers })).toBe('read');
        expect(await codeOf({ body: compress(sized(2001)), headers })).toBe('body_too_large');
      }
      // What cannot be made fewer may be a little more.
      const stored = deflateSync(sized(2000), { level: 0 });
      const headers = { 'content-encoding': 'deflate', 'content-length': String(stored.length) };
      expect(stored.length).toBeGreaterThan(2000);
      expect(await codeOf({ body: stored, headers })).toBe('read');
      const announced = { 'content-encoding': 'gzip', 'content-length': '4000' };
      expect(await codeOf({ body: gzipSync(text), headers: announced })).toBe('body_too_large');
    });

    test.each([
      ['gzip', gzipSync(text).subarray(0, -9)],
      ['gzip', Buffer.from(text)],
      ['deflate', Buffer.from([0x78, 0x9c, 0xff, 0xff, 0xff])],
      ['br', Buffer.alloc(100, 0xff)],
      ['zstd', Buffer.alloc(100, 0x28)],
      ['deflate', Buffer.concat([deflateSync(text), Buffer.from('more')])],
      ['zstd', largeWindow],
    ])('%s that is cut, is none, or goes on behind its end is a 400 that says so', async (coding, body) => {
      await expect(read({ body, headers: { 'content-encoding': coding } })).rejects.toMatchObject({
        code: 'malformed_request',
        message: expect.stringContaining(coding) as string,
      });
    });

    /** A body of which only the beginning has come, and what was held and watched for it. */
    async function begun(beginning: Buffer, maxHeldBytes: number) {
      const stream = Object.assign(new Readable({ read: () => undefined }), {
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      });
      stream.push(beginning);
      const memory = new Memory({ maxBytes: maxHeldBytes, stalledMs: 10_000 });
      const stopping = new AbortController();
      const watched: WatchedUpload[] = [];
      const idle = {
        add: (upload: WatchedUpload) => watched.push(upload),
        remove: () => undefined,
      } as unknown as IdleWatch;
      // Whoever holds something and goes on is waited for.
      await memory.open().reserve(1000, stopping.signal);
      const own = { ...plainReading(stopping.signal), memory: memory.open(), idle };
      const wide = { ...limits, maxJsonBodyBytes: 2 ** 30 };
      const reading = readBody(stream as unknown as IncomingMessage, 'generate', wide, own);
      // Within an object, so that it is not waited for.
      return { stream, memory, stopping, watched, reading };
    }
    const bomb = gzipSync(`{"x":[${'"",'.repeat(1000)}"${'x'.repeat(7_000_000)}"]}`);

    test.each<[string, string, (own: Awaited<ReturnType<typeof begun>>) => void]>([
      [
        'a stop',
        'server_stopping',
        ({ stopping }) => stopping.abort(new PlantainError('server_stopping', '')),
      ],
      ['the idle watch', 'request_timeout', ({ watched }) => watched[0]?.giveUp()],
      ['the end of its connection', 'malformed_request', ({ stream }) => void stream.destroy()],
    ])('%s reaches it in its middle: nothing is held or read any more', async (_what, code, end) => {
      const own = await begun(bomb.subarray(0, -100), 2 ** 30);
      const failed = expect(own.reading).rejects.toMatchObject({ code });
      await expect.poll(() => own.watched[0]?.receivedBytes).toBeGreaterThan(1_000_000);
      end(own);
      await failed;
      expect(own.memory.heldBytes).toBe(1000);
      expect([own.stream.isPaused(), own.stream.listenerCount('data')]).toEqual([true, 0]);
    });

    test('what comes out is counted, and waits for memory like any upload', async () => {
      const own = await begun(bomb.subarray(0, -100), 1024 * 1024);
      const failed = expect(own.reading).rejects.toMatchObject({ code: 'server_stopping' });
      await expect.poll(() => own.watched[0]?.isPaused()).toBe(true);
      for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect(own.memory.peakBytes).toBeLessThan(1.5 * 1024 * 1024);
      own.stopping.abort(new PlantainError('server_stopping', ''));
      await failed;
      expect(own.memory.heldBytes).toBe(1000);
    });

    test('nothing compressed stands for nothing', async () => {
      const headers = { 'content-encoding': 'gzip' };
      expect(await codeOf({ body: gzipSync(''), headers })).toBe('invalid_json');
      expect(await codeOf({ body: '', headers })).toBe('invalid_json');
    });
  });

  test('an edit’s pictures stay bytes, and every upload is counted', async () => {
    const body = JSON.stringify({ prompt: 'a', images: [{ image_url: 'data:image/png;base64,AAAA' }] });
    const { result, counted } = await read({ operation: 'edit', body });
    const { images } = documentOf(result) as { images: [{ image_url: CapturedText }] };
    expect(documentOf(result)).toEqual({ prompt: 'a', images });
    expect(images[0].image_url.characters?.headText(100)).toBe('data:image/png;base64,AAAA');
    expect(counted).toBe(body.length);
    expect((await read({ body: '{}' })).counted).toBe(2);
  });

  test('a generation equals JSON.parse, wherever the network cuts it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 5 }),
        fc.array(fc.nat({ max: 5000 }), { maxLength: 8 }),
        async (document, cuts) => {
          const body = JSON.stringify(document);
          fc.pre(Buffer.byteLength(body) <= limits.maxJsonBodyBytes);
          expect(documentOf((await read({ body, cuts })).result)).toEqual(JSON.parse(body));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('any bytes at all are read or refused with an error of the caller’s', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('application/json', 'multipart/form-data; boundary=b'),
        async (bytes, type) => {
          const code = await codeOf({ operation: 'edit', type, body: Buffer.from(bytes) });
          expect(['read', 'invalid_json', 'malformed_request', 'invalid_value', 'body_too_large']).toContain(
            code,
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
