import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CapturedProse } from './captured-prose.ts';
import { CapturedText } from './captured-text.ts';
import { JsonScanner } from './json-scanner.ts';

const paths = {
  keys: new Map([['root', new Map(Object.entries({ text: 'text', data: 'data' }))]]),
  elements: new Map<string, string>(),
  captures: new Map([
    ['text', 'prose'],
    ['data', 'base64'],
  ] as const),
  drops: new Set<string>(),
};

/** Reads JSON cut into chunks of `size` bytes. */
function scan(json: string, size = 1e9): Readonly<Record<string, unknown>> {
  const bytes = Buffer.from(json);
  const scanner = new JsonScanner(paths);
  for (let at = 0; at < bytes.length; at += size) scanner.push(Buffer.from(bytes.subarray(at, at + size)));
  return scanner.end() as Readonly<Record<string, unknown>>;
}

function prose(text: string, size?: number, write: (text: string) => string = JSON.stringify) {
  const { text: found } = scan(`{"text":${write(text)}}`, size);
  if (!(found instanceof CapturedProse)) throw new Error('not captured');
  const { words, pictures } = found;
  return {
    words,
    pictures: pictures.map(({ mimeType, characters }) => [
      mimeType,
      characters && Buffer.concat(characters.slices).toString(),
    ]),
  };
}
/** Every character beyond ASCII, and every slash, as an escape. */
const escaped = (text: string) =>
  JSON.stringify(text)
    .replaceAll('/', '\\/')
    .replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const picture = 'iVBORw0KGgo'.repeat(300);
const standard = `${picture}${'='.repeat((4 - (picture.length % 4)) % 4)}`;

describe('a picture as a data: URL in a text', () => {
  test.each([
    ['alone', `data:image/png;base64,${standard}`, 'image/png'],
    ['in Markdown', `Here: ![image](data:image/png;base64,${standard})\n\nEnjoy`, 'image/png'],
    ['in HTML', `<img src="data:image/jpeg;base64,${standard}" alt="x">`, 'image/jpeg'],
    ['with a parameter', `data:image/webp;name=a.webp;charset=x;base64,${standard} `, 'image/webp'],
    ['unpadded', `data:image/png;base64,${picture}`, 'image/png'],
    ['in capitals', `DATA:IMAGE/PNG;BASE64,${standard}`, 'image/png'],
    ['behind digits', `${'A'.repeat(5000)}data:image/png;base64,${standard}`, 'image/png'],
    ['of another type', `data:image/svg+xml;base64,${standard}`, 'image/svg+xml'],
  ])('is found %s, wherever chunks are cut, and written in any way', (_name, text, mimeType) => {
    for (const size of [1, 7, 64, 1e9])
      for (const write of [JSON.stringify, escaped])
        expect(prose(text, size, write).pictures).toEqual([[mimeType, standard]]);
  });

  test('of the other alphabet leaves as the standard says', () => {
    expect(prose('data:image/png;base64,-_-_AA)').pictures).toEqual([['image/png', '+/+/AA==']]);
  });

  test('that is none is told as one that cannot be read', () => {
    for (const data of ['A', 'AAA=AAAA'])
      expect(prose(`data:image/png;base64,${data}`).pictures).toEqual([['image/png', undefined]]);
    for (const data of ['', '!', ' AAAA'])
      expect(prose(`data:image/png;base64,${data}`).pictures).toEqual([]);
  });

  test('is one of several, and of more than any answer has no more are kept', () => {
    expect(prose('a data:image/png;base64,AAAA b data:image/gif;base64,BBBB c')).toEqual({
      words: 'a data:image/png;base64, b data:image/gif;base64, c',
      pictures: [
        ['image/png', 'AAAA'],
        ['image/gif', 'BBBB'],
      ],
    });
    expect(prose('data:image/png;base64,AAAA '.repeat(1000)).pictures).toHaveLength(16);
  });

  test.each([
    'data:image/png,AAAA',
    'data:;base64,AAAA',
    'image/png;base64,AAAA',
    'data:image/png;base64;AAAA',
  ])('%s is none', (text) => expect(prose(text)).toEqual({ words: text, pictures: [] }));
});

describe('words', () => {
  test('are what JSON.parse reads, wherever chunks are cut, and written in any way', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom(JSON.stringify, escaped),
        (text, size, write) => {
          expect(prose(text, size, write)).toEqual({ words: text.toWellFormed(), pictures: [] });
        },
      ),
    );
  });

  test('between the head of a data: URL and its comma make it no picture', () => {
    for (const broken of ['data:image/\u00e9png;base64,AAAA', 'data:image/png;base64\u20ac,AAAA'])
      expect(prose(broken, 1, escaped)).toEqual({ words: broken, pictures: [] });
  });

  test('hold the first character beyond ASCII, as an escape too', () => {
    expect(prose('a\u0080b\u007fc', 3, escaped).words).toBe('a\u0080b\u007fc');
  });

  test('are bounded, and no half of a pair is in them', () => {
    expect(prose('🦊'.repeat(50_000)).words.length).toBeLessThanOrEqual(16 * 1024);
    expect(prose('A'.repeat(1_000_000)).words.length).toBe(16 * 1024);
    expect(prose('', 1e9, () => '"a\\ud83e b\\udd8a c\\ud83e\\ud83e\\udd8a\\ud83e"').words).toBe(
      'a\ufffd b\ufffd c\ufffd🦊\ufffd',
    );
  });
});

describe('base64 in a data: URL', () => {
  const data = (text: string, size?: number, write: (text: string) => string = JSON.stringify) => {
    const { data: found } = scan(`{"data":${write(text)}}`, size);
    if (!(found instanceof CapturedText)) throw new Error('not captured');
    return found.characters && Buffer.concat(found.characters.slices).toString();
  };

  test('is the base64 in it', () => {
    for (const size of [1, 5, 1e9])
      for (const write of [JSON.stringify, escaped])
        for (const head of ['data:image/png;base64,', 'data:;base64,', 'data:image/svg+xml;a=b;base64,'])
          expect(data(`${head}${picture}`, size, write)).toBe(standard);
  });

  test('that never comes is none', () => {
    for (const text of ['data:', 'data:image/png;base64', 'xdata:image/png;base64,AAAA', 'da:ta,AAAA'])
      expect(data(text)).toBeUndefined();
  });
});
