import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzzMultipart } from '../../test/fuzz/multipart-fuzzing.ts';
import { plainReading } from '../../test/support/plain-scope.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { type MultipartLimits, readMultipart } from './read-multipart.ts';

const size = { maxBytes: 50_000_000, statedBytes: undefined, heldPerByte: 4 / 3 };
const limits: MultipartLimits = {
  maxFileBytes: 20_000_000,
  maxFiles: 17,
  maxFields: 100,
  maxFieldBytes: 1_000_000,
  maxHeaderBytes: 16_384,
};
const never = new AbortController().signal;
const png = Buffer.from('89504e470d0a1a0a0000000d49484452ff00fe80c3280d0a2d2d', 'hex');

/** A body written out by hand: lines are joined by CRLF, buffers stay as they are. */
function raw(...lines: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    lines.flatMap((line, index) => [Buffer.from(index === 0 ? '' : '\r\n'), Buffer.from(line)]),
  );
}

function chunksOf(body: Buffer, cuts: readonly number[]): Buffer[] {
  const edges = [0, ...cuts.map((cut) => cut % (body.length + 1)).sort((a, b) => a - b), body.length];
  return edges.slice(1).map((edge, index) => body.subarray(edges[index], edge));
}

async function read(
  body: Buffer,
  more: {
    cuts?: readonly number[];
    boundary?: string;
    limits?: Partial<MultipartLimits>;
    maxBytes?: number;
  } = {},
) {
  const stream = Readable.from(chunksOf(body, more.cuts ?? []), { objectMode: false });
  const form = await readMultipart(
    stream,
    `multipart/form-data; boundary=${more.boundary ?? 'b'}`,
    { ...limits, ...more.limits },
    { ...size, ...(more.maxBytes !== undefined && { maxBytes: more.maxBytes }) },
    plainReading(never),
  );
  const files = form.files.map(({ base64, ...file }) => ({
    ...file,
    bytes: Buffer.from(Buffer.concat(base64.slices).toString(), 'base64'),
  }));
  for (const file of files) expect(file.byteLength).toBe(file.bytes.length);
  return { fields: form.fields, files };
}

async function failureOf(work: Promise<unknown>): Promise<PlantainError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PlantainError);
  return error as PlantainError;
}

const part = (headers: string, content: string | Buffer = 'x') => raw('--b', headers, '', content);
const disposition = (rest: string) => `Content-Disposition: form-data; ${rest}`;

