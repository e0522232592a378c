import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Base64Text, type JsonValue } from './json-value.ts';
import { writeJson } from './json-writer.ts';

const write = (value: JsonValue, layout: 'pretty' | 'frame' | 'compact', escapeBase64 = false): string =>
  Buffer.concat(writeJson(value, { layout, escapeBase64 })).toString('utf8');

test('every layout says the same as the document it was given', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('pretty', 'frame', 'compact'), (value, layout) => {
      expect(JSON.parse(write(value as JsonValue, layout as 'pretty'))).toEqual(
        JSON.parse(JSON.stringify(value)),
      );
    }),
  );
});

test('pretty is two-space indentation with a final newline', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(write(value as JsonValue, 'pretty')).toBe(
        `${JSON.stringify(JSON.parse(JSON.stringify(value)), null, 2)}\n`,
      );
    }),
  );
});

test('a frame has a space after each colon and none after a comma', () => {
  expect(write({ a: [{ b: 1, c: 'x: y, z' }], d: {}, e: [] }, 'frame')).toBe(
    '{"a": [{"b": 1,"c": "x: y, z"}],"d": {},"e": []}',
  );
});

test('undefined fields are left out and null ones are kept', () => {
  expect(write({ a: undefined, b: null }, 'compact')).toBe('{"b":null}');
});

test('encoding piece by piece equals encoding at once, and escaped base64 decodes to the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 200_000 }), (bytes, zeros) => {
      const input = Buffer.concat([bytes, Buffer.alloc(zeros, 0xff)]);
      const encoded = Base64Text.encode(input);
      expect(encoded.ascii.toString('latin1')).toBe(input.toString('base64'));
      const read = JSON.parse(write({ data: encoded }, 'pretty', true)) as { data: string };
      expect(read.data).toBe(input.toString('base64'));
    }),
    { numRuns: 40 },
  );
});

test('escaped base64 really spells the padding and slashes as escapes', () => {
  const text = write({ data: new Base64Text(Buffer.from('ab/+c=')) }, 'compact', true);
  expect(text).toBe('{"data":"ab\\/+c\\u003d"}');
});
