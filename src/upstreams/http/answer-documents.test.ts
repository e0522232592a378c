import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Base64Image } from '../../bytes/base64-image.ts';
import { CapturedText } from '../../bytes/captured-text.ts';
import type { PathMap } from '../../bytes/path-map.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { AnswerDocuments } from './answer-documents.ts';

const paths: PathMap = {
  keys: new Map([
    [
      'root',
      new Map([
        ['data', 'picture'],
        ['part', 'root'],
      ]),
    ],
  ]),
  elements: new Map(),
  captures: new Map([['picture', 'base64']]),
  drops: new Set(),
};

function read(text: string | Buffer, cuts: readonly number[] = []) {
  const found: unknown[] = [];
  const documents = new AnswerDocuments(paths, (document) => found.push(document));
  const bytes = Buffer.from(text);
  const edges = [...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length].toSorted(
    (left, right) => left - right,
  );
  let start = 0;
  for (const edge of edges) {
    documents.push(Buffer.from(bytes.subarray(start, edge)));
    start = edge;
  }
  documents.end();
  return { found, documents };
}

const picture = new CapturedText(new Base64Image([Buffer.from('AAAA')]));
const one = '{"a":{"b":[1,"}"]}}';
const two = '{"c":2}';
const both = [JSON.parse(one), JSON.parse(two)] as unknown[];

