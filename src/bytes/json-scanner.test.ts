import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerPaths } from '../upstreams/gemini/answer-paths.ts';
import { editPaths } from '../openai/images/request-paths.ts';
import { CapturedProse } from './captured-prose.ts';
import { CapturedText, type CaptureKind } from './captured-text.ts';
import { JsonScanner, TooManyValuesError } from './json-scanner.ts';
import type { PathMap } from './path-map.ts';

/** The document, scanned in pieces, with every captured string as `captured(its characters)`. */
function scanInPieces(text: string, cuts: readonly number[], paths: PathMap): unknown {
  const bytes = Buffer.from(text);
  const scanner = new JsonScanner(paths);
  const borders = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort(
    (left, right) => left - right,
  );
  let start = 0;
  for (const border of [...borders, bytes.length]) {
    // A copy, as the network delivers: nothing may depend on neighbouring chunks sharing memory.
    scanner.push(Buffer.from(bytes.subarray(start, border)));
    start = border;
  }
  return shown(scanner.end());
}

function shown(value: unknown): unknown {
  if (value instanceof CapturedText) return captured(textOf(value));
  if (value instanceof CapturedProse) return { words: value.words };
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shown(member)]));
}

const captured = (characters: string | undefined) => ({ captured: characters ?? null });
const textOf = ({ characters }: CapturedText): string | undefined =>
  characters && Buffer.concat(characters.slices).toString('latin1');

/** What the scanner should see, from JSON.parse: captured strings as such, dropped ones empty. */
function expected(value: unknown, paths: PathMap, slot = 'root'): unknown {
  if (typeof value === 'string') {
    const kind = paths.captures.get(slot);
    if (kind === 'prose') return { words: value.toWellFormed() };
    if (kind !== undefined) return captured(expectedCapture(kind, value));
    return paths.drops.has(slot) ? '' : value;
  }
  if (Array.isArray(value))
    return value.map((item) => expected(item, paths, paths.elements.get(slot) ?? 'other'));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      expected(member, paths, paths.keys.get(slot)?.get(key) ?? 'other'),
    ]),
  );
}

function expectedCapture(kind: CaptureKind, text: string): string | undefined {
  if (kind === 'text') return /^[\x20-\x7e]*$/.test(text) ? text : undefined;
  const [, digits] =
    /^([A-Za-z0-9+/]*)={0,2}$/.exec(
      text
        .replaceAll(/[ \t\r\n]/g, '')
        .replaceAll('-', '+')
        .replaceAll('_', '/'),
    ) ?? [];
  if (digits === undefined || digits.length % 4 === 1) return undefined;
  return digits.padEnd(Math.ceil(digits.length / 4) * 4, '=');
}

const base64 = fc
  .tuple(fc.oneof({ weight: 3, arbitrary: fc.nat(45) }, { weight: 1, arbitrary: fc.nat(4000) }), fc.nat(255))
  .map(([length, salt]) =>
    Buffer.from(Array.from({ length }, (_, index) => (index * 31 + salt * 17 + (index >> 3)) & 255)).toString(
      'base64',
    ),
  );
const anyText = fc.oneof(
  // Any UTF-16 text, lone surrogates aside: bytes on the wire hold none.
  fc.array(fc.nat(0xffff), { maxLength: 30 }).map((units) => String.fromCharCode(...units).toWellFormed()),
  fc.constantFrom('"', '\\', '\\"', '{"data":"x"}', '\u2028', '😀', 'inlineData', ''),
);
/** Base64 as some upstream might spell it, and what only looks like it. */
const spelledBase64 = fc.oneof(
  { weight: 4, arbitrary: base64 },
  base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')),
  base64.map((text) => text.replaceAll(/.{76}/g, '$&\r\n')),
  fc
    .tuple(base64, fc.constantFrom('=', 'A', 'AA=A', '===', '<script>', 'é', '"', '\\', '\0', '0'))
    .map((both) => both.join('')),
);
const blob = fc.record(
  { mimeType: fc.constant('image/png'), data: spelledBase64 },
  { noNullPrototype: true },
);
const part = fc.record(
  {
    text: anyText,
    thought: fc.boolean(),
    inlineData: blob,
    inline_data: blob,
    thoughtSignature: base64,
    thought_signature: base64,
    other: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const odd = fc.jsonValue({ maxDepth: 3 });
const content = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record(
      { parts: fc.array(part, { maxLength: 4 }), role: fc.constant('model') },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  odd,
);
const candidate = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record(
      { content, finishReason: anyText, index: fc.nat() },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  odd,
);
const answer = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      { candidates: fc.array(candidate, { maxLength: 3 }), usageMetadata: odd, data: anyText, parts: odd },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  { weight: 1, arbitrary: odd },
);

/** Writes a document with random whitespace, key order and escapes, as some server might. */
const layout = fc.record({
  indent: fc.constantFrom(0, 1, 2, '\t', ' \n '),
  escapeEvery: fc.constantFrom(0, 2, 7, 50),
  reverseKeys: fc.boolean(),
});

function write(
  value: unknown,
  {
    indent,
    escapeEvery,
    reverseKeys,
  }: { indent: number | string; escapeEvery: number; reverseKeys: boolean },
): string {
  const ordered = reverseKeys ? reverse(value) : value;
  const text = JSON.stringify(ordered, null, indent === ' \n ' ? 1 : indent);
  if (escapeEvery === 0) return text;
  // Inside strings any character may be written as an escape; keys included.
  return text.replaceAll(/"(?:[^"\\]|\\.)*"/g, (literal) => {
    let index = 0;
    return literal.replaceAll(/\\u[0-9a-f]{4}|\\.|[^\\]/gsu, (character) => {
      index++;
      if (
        character === '"' ||
        character.startsWith('\\') ||
        character.length > 1 ||
        index % escapeEvery !== 0
      )
        return character;
      return character === '/' ? '\\/' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    });
  });
}

