import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable, printableLines } from './printable.ts';

test.each([
  ['an escape sequence', '\u001b[2J', '\\u001b[2J'],
  ['its form of one character', '\u009b31m', '\\u009b31m'],
  ['a bell, a null and a delete', 'a\u0007\0\u007f', 'a\\u0007\\u0000\\u007f'],
  ['line ends of every kind', 'a\r\nb\u0085c\u2028d\u2029', 'a\\u000d\\u000ab\\u0085c\\u2028d\\u2029'],
  ['a turn of direction', '\u202egnp.exe\u2066\u200f\u061c', '\\u202egnp.exe\\u2066\\u200f\\u061c'],
  ['invisible tags', 'a\u{e0041}', 'a\\udb40\\udc41'],
  ['half a character', 'a\ud83d', 'a\\ud83d'],
])('%s is written out', (_name, text, expected) => {
  expect(printable(text)).toBe(expected);
});

test('text of any language stays as it is, also what is joined from several characters', () => {
  const text = 'süß 海獺 العربية 👩‍👩‍👧 🏳️‍🌈 "quoted" \\ e\u0301';
  expect(printable(text)).toBe(text);
});

test('several lines keep their ends and tabs, and nothing else', () => {
  expect(printableLines('a\r\n\tb\rc\u001b\n')).toBe('a\r\n\tb\\u000dc\\u001b\n');
});

test('JSON means the same as before, and holds nothing unprintable', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), (json) => {
      const line = printableLines(json);
      expect(JSON.parse(line)).toEqual(JSON.parse(json));
      expect(printableLines(line)).toBe(line);
    }),
  );
});