describe('forms as real clients send them', () => {
  test('openai-java: an image part without a file name keeps every byte, whatever its type says', async () => {
    for (const type of [
      'Content-Type: image/png',
      'Content-Type: application/octet-stream',
      'Content-Type: text/plain; charset=utf-8',
      'X-Other: 1',
    ]) {
      const body = raw(
        '--b',
        disposition('name="image"'),
        type,
        '',
        png,
        '--b',
        disposition('name="prompt"'),
        'Content-Type: text/plain; charset=utf-8',
        '',
        'a cât',
        '--b--',
        '',
      );
      const form = await read(body);
      expect(form.files).toEqual([
        expect.objectContaining({ field: 'image', filename: undefined, bytes: png }),
      ]);
      expect(form.fields).toEqual([{ name: 'prompt', value: 'a cât' }]);
    }
  });

  test.each([
    'image',
    'image[]',
    'image[0]',
    'image[15]',
    'image_1',
    'images',
    'images[]',
    'mask',
    'mask[]',
    'markup',
    'Image',
  ])('a part named %s is a picture even without a file name or a type', async (name) => {
    const form = await read(raw(part(disposition(`name="${name}"`), png), '--b--'));
    expect(form.files[0]).toMatchObject({
      field: name,
      filename: undefined,
      contentType: undefined,
      bytes: png,
    });
  });

  test.each(['image_size', 'imageSize', 'image_config', 'image_url', 'imagery', 'mask_mode', 'prompt'])(
    'a part named %s is text',
    async (name) => {
      expect((await read(raw(part(disposition(`name="${name}"`), '2K'), '--b--'))).fields).toEqual([
        { name, value: '2K' },
      ]);
    },
  );

  test('AI SDK, Cherry Studio, async-openai: repeated and doubled names all arrive, in their order', async () => {
    const body = raw(
      part(disposition('name="image"; filename="blob"'), 'one'),
      part(disposition('name="image"; filename="blob"'), 'two'),
      part(disposition('name="output_compression"'), '80'),
      part(disposition('name="output_compression"'), '90'),
      '--b--',
    );
    const form = await read(body);
    expect(form.files.map((file) => [file.field, file.bytes.toString()])).toEqual([
      ['image', 'one'],
      ['image', 'two'],
    ]);
    expect(form.fields).toEqual([
      { name: 'output_compression', value: '80' },
      { name: 'output_compression', value: '90' },
    ]);
  });

  test('n8n: files before fields; a browser: an empty file for a field left alone', async () => {
    const body = raw(
      part(`${disposition('name="image"; filename="data"')}\r\nContent-Type: application/octet-stream`, png),
      part(`${disposition('name="mask"; filename=""')}\r\nContent-Type: application/octet-stream`, ''),
      part(disposition('name="prompt"'), 'a cat'),
      '--b--',
      '',
    );
    const form = await read(body);
    expect(form.files).toEqual([
      {
        field: 'image',
        filename: 'data',
        contentType: 'application/octet-stream',
        byteLength: png.length,
        bytes: png,
      },
      {
        field: 'mask',
        filename: '',
        contentType: 'application/octet-stream',
        byteLength: 0,
        bytes: Buffer.alloc(0),
      },
    ]);
  });

  test('file names in every spelling are read, and never needed', async () => {
    const name = async (rest: string) =>
      (await read(raw(part(disposition(`name=image; ${rest}`)), '--b--'))).files[0]?.filename;
    expect(await name('filename=plain.png')).toBe('plain.png');
    expect(await name('filename="na\u00efve \\"x\\".png"')).toBe('na\u00efve "x".png');
    expect(await name('filename="x.png"; filename*=UTF-8\'\'na%C3%AFve.png')).toBe('na\u00efve.png');
    expect(await name('filename="x.png"; filename*=UTF-8\'\'%E0%A4%A')).toBe('x.png');
  });

  test('a text field in a declared charset is read in it; lines, quotes and a byte order mark stay', async () => {
    const latin1 = raw(
      '--b',
      disposition('name="prompt"'),
      'Content-Type: text/plain; charset=ISO-8859-1',
      '',
      Buffer.from([0x63, 0xe2, 0x74]),
      '--b--',
    );
    expect((await read(latin1)).fields[0]?.value).toBe('cât');
    for (const mark of ['', '\ufeff'])
      for (const isSwapped of mark === '' ? [false] : [false, true]) {
        const bytes = Buffer.from(`${mark}Gr\u00fc\u00dfe`, 'utf16le');
        const utf16 = raw(
          part(
            `${disposition('name="prompt"')}\r\nContent-Type: text/plain; charset="UTF-16"`,
            isSwapped ? bytes.swap16() : bytes,
          ),
          '--b--',
        );
        expect((await read(utf16)).fields[0]?.value.replace('\ufeff', '')).toBe('Gr\u00fc\u00dfe');
      }
    const text = '\ufeffline\r\n"two"\n--b is not a boundary here\r\n\r\n';
    expect((await read(raw(part(disposition('name="prompt"'), text), '--b--'))).fields[0]?.value).toBe(text);
  });
});

