import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRecords } from './csv-records.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  const characters = [...text];
  for (let from = 0; from < characters.length; from += size)
    yield characters.slice(from, from + size).join('');
}

async function read(text: string, size = 7): Promise<(readonly string[])[]> {
  const records = [];
  for await (const record of csvRecords(inPieces(text, size))) records.push(record);
  return records;
}

test('whatever stands in quoted fields comes out as it went in, however the text is cut into pieces', async () => {
  const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '🦊'), maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 5 }),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 9 }),
      async (records, end, size) => {
        const text = records
          .map((fields) => fields.map((value) => `"${value.replaceAll('"', '""')}"`).join(',') + end)
          .join('');
        expect(await read(text, size)).toEqual(records);
      },
    ),
  );
});

test.each([
  [
    'a,b\n1,2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a,,\r\n\r\n\n,b\n',
    [
      ['a', '', ''],
      ['', 'b'],
    ],
  ],
  ['5" of it,b\n', [['5" of it', 'b']]],
  ['""\n', [['']]],
])('%j', async (text, records) => {
  expect(await read(text)).toEqual(records);
});

test.each([
  ['a\n"b', /last quote is not closed/],
  ['a\n"b"c\n', /line 2 has text behind a closing quote/],
  [`${'x'.repeat(1024 * 1024)}xx`, /line 1 is too long/],
])('a file that is no CSV is refused with its line', async (text, message) => {
  await expect(read(text, 100_000)).rejects.toThrow(message);
});
