import { expect, test } from 'vitest';
import { breakLines } from './lettering.ts';
import { undrawnNotice } from './notices.ts';
import { readMotif } from './prompt-motif.ts';
import { quotedWords } from './quoted-words.ts';
import { randomFrom } from './random.ts';

test.each([
  ['a sign that says "OPEN 24 HOURS"', ['OPEN 24 HOURS']],
  ['ein Schild „Bäckerei“ und «Кафе»', ['Bäckerei', 'Кафе']],
  ['a poster with “Hi” and ‘there’', ['Hi', 'there']],
  ['看板に「営業中」と書いて', ['営業中']],
  ["a dog's life, and the cats' house", []],
  ["the words 'it's fine' on a wall", []],
  ['no quotes, an empty one "" and one of blanks "  "', []],
])('%s', (prompt, words) => {
  expect(quotedWords(prompt)).toEqual(words);
});

test('what is to be lettered is not to be drawn', () => {
  const read = (prompt: string) => readMotif(prompt, randomFrom('test')).subject;
  expect(read('a dog with a sign that says "CAKES"')).toBe('dog');
  expect(read('a sign that says "CAKES"')).toBeNull();
});

test('lines are broken between words, all of them kept, at most four', () => {
  const lines = breakLines('one two three four five six seven eight nine ten', (line) => line.length, 6);
  expect(lines.join(' ')).toBe('one two three four five six seven eight nine ten');
  expect(lines.length).toBeLessThanOrEqual(4);
});

test.each([
  ['a fox', ''],
  ['dusk', ''],
  ['a sign with "HELLO"', ''],
  ['quarterly synergy', 'No motif in these words that the sandbox can draw.'],
  ['something blue', 'No motif in these words that the sandbox can draw.'],
  ['看板に「営業中」と書いて', 'The quoted words are in a script that the sandbox has no letters for.'],
])('the picture of «%s» says of itself «%s»', (prompt, notice) => {
  expect(undrawnNotice(readMotif(prompt, randomFrom('test')), undefined)).toBe(notice);
});