describe('quirks of hand-made writers', () => {
  const wanted = { fields: [{ name: 'prompt', value: 'a cat' }], files: [] };
  const promptPart = raw('--b', disposition('name="prompt"'), '', 'a cat');

  test.each([
    ['no line break at the end', raw(promptPart, '--b--')],
    ['a line break at the end', raw(promptPart, '--b--', '')],
    [
      'words before and after the form',
      raw('This is a message.', promptPart, '--b--', 'Goodbye.', '--b', 'x'),
    ],
    ['a line break before the first boundary', raw('', promptPart, '--b--')],
    ['a doubled first boundary', raw('--b', promptPart, '--b--')],
    ['a doubled closing boundary', raw(promptPart, '--b--', '--b--', '')],
    ['a closing boundary right after an opening one', raw(promptPart, '--b', '--b--', '')],
    ['the same at the very end', raw(promptPart, '--b', '--b--')],
    [
      'spaces after a boundary',
      raw('--b  \t', disposition('name="prompt"'), '', 'a cat', '--b \t', '--b--  '),
    ],
    [
      'headers in lower case without spaces',
      raw('--b', 'content-disposition:form-data;name=prompt', '', 'a cat', '--b--'),
    ],
    [
      'a folded header',
      raw('--b', 'Content-Disposition: form-data;', '  name="prompt"', '', 'a cat', '--b--'),
    ],
    [
      'bare line feeds throughout',
      Buffer.from(raw(promptPart, '--b--', '').toString().replaceAll('\r\n', '\n')),
    ],
  ])('%s', async (_what, body) => {
    expect(await read(body)).toEqual(wanted);
    for (let cut = 1; cut < body.length; cut++) expect(await read(body, { cuts: [cut] })).toEqual(wanted);
  });

  test('a part without content, with and without its own line break', async () => {
    for (const body of [
      raw(part(disposition('name="user"'), ''), '--b--'),
      Buffer.from(`--b\r\n${disposition('name="user"')}\r\n\r\n--b--`),
    ]) {
      expect((await read(body)).fields).toEqual([{ name: 'user', value: '' }]);
    }
  });

  test('a form without parts is an empty form', async () => {
    expect(await read(Buffer.from('--b--'))).toEqual({ fields: [], files: [] });
    expect(await read(Buffer.from('--b--\r\n'))).toEqual({ fields: [], files: [] });
  });

  test('boundaries may be quoted, hold spaces, end in dashes or contain one another', async () => {
    for (const boundary of [
      '----WebKitFormBoundaryAbC',
      '"a b c"',
      '"=_--x--"',
      "'()+_,-./:=?",
      'x'.repeat(256),
    ]) {
      const bare = boundary.replaceAll('"', '');
      const content = Buffer.from(`\r\n--${bare.slice(0, -1)}\r\n--${bare}x\r\n--${bare}-\r\n\r\n--`);
      const body = raw(`--${bare}`, disposition('name="image"'), '', content, `--${bare}--`);
      expect((await read(body, { boundary })).files[0]?.bytes).toEqual(content);
    }
  });
});

const lookAlikes = [
  '\r\n--b',
  '\r\n--',
  '--b',
  '\r',
  '\n',
  '\r\n',
  '-',
  '\r\n--bx',
  '\r\n--b-',
  '\r\n--b -',
  '\r\n\r\n--b\r',
  'b',
].map((text) => Buffer.from(text));
/** Bytes full of things that resemble a boundary, but hold none. */
const trickyBytes = fc
  .array(
    fc.oneof(
      fc.constantFrom(...lookAlikes),
      fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => Buffer.concat(pieces))
  .filter(
    (bytes) =>
      !/\r\n--b[ \t]*(?:--|\r\n|$)|\r\n--b[ \t]*\r$|\r\n--b-$|^--b[ \t]*(?:--|\r|$)|^--b-$/.test(
        bytes.toString('latin1'),
      ),
  );

test('any parts, cut at any bytes, come back exactly as they were written', async () => {
  const parts = fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant('file' as const),
        name: fc.constantFrom('image', 'image[]', 'mask', '__proto__'),
        filename: fc.constantFrom('a.png', '', '"; name="x'),
        bytes: trickyBytes,
      }),
      fc.record({
        kind: fc.constant('field' as const),
        name: fc.constantFrom('prompt', 'constructor', 'a"b\\c', 'ключ'),
        text: fc.string({ unit: 'grapheme' }),
      }),
    ),
    { maxLength: 6 },
  );
  const quote = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  await fc.assert(
    fc.asyncProperty(
      parts,
      fc.array(fc.nat(), { maxLength: 12 }),
      fc.boolean(),
      async (list, cuts, byteByByte) => {
        const body = raw(
          ...list.map((each) =>
            each.kind === 'file'
              ? part(
                  disposition(`name="${quote(each.name)}"; filename="${quote(each.filename)}"`),
                  each.bytes,
                )
              : part(disposition(`name="${quote(each.name)}"`), each.text),
          ),
          '--b--',
        );
        const form = await read(body, { cuts: byteByByte ? Array.from(body, (_, index) => index) : cuts });
        expect(form.fields).toEqual(
          list.flatMap((each) => (each.kind === 'field' ? [{ name: each.name, value: each.text }] : [])),
        );
        expect(form.files.map(({ field, filename, bytes }) => ({ field, filename, bytes }))).toEqual(
          list.flatMap((each) =>
            each.kind === 'file' ? [{ field: each.name, filename: each.filename, bytes: each.bytes }] : [],
          ),
        );
      },
    ),
    { numRuns: 1500 },
  );
});