describe('the documents of an answer', () => {
  test.each([
    ['plain JSON', one, both.slice(0, 1)],
    ['JSON with a byte order mark', `\ufeff${one}`, both.slice(0, 1)],
    ['JSON with blanks around it', `\r\n  ${one}\n\n`, both.slice(0, 1)],
    ['a list', `[${one},\n${two}]`, both],
    ['a list that is cut', `[${one},${two}`, both],
    ['one behind the other', one + two, both],
    ['one a line', `${one}\n${two}\n`, both],
    ['JSON with something behind it', `${one}garbage`, both.slice(0, 1)],
    ['an event stream', `data: ${one}\n\ndata: ${two}\n\n`, both],
    ['an event stream with a byte order mark', `\ufeffdata: ${one}\n\ndata: ${two}\n\n`, both],
    ['one with CR alone', `data: ${one}\r\rdata: ${two}\r\r`, both],
    ['one with single line ends', `data: ${one}\ndata: ${two}\n`, both],
    ['one with [DONE]', `data: ${one}\n\ndata: ${two}\n\ndata: [DONE]\n\n`, both],
    ['one with empty data', `data:\n\ndata: ${one}\n\ndata\n\ndata: ${two}\n\n`, both],
    ['one with comments', `: {"x":1}\n\nevent: {"y":1}\ndata: ${one}\n\n:\n\ndata: ${two}\n\n`, both],
    ['one of several lines an event', `data: {"a":\ndata:{"b":[1,\ndata: "}"]}}\n\ndata: ${two}\n\n`, both],
    [
      'one with lines cut inside strings',
      `data: {"a":{"b":[1,"\ndata: }\ndata: "]}}\n\ndata: ${two}\n\n`,
      both,
    ],
    ['one whose last event is not ended', `data: ${one}\n\ndata: ${two}`, both],
    ['one with words between', `data: ${one}\n\ndata: hello\n\ndata: ${two}\n\n`, both],
    ['one with something behind its JSON', `data: ${one} and so on\n\ndata: ${two}\n\n`, both],
  ])('are found in %s, wherever it is cut', (_name, text, expected) => {
    expect(read(text).found).toEqual(expected);
    const everywhere = Array.from({ length: Buffer.byteLength(text) }, (_, index) => index);
    expect(read(text, everywhere).found).toEqual(expected);
    expect(read(text, [3, 7]).documents).toMatchObject({ count: expected.length, failure: undefined });
  });

  test.each([
    ['cut', `data: ${one}\n\ndata: {"data":"AAAA","x":`, 1],
    ['cut inside a stream', `data: {"data":"AAAA",\n\ndata: ${one}\n\n`, 1],
    ['cut in its picture', '{"data":"AAA', 0],
    ['no JSON', `data: {oops}\n\ndata: ${one}\n\n`, 1],
    ['a string with a raw line end', `{"data":"AA\nAA"} ${one}`, 0],
    ['of broken escapes', `{"data":"\\u00zz"}`, 0],
  ])('that are %s are told, and take nothing from the others', (_name, text, count) => {
    const { found, documents } = read(text);
    expect(found).toHaveLength(count);
    expect(documents.count).toBe(count);
    expect(documents.failure).toBeInstanceOf(SyntaxError);
  });

  const withPicture = '{"part":{"data":"AAAA","x":[1]},"usage":{"a":"b","c":[1,2]}}';
  test('that break off behind a picture are read as far as they came, wherever that is', () => {
    const pictureEnd = withPicture.indexOf(']') + 1;
    for (let cut = 1; cut < withPicture.length; cut++) {
      for (const text of [withPicture.slice(0, cut), `data: ${withPicture.slice(0, cut)}`]) {
        const { found, documents } = read(text);
        expect(documents.failure).toBeInstanceOf(SyntaxError);
        expect(documents.count).toBe(0);
        if (cut < pictureEnd) expect(found).toEqual([]);
        else expect(found).toMatchObject([{ part: { data: picture, x: [1] } }]);
      }
    }
  });

  test('that turn out to be no JSON, or too large, behind a picture are read up to there', () => {
    const begun = '{"part":{"data":"AAAA"},';
    expect(read(`${begun}"data":"AA\nAA"}`).found).toEqual([{ part: { data: picture } }]);
    const found: unknown[] = [];
    const documents = new AnswerDocuments(paths, (document) => found.push(document));
    expect(() => documents.push(Buffer.from(`${begun}"a":[${'0,'.repeat(20_000)}`))).toThrow(PlantainError);
    expect(found).toEqual([{ part: { data: picture } }]);
    documents.end();
    expect(found).toHaveLength(1);
  });

  test('that were broken before their picture are not', () => {
    expect(read('{"a":,"part":{"data":"AAAA"},"b":').found).toEqual([]);
  });

  test.each(['', '   ', 'true', '"text"', '5', '<html>{}</html>', '[]', 'data: 5\n\n', 'data: [DONE]\n\n'])(
    'are none in %j',
    (text) => {
      expect(read(text).documents).toMatchObject({ count: 0, failure: undefined });
    },
  );

  test('that come as an event stream are known for it', () => {
    expect(read(`data: ${one}\n\n`).documents.isEventStream).toBe(true);
    expect(read(one).documents.isEventStream).toBe(false);
    expect(read('').documents.isEventStream).toBe(false);
  });

  test('of more than anybody needs are refused, not read for seconds', () => {
    const tooLarge = { code: 'upstream_answer_too_large' };
    const thrown = (text: string): unknown => {
      try {
        return read(text);
      } catch (error) {
        return error;
      }
    };
    expect(thrown(`{"a":[${'{},'.repeat(2_400_000)}{}]}`)).toMatchObject(tooLarge);
    expect(thrown('{"a":'.repeat(100_000))).toMatchObject(tooLarge);
    expect(thrown(`{"a":"${'a'.repeat(9e6)}"}`)).toMatchObject(tooLarge);
    expect(thrown('data: {}\n\n'.repeat(1001))).toMatchObject(tooLarge);
    expect(thrown('{}'.repeat(1001))).toMatchObject(tooLarge);
    expect(read('{}'.repeat(1000)).documents.count).toBe(1000);
  });

  test('keep their pictures as slices of what arrived', () => {
    const data = 'iVBORw0K'.repeat(5000);
    for (const text of [`{"data":"${data}"}`, `data: {"data":"${data}"}\r\n\r\n`]) {
      const chunk = Buffer.from(text);
      const found: { data: CapturedText }[] = [];
      const documents = new AnswerDocuments(paths, (document) =>
        found.push(document as { data: CapturedText }),
      );
      documents.push(chunk);
      const slices = found[0]?.data.characters?.slices ?? [];
      expect(slices.map((slice) => slice.length)).toEqual([data.length]);
      expect(slices[0]?.buffer).toBe(chunk.buffer);
    }
  });

  test('faults of who takes them are nobody else’s', () => {
    const documents = new AnswerDocuments(paths, () => {
      throw new RangeError('ours');
    });
    expect(() => documents.push(Buffer.from('{}'))).toThrow(new RangeError('ours'));
  });

  test('any bytes at all are read, or refused as too large', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((given) => Buffer.from(given)),
      fc
        .array(fc.constantFrom('data:', '{', '}', '"', '\n', '\r', '[', ',', 'a', ':', '\\', ' '), {
          maxLength: 40,
        })
        .map((pieces) => Buffer.from(pieces.join(''))),
    );
    fc.assert(
      fc.property(bytes, fc.array(fc.nat({ max: 60 }), { maxLength: 5 }), (given, cuts) => {
        const { found, documents } = read(given, cuts);
        expect(documents.count).toBe(found.length);
        expect(found).toEqual(read(given).found);
      }),
      { numRuns: 2000 },
    );
  });
});
