import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerPaths } from '../upstreams/gemini/answer-paths.ts';
import { editPaths } from '../openai/images/request-paths.ts';
import { JsonScanner, type PathMap } from './json-scanner.ts';

/** What the scanner should have seen, by JSON.parse: captured strings replaced by their text, dropped ones by ''. */
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
  const { document, captured } = scanner.end();
  const texts = captured.map((image) =>
    image === undefined ? undefined : Buffer.concat(image.slices).toString('latin1'),
  );
  return restore(document, 'root', paths, texts);
}

function restore(
  value: unknown,
  node: string,
  paths: PathMap,
  texts: readonly (string | undefined)[],
): unknown {
  if (typeof value === 'string') return paths.captures.has(node) ? texts[Number(value)] : value;
  if (Array.isArray(value))
    return value.map((item) => restore(item, paths.elements.get(node) ?? 'other', paths, texts));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        restore(member, paths.keys.get(node)?.get(key) ?? 'other', paths, texts),
      ]),
    );
  }
  return value;
}

/** JSON.parse's document with dropped strings emptied. */
function dropSignatures(value: unknown, node: string, paths: PathMap): unknown {
  if (typeof value === 'string') return paths.drops.has(node) ? '' : value;
  if (Array.isArray(value))
    return value.map((item) => dropSignatures(item, paths.elements.get(node) ?? 'other', paths));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        dropSignatures(member, paths.keys.get(node)?.get(key) ?? 'other', paths),
      ]),
    );
  }
  return value;
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
const blob = fc.record({ mimeType: fc.constant('image/png'), data: base64 }, { noNullPrototype: true });
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
          expect(scanInPieces(text, cuts, answerPaths)).toEqual(
            dropSignatures(JSON.parse(text), 'root', answerPaths),
          );
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
        expect(scanInPieces(text, cuts, answerPaths)).toEqual(
          dropSignatures(JSON.parse(text), 'root', answerPaths),
        );
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
          // Of anything else no picture is made, see the test below.
          const isPlain = !/[^\x20-\x7e]|\\u|\\[bfnrt"\\]/.test(JSON.stringify(document));
          fc.pre(isPlain);
          expect(scanInPieces(text, cuts, editPaths)).toEqual(JSON.parse(text));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('refuses exactly what JSON.parse refuses when a document is cut or damaged outside its pictures', () => {
    fc.assert(
      fc.property(
        answer,
        fc.nat(),
        fc.constantFrom('', '{', '}', '"', ',', '\\', ':'),
        (document, position, insert) => {
          const whole = JSON.stringify(dropLong(document));
          const at = position % (whole.length + 1);
          const text = insert === '' ? whole.slice(0, at) : whole.slice(0, at) + insert + whole.slice(at);
          const noPaths: PathMap = {
            keys: new Map(),
            elements: new Map(),
            captures: new Set(),
            drops: new Set(),
          };
          expect(fails(() => scanInPieces(text, [at], noPaths))).toBe(fails(() => JSON.parse(text)));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('keeps a picture as slices of the received buffers, without copying it', () => {
    const chunk = Buffer.from(
      `{"candidates":[{"content":{"parts":[{"inlineData":{"data":"${'A'.repeat(100_000)}"}}]}}]}`,
    );
    const scanner = new JsonScanner(answerPaths);
    scanner.push(chunk);
    const [image] = scanner.end().captured;
    expect(image?.slices).toHaveLength(1);
    expect(image?.slices[0]?.buffer).toBe(chunk.buffer);
  });

  test.each(['\\u00e9', '\\n', '\\"', '\\u0022', '\\\\', '\\u005c'])(
    'marks a picture with %s in it instead of passing it on',
    (escape) => {
      const scanner = new JsonScanner(answerPaths);
      const text = `{"candidates":[{"content":{"parts":[{"inlineData":{"data":"AA${escape}A"}}]}}]}`;
      scanner.push(Buffer.from(text));
      expect(scanner.end().captured).toEqual([undefined]);
    },
  );

  test('bounds the text around the pictures and the nesting', () => {
    const text = new JsonScanner(answerPaths);
    expect(() => {
      for (let round = 0; round < 20; round++) text.push(Buffer.alloc(1024 * 1024, 0x20));
    }).toThrow(RangeError);
    expect(() => new JsonScanner(answerPaths).push(Buffer.from('['.repeat(1000)))).toThrow(RangeError);
  });
});

function dropLong(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function fails(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}