test('a large random file survives odd chunks', async () => {
  const bytes = randomBytes(3_000_001);
  const cuts = Array.from({ length: 400 }, (_, index) => index * 7_919);
  const form = await read(raw(part(disposition('name="image"; filename="x"'), bytes), '--b--'), { cuts });
  expect(form.files[0]?.bytes.equals(bytes)).toBe(true);
});

test('names that reach for a prototype are plain values', async () => {
  const form = await read(
    raw(
      part(disposition('name="__proto__"'), 'x'),
      part(disposition('name="constructor[prototype][x]"'), 'y'),
      '--b--',
    ),
  );
  expect(form.fields).toEqual([
    { name: '__proto__', value: 'x' },
    { name: 'constructor[prototype][x]', value: 'y' },
  ]);
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
});

describe('what cannot be read is told clearly', () => {
  const whole = raw(
    part(disposition('name="image"; filename="x"'), png),
    part(disposition('name="prompt"'), 'a cat'),
    '--b--',
  );

  test('a body cut anywhere before its closing boundary is malformed, never half a form', async () => {
    for (let length = 0; length < whole.length; length++) {
      const error = await failureOf(read(whole.subarray(0, length)));
      expect(error.code).toBe('malformed_request');
      expect(error.entry.status).toBe(400);
    }
  });

  test('a connection that breaks is malformed, and its late error does no harm', async () => {
    const stream = new Readable({ read: () => undefined });
    const reading = failureOf(
      readMultipart(stream, 'multipart/form-data; boundary=b', limits, size, plainReading(never)),
    );
    stream.push(whole.subarray(0, 50));
    await new Promise(setImmediate);
    stream.destroy(new Error('ECONNRESET'));
    expect((await reading).code).toBe('malformed_request');
    expect(
      (
        await failureOf(
          readMultipart(stream, 'multipart/form-data; boundary=b', limits, size, plainReading(never)),
        )
      ).code,
    ).toBe('malformed_request');
  });

  test('an abort ends the reading with its own reason and leaves the stream whole for an answer', async () => {
    const leaving = new AbortController();
    const stream = new Readable({ read: () => undefined });
    const reading = readMultipart(
      stream,
      'multipart/form-data; boundary=b',
      limits,
      size,
      plainReading(leaving.signal),
    );
    stream.push(whole.subarray(0, 50));
    leaving.abort(new Error('the caller left'));
    await expect(reading).rejects.toThrow('the caller left');
    expect(stream.destroyed).toBe(false);
    expect(stream.listenerCount('data')).toBe(0);
    await expect(
      readMultipart(stream, 'multipart/form-data; boundary=b', limits, size, plainReading(leaving.signal)),
    ).rejects.toThrow('the caller left');
  });

  test.each([
    ['multipart/form-data', 'invalid_value'],
    ['multipart/form-data; boundary=', 'invalid_value'],
    [`multipart/form-data; boundary=${'x'.repeat(300)}`, 'invalid_value'],
    ['multipart/form-data; boundary="a\rb"', 'invalid_value'],
    ['multipart/form-data; boundary="a\nb"', 'invalid_value'],
    ['multipart/mixed; boundary=b', 'unsupported_media_type'],
    ['application/json', 'unsupported_media_type'],
    ['', 'unsupported_media_type'],
  ])('content type %j', async (contentType, code) => {
    const error = await failureOf(
      readMultipart(Readable.from([whole]), contentType, limits, size, plainReading(never)),
    );
    expect(error.code).toBe(code);
    expect(error.param).toBeUndefined();
  });

  test('the headers of a part are read with blanks around their names and values', async () => {
    const spaced = raw(part('Content-Disposition \t:  form-data; name="prompt"  ', 'a fox'), '--b--');
    expect(await read(spaced)).toMatchObject({ fields: [{ name: 'prompt', value: 'a fox' }] });
  });

  test('a text that is not in its charset is refused with the one it should have', async () => {
    for (const [type, told] of [
      ['text/plain', 'UTF-8'],
      ['text/plain; charset=utf-16le', 'utf-16le'],
    ]) {
      const odd = raw(
        part(`${disposition('name="prompt"')}\r\nContent-Type: ${type}`, Buffer.from([0xff, 0xd8, 0x00])),
        '--b--',
      );
      const error = await failureOf(
        readMultipart(
          Readable.from([odd]),
          'multipart/form-data; boundary=b',
          limits,
          size,
          plainReading(never),
        ),
      );
      expect([error.param, error.message]).toEqual([
        'prompt',
        `The field 'prompt' is not valid ${told} text. Send it as UTF-8.`,
      ]);
    }
  });

  test('what a refusal repeats of a part is bounded', async () => {
    const charset = raw(
      part(`${disposition('name="prompt"')}\r\nContent-Type: text/plain; charset=${'k'.repeat(5000)}`),
      '--b--',
    );
    const error = await failureOf(
      readMultipart(
        Readable.from([charset]),
        'multipart/form-data; boundary=b',
        limits,
        size,
        plainReading(never),
      ),
    );
    expect(error).toMatchObject({ code: 'invalid_value', param: 'prompt' });
    expect(error.message.length).toBeLessThan(300);
    const name = 'n'.repeat(200);
    const odd = raw(part(disposition(`name="${name}"`), Buffer.from([0xff])), '--b--');
    const named = await failureOf(read(odd));
    expect([named.param, named.message]).toEqual([
      name,
      `The field '${'n'.repeat(64)}' is not valid UTF-8 text. Send it as UTF-8.`,
    ]);
  });

  test.each(['base64', 'BASE64', 'Quoted-Printable'])(
    'a part in the transfer encoding %s is refused, however that is spelled',
    async (encoding) => {
      const form = raw(
        part(`${disposition('name="prompt"')}\r\nContent-Transfer-Encoding: ${encoding}`),
        '--b--',
      );
      const reading = readMultipart(
        Readable.from([form]),
        'multipart/form-data; boundary=b',
        limits,
        size,
        plainReading(never),
      );
      await expect(reading).rejects.toMatchObject({ code: 'invalid_value', param: 'prompt' });
    },
  );

  test.each<[string, Buffer, Partial<MultipartLimits>, string, string | undefined]>([
    ['a file is too large', whole, { maxFileBytes: png.length - 1 }, 'body_too_large', 'image'],
    ['a field is too large', whole, { maxFieldBytes: 4 }, 'body_too_large', 'prompt'],
    ['too many files', whole, { maxFiles: 0 }, 'invalid_value', 'image'],
    ['too many fields', whole, { maxFields: 0 }, 'invalid_value', 'prompt'],
    [
      'headers are too large',
      raw(part(`X: ${'y'.repeat(300)}\r\n${disposition('name="a"')}`), '--b--'),
      { maxHeaderBytes: 256 },
      'malformed_request',
      undefined,
    ],
    [
      'headers never end',
      raw('--b', 'y'.repeat(300)),
      { maxHeaderBytes: 256 },
      'malformed_request',
      undefined,
    ],
    ['a part has no headers', raw('--b', '', 'x', '--b--'), {}, 'malformed_request', undefined],
    [
      'a part has no name',
      raw(part(disposition('filename="x"')), '--b--'),
      {},
      'malformed_request',
      undefined,
    ],
    [
      'a name is endless',
      raw(part(disposition(`name="${'x'.repeat(300)}"`)), '--b--'),
      {},
      'malformed_request',
      undefined,
    ],
    [
      'text is not UTF-8',
      raw(part(disposition('name="prompt"'), Buffer.from([0xc3, 0x28])), '--b--'),
      {},
      'invalid_value',
      'prompt',
    ],
    [
      'the charset is unknown',
      raw(part(`${disposition('name="prompt"')}\r\nContent-Type: text/plain; charset=klingon`), '--b--'),
      {},
      'invalid_value',
      'prompt',
    ],
    [
      'a part is base64',
      raw(part(`${disposition('name="image"')}\r\nContent-Transfer-Encoding: base64`), '--b--'),
      {},
      'invalid_value',
      'image',
    ],
    [
      'the boundary is another',
      raw('--c', disposition('name="prompt"'), '', 'x', '--c--'),
      {},
      'malformed_request',
      undefined,
    ],
    ['the boundary never comes', Buffer.alloc(200_000, 'x'), {}, 'malformed_request', undefined],
  ])('%s', async (_what, body, more, code, param) => {
    const error = await failureOf(read(body, { limits: more, cuts: [10, 20, 30] }));
    expect([error.code, error.param]).toEqual([code, param]);
  });

  test('limits are met to the byte', async () => {
    const exact = {
      maxFileBytes: png.length,
      maxFieldBytes: 5,
      maxFiles: 1,
      maxFields: 1,
    };
    expect((await read(whole, { limits: exact })).fields).toEqual([{ name: 'prompt', value: 'a cat' }]);
  });
});

