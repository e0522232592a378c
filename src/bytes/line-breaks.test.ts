import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dropLineBreaks, isLineBreak } from './line-breaks.ts';

test('tabs and line breaks are taken out, whatever stands around them, and blanks are not', () => {
  const byte = fc.constantFrom(0x00, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x20, 0x41, 0xff);
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 40 }), (bytes) => {
      const kept = bytes.filter((one) => ![0x09, 0x0a, 0x0d].includes(one));
      expect([...dropLineBreaks(Buffer.from(bytes))]).toEqual(kept);
      expect(bytes.filter((one) => !isLineBreak(one))).toEqual(kept);
    }),
  );
});
