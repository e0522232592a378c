import { expect, test } from 'vitest';
import { maxSmallJsonBytes, parseSmallJson, smallText } from './small-json.ts';

test('a small document is parsed, one byte too many is no small one', () => {
  expect(parseSmallJson(Buffer.from('{"a":"é"}'))).toEqual({ a: 'é' });
  expect(maxSmallJsonBytes).toBe(8_388_608);
  const largest = Buffer.alloc(maxSmallJsonBytes, ' ');
  largest[0] = 0x31;
  expect(parseSmallJson(largest)).toBe(1);
  expect(() => parseSmallJson(Buffer.concat([largest, Buffer.from(' ')]))).toThrow(RangeError);
  expect(() => parseSmallJson(Buffer.from('{'))).toThrow(SyntaxError);
});

test('the beginning of a text is as long as was asked, or as the text', () => {
  expect([smallText(Buffer.from('abcdef'), 3), smallText(Buffer.from('ab'), 3)]).toEqual(['abc', 'ab']);
});