test('what a picture was read from is given back at once, while its base64 stays', async () => {
  const body = raw(part(disposition('name="image"; filename="a"'), Buffer.alloc(300_000, 7)), '--b--');
  // As a socket gives it: in memory of its own.
  const chunk = Buffer.from(new Uint8Array(body).buffer);
  const reading = readMultipart(
    Readable.from([chunk]),
    'multipart/form-data; boundary=b',
    limits,
    size,
    plainReading(never),
  );
  const { files } = await reading;
  expect([chunk.length, files[0]?.byteLength]).toEqual([0, 300_000]);
});

test('thousands of spoiled forms end in a form or a 4xx, without a crash or a hang', async () => {
  const outcome = await fuzzMultipart({ count: 3000, seed: 20_261 });
  expect(outcome.forms + outcome.refusals).toBe(3000);
  expect(outcome.forms).toBeGreaterThan(300);
  expect(outcome.refusals).toBeGreaterThan(300);
});

test('a file that is too large is told by its place among its name and by its own', async () => {
  const image = (content: Buffer, filename: string) =>
    part(disposition(`name="image[]"; filename="${filename}"`), content);
  const failureFor = async (...parts: readonly Buffer[]) =>
    (await failureOf(read(raw(...parts, '--b--'), { limits: { maxFileBytes: 10 } }))).message;
  const [small, large] = [Buffer.alloc(10), Buffer.alloc(11)];
  expect(await failureFor(image(small, 'a.png'), image(large, 'b.png'))).toContain(
    "The file 'image[]' (number 2, 'b.png') is larger than the 10 bytes",
  );
  expect(await failureFor(image(large, ''))).toContain("The file 'image[]' is larger than");
  expect(await failureFor(part(disposition(`name="${'n'.repeat(100)}"; filename="x"`), large))).toContain(
    `The file '${'n'.repeat(64)}' ('x') is larger than`,
  );
});