function reverse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverse);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reverse(member)]),
  );
}

describe('JsonScanner', () => {
  test('equals JSON.parse for 10,000 random answers in any layout, cut at random bytes', () => {
    fc.assert(
      fc.property(
        answer,
        layout,
        fc.array(fc.nat({ max: 20_000 }), { maxLength: 12 }),
        (document, look, cuts) => {
          const text = write(document, look);
          expect(scanInPieces(text, cuts, answerPaths)).toEqual(expected(JSON.parse(text), answerPaths));
        },
      ),
      { numRuns: 10_000 },
    );
  }, 120_000);

  test('equals JSON.parse when every byte arrives alone', () => {
    fc.assert(
      fc.property(answer, layout, (document, look) => {
        const text = write(document, look);
        const cuts = Array.from({ length: Buffer.byteLength(text) }, (_, index) => index);
        expect(scanInPieces(text, cuts, answerPaths)).toEqual(expected(JSON.parse(text), answerPaths));
      }),
      { numRuns: 300 },
    );
  });

  test('equals JSON.parse for edits, wherever their pictures stand', () => {
    const image = fc.oneof(
      base64,
      fc.record(
        { image_url: fc.oneof(base64, fc.record({ url: base64 }, { noNullPrototype: true })) },
        { noNullPrototype: true },
      ),
    );
    const edit = fc.record(
      {
        images: fc.oneof(fc.array(image, { maxLength: 3 }), odd),
        image: fc.oneof(image, fc.array(image, { maxLength: 2 })),
        mask: image,
        prompt: anyText,
      },
      { requiredKeys: [], noNullPrototype: true },
    );
    fc.assert(
      fc.property(
        edit,
        layout,
        fc.array(fc.nat({ max: 20_000 }), { maxLength: 6 }),
        (document, look, cuts) => {
          const text = write(document, look);
          expect(scanInPieces(text, cuts, editPaths)).toEqual(expected(JSON.parse(text), editPaths));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('refuses exactly what JSON.parse refuses when a document is cut or damaged outside its pictures', () => {
    const noPaths: PathMap = { keys: new Map(), elements: new Map(), captures: new Map(), drops: new Set() };
    fc.assert(
      fc.property(
        answer,
        fc.nat(),
        fc.constantFrom('', '{', '}', '"', ',', '\\', ':', '\n', '\0', '\u001f'),
        (document, position, insert) => {
          const whole = JSON.stringify(document);
          const at = position % (whole.length + 1);
          const text = insert === '' ? whole.slice(0, at) : whole.slice(0, at) + insert + whole.slice(at);
          expect(fails(() => scanInPieces(text, [at], noPaths))).toBe(fails(() => JSON.parse(text)));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each(Array.from({ length: 32 }, (_, control) => control))(
    'a raw control character %i in a string is no JSON, captured, dropped or neither, wherever it stands',
    (control) => {
      for (const member of ['"inlineData":{"data":"', '"thoughtSignature":"', '"text":"', '"']) {
        for (const before of [0, 3, 5000]) {
          const text = `{"candidates":[{"content":{"parts":[{${member}${'A'.repeat(before)}${String.fromCharCode(control)}AAAA"}}]}}]}`;
          expect(() => scanInPieces(text, [before], answerPaths)).toThrow(SyntaxError);
        }
      }
    },
  );

  test.each(['\\u00zz', '\\u12', '\\u12"', '\\uD83', '\\x41', '\\', '\\u 123', '\\u+123'])(
    'the broken escape %s is no JSON, in a picture either',
    (escape) => {
      for (const member of ['"inlineData":{"data":"', '"thoughtSignature":"']) {
        const text = `{"candidates":[{"content":{"parts":[{${member}AAAA${escape}"}}]}}]}`;
        expect(() => scanInPieces(text, [], answerPaths)).toThrow(SyntaxError);
      }
    },
  );

  test.each([
    ['https://a.example/x?y="z"', 'https://a.example/x?y="z"'],
    ['\thttps://a.example/\r\n', 'https://a.example/'],
    ['data:image/png;base64,AA\nAA', 'data:image/png;base64,AAAA'],
    ['https://a.example/\u0000', undefined],
    ['data:image/png;base64,AAAA\u007f', undefined],
    ['AAAA\u00e9', undefined],
  ])(
    'a text that may be a link or a picture is kept as it was written but for line breaks (%j), if it is printable',
    (text, kept) => {
      for (const written of [
        JSON.stringify({ image: text }),
        `{"image":"${text.replaceAll(/[^]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}"}`,
      ])
        expect(scanInPieces(written, [12], editPaths)).toEqual({ image: captured(kept) });
    },
  );

  test('no text of a document can be taken for a captured one, nor for a place among them', () => {
    const text = JSON.stringify({
      images: [
        { image_url: 'AAAA', data: { data: '0', captured: '0' } },
        { data: { data: '0' } },
        ['1', { url: '0' }],
      ],
      image_1: '0',
      prompt: '0',
      0: '0',
      __proto__: '0',
      mask: { 0: '0', url: '0' },
    });
    expect(scanInPieces(text, [40], editPaths)).toEqual(expected(JSON.parse(text), editPaths));
  });

  test('keeps a picture as slices of the received buffers, without copying it', () => {
    const chunk = Buffer.from(
      `{"candidates":[{"content":{"parts":[{"inlineData":{"data":"${'A'.repeat(100_000)}"}}]}}]}`,
    );
    const scanner = new JsonScanner(answerPaths);
    scanner.push(chunk);
    const { candidates } = scanner.end() as {
      candidates: [{ content: { parts: [{ inlineData: { data: CapturedText } }] } }];
    };
    const image = candidates[0].content.parts[0].inlineData.data.characters;
    expect(image?.slices).toHaveLength(1);
    expect(image?.slices[0]?.buffer).toBe(chunk.buffer);
  });

  test('finds the end of a document, and leaves what stands behind it', () => {
    const chunk = Buffer.from('{"a":[1,{"b":"}]"}]} {"next":1}');
    const scanner = new JsonScanner(answerPaths);
    const end = scanner.pushDocument(chunk, 0);
    expect([chunk.subarray(end).toString(), scanner.isWhole]).toEqual([' {"next":1}', true]);
    expect(scanner.end()).toEqual({ a: [1, { b: '}]' }] });
  });

  test('of a document that breaks off it keeps what came before, its captured strings in order', () => {
    fc.assert(
      fc.property(answer, layout, fc.nat(), (document, look, position) => {
        const bytes = Buffer.from(write(document, look));
        const whole = new JsonScanner(answerPaths);
        whole.push(bytes);
        const scanner = new JsonScanner(answerPaths);
        scanner.push(bytes.subarray(0, position % bytes.length));
        const early = capturedIn(scanner.endEarly());
        expect(early).toEqual(capturedIn(whole.end()).slice(0, early.length));
      }),
      { numRuns: 2000 },
    );
  });

  test('of a document that breaks off every value that was closed is there, with its picture', () => {
    const scanner = new JsonScanner(answerPaths);
    const part = { inlineData: { mimeType: 'image/png', data: 'AAAA' } };
    const whole = JSON.stringify({ candidates: [{ content: { parts: [part, part] }, index: 7 }] });
    scanner.push(Buffer.from(whole.slice(0, whole.lastIndexOf('"data"') + 9)));
    expect(shown(scanner.endEarly())).toEqual({
      candidates: [
        { content: { parts: [{ inlineData: { mimeType: 'image/png', data: { captured: 'AAAA' } } }] } },
      ],
    });
    const deeper = new JsonScanner(answerPaths);
    deeper.push(Buffer.from(`${whole.slice(0, -3)},"next":[{"deep":[1,`));
    expect(shown(deeper.endEarly())).toMatchObject({
      candidates: [{ content: { parts: [{}, {}] } }],
    });
    const none = new JsonScanner(answerPaths);
    none.push(Buffer.from('{"a":[1],"b":'));
    expect(none.endEarly()).toBeUndefined();
  });

  test('bounds the text around the pictures, the nesting and the number of values', () => {
    const text = new JsonScanner(answerPaths);
    expect(() => {
      for (let round = 0; round < 20; round++) text.push(Buffer.alloc(1024 * 1024, 0x20));
    }).toThrow(RangeError);
    expect(() => new JsonScanner(answerPaths).push(Buffer.from('['.repeat(1000)))).toThrow(RangeError);
    for (const many of ['{},', '0,', '[],', '"",', '{"a":1},']) {
      const scanner = new JsonScanner(answerPaths);
      expect(() => scanner.push(Buffer.from(`[${many.repeat(10_001)}`))).toThrow(TooManyValuesError);
    }
    const enough = new JsonScanner(answerPaths);
    enough.push(Buffer.from(`[${'0,'.repeat(9998)}0]`));
    expect(enough.end()).toHaveLength(9999);
    const most = new JsonScanner(answerPaths);
    expect(() => most.push(Buffer.from(`[${'0,'.repeat(9999)}`))).not.toThrow();
    expect(() => most.push(Buffer.from('0,'))).toThrow(TooManyValuesError);
  });
});

/** All captured strings of a document, in order. */
function capturedIn(value: unknown): (string | undefined)[] {
  if (value instanceof CapturedText) return [textOf(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(capturedIn) : [];
}

function fails(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}
