import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readParameterisedHeader } from './header-parameters.ts';

test.each([
  ['form-data; name="image"', 'form-data', { name: 'image' }],
  ['Form-Data ; NAME = image ; filename="a b.png"', 'form-data', { name: 'image', filename: 'a b.png' }],
  ['form-data; name="a;b=c"; filename=";"', 'form-data', { name: 'a;b=c', filename: ';' }],
  ['form-data; name=ab=c; filename=d', 'form-data', { name: 'ab=c', filename: 'd' }],
  ['form-data; name="a;"; filename="b=c;"', 'form-data', { name: 'a;', filename: 'b=c;' }],
  ['form-data; filename="a \\"b\\" \\\\ c.png"', 'form-data', { filename: 'a "b" \\ c.png' }],
  ['form-data; filename="C:\\dir\\x.png"', 'form-data', { filename: 'C:\\dir\\x.png' }],
  ['form-data; name="a"b=c; filename=d', 'form-data', { name: 'a', filename: 'd' }],
  ['form-data; name="never closed', 'form-data', { name: 'never closed' }],
  ['form-data; name; filename=', 'form-data', { filename: '' }],
  ['form-data; name="first"; name="second"', 'form-data', { name: 'first' }],
  [
    'multipart/form-data; boundary=----x; charset=utf-8',
    'multipart/form-data',
    { boundary: '----x', charset: 'utf-8' },
  ],
  ['multipart/form-data; boundary="a b"', 'multipart/form-data', { boundary: 'a b' }],
  ['form-data; __proto__=x; constructor=y', 'form-data', { ['__proto__']: 'x', constructor: 'y' }],
  ['', '', {}],
  [';;;', '', {}],
])('%j is read as servers do', (header, value, parameters) => {
  const read = readParameterisedHeader(header);
  expect(read.value).toBe(value);
  expect([...read.parameters]).toEqual(Object.entries(parameters));
});

test('any quoted value comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const quoted = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
      expect(readParameterisedHeader(`form-data; name="${quoted}"; filename=x`).parameters.get('name')).toBe(
        value,
      );
      expect(
        readParameterisedHeader(`form-data; name="${quoted}"; filename=x`).parameters.get('filename'),
      ).toBe('x');
    }),
  );
});
