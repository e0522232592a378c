import fc from 'fast-check';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { CapturedText } from '../bytes/captured-text.ts';
import type { Operation } from '../journey/image-order.ts';
import type { RequestBody } from '../journey/image-request.ts';
import { plainReading } from '../../test/support/plain-scope.ts';
import { Memory } from '../admission/memory.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { readBody } from './read-body.ts';
import { WaitingBodies } from './waiting-bodies.ts';

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
    ['text/plain', 'generate'],
    ['application/jsonx', 'generate'],
    ['application/x-www-form-urlencoded', 'edit'],
    ['multipart/form-data; boundary=x', 'generate'],
  ] as const)('%s is a 415 for %s that names what is taken', async (type, operation) => {
    await expect(read({ type, operation, body: '{}' })).rejects.toMatchObject({
      code: 'unsupported_media_type',
      message: expect.stringContaining('application/json') as string,
    });
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
