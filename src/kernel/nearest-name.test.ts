import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestName } from './nearest-name.ts';

const known = ['aspect_ratio', 'image_size', 'size', 'n', 'output_format', 'response_format'];

test.each([
  ['aspect_ration', 'aspect_ratio'],
  ['ASPECT_RATIO', 'aspect_ratio'],
  ['imagesize', 'image_size'],
  ['sizes', 'size'],
  ['outputformat', 'output_format'],
  ['respone_format', 'response_format'],
])('%s is meant as %s', (name, meant) => {
  expect(nearestName(name, known)).toBe(meant);
});

test.each(['seed', 'temperature', 'xyz', 'guidance_scale'])('%s resembles none of them', (name) => {
  expect(nearestName(name, known)).toBeUndefined();
});

test('a known name is its own nearest, and no names at all suggest nothing', () => {
  for (const name of known) expect(nearestName(name, known)).toBe(name);
  expect(nearestName('size', [])).toBeUndefined();
});

test('the suggestion is always one of the known names, for any text, however long', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 5000 }), fc.array(fc.string({ maxLength: 40 })), (name, names) => {
      const near = nearestName(name, names);
      expect(near === undefined || names.includes(near)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('one slip in a name of three letters or more is forgiven', () => {
  fc.assert(
    fc.property(fc.constantFrom('aspect_ratio', 'image_size', 'size'), fc.nat(), (name, position) => {
      const at = position % name.length;
      expect(nearestName(name.slice(0, at) + name.slice(at + 1), known)).toBe(name);
    }),
  );
});
