import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMotif } from './prompt-motif.ts';
import { randomFrom } from './random.ts';

const read = (prompt: string) => readMotif(prompt, randomFrom('test'));

test.each([
  ['A cute baby sea otter', { subject: 'otter', setting: 'sea' }],
  [
    'A red fox in a snowy forest',
    { subject: 'fox', setting: 'forest', season: 'winter', subjectColour: '#d8433b' },
  ],
  ['a girl with a cat', { subject: 'cat' }],
  ['portrait of a woman', { subject: 'person', setting: 'studio' }],
  ['a red panda', { subject: 'redpanda', subjectColour: null }],
  ['an otter at golden hour', { light: 'sunset', backdropColour: null }],
  ['strawberry ice cream on a blue background', { subject: 'icecream', backdropColour: '#3b76d0' }],
  ['goldfish in the sea', { subject: 'fish', setting: 'underwater' }],
  ['plantains', { subject: 'banana', setting: 'studio' }],
  ['Tokyo skyline at night in the rain', { subject: null, setting: 'city', light: 'night', weather: 'rain' }],
  ['a cat wearing a wizard hat', { accessories: ['wizard'] }],
  ['一只水獭', { subject: 'otter' }],
  ['justice', { subject: null, setting: 'abstract' }],
])('«%s» is read for what it shows', (prompt, expected) => {
  expect(read(prompt)).toMatchObject(expected);
});

test('words are whole: a catalogue is no cat, a scarf no car', () => {
  expect(read('the catalogue of scarfs').subject).toBeNull();
});

test('any text at all is read, always alike', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (prompt) => {
      expect(read(prompt)).toEqual(read(prompt));
    }),
  );
});
