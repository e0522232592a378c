import { describe, expect, test } from 'vitest';
import { arabicWords } from './languages/arabic.ts';
import { eastAsianWords } from './languages/east-asian.ts';
import { germanWords } from './languages/german.ts';
import { russianStems } from './languages/russian.ts';
import { readMotif } from './prompt-motif.ts';
import { subjectWords } from './prompt-words.ts';
import { randomFrom } from './random.ts';

const read = (prompt: string) => readMotif(prompt, randomFrom('test'));

describe.each([
  ['German', germanWords],
  ['Russian', russianStems],
  ['Arabic', arabicWords],
  ['Japanese', eastAsianWords],
] as const)('%s', (language, table) => {
  test('has a word for everything that the sandbox can draw', () => {
    const known = new Set(Object.keys(table));
    // A red panda and a polar bear are two words in some languages, and a unicorn is drawn as a horse.
    const missing = Object.entries(subjectWords)
      .filter(
        ([name, words]) =>
          name !== 'redpanda' && name !== 'polarbear' && !words.split(' ').some((word) => known.has(word)),
      )
      .map(([name]) => name);
    expect(missing).toEqual([]);
  });

  test('each of its nouns is drawn as the English one it stands for', () => {
    const subjects = new Set(Object.values(subjectWords).flatMap((words) => words.split(' ')));
    const frame = language === 'German' ? (word: string) => `ein Bild mit ${word}` : (word: string) => word;
    const strays = Object.entries(table)
      .filter(([english]) => subjects.has(english))
      .flatMap(([english, words]) =>
        words.split(' ').map((word) => [english, word.replace('=', '')] as const),
      )
      .filter(([english, word]) => read(frame(word)).subject !== read(english).subject);
    expect(strays).toEqual([]);
  });
});

test.each([
  [
    'Ein kleiner Fuchs im verschneiten Wald',
    { subject: 'fox', setting: 'forest', season: 'winter', young: true },
  ],
  ['Ein Seeotter mit Hut im Meer', { subject: 'otter', setting: 'sea', accessories: ['hat'] }],
  ['Ein Waldfuchs', { subject: 'fox', setting: 'forest' }],
  ['Schneelandschaft mit Häusern', { subject: 'house', season: 'winter' }],
  ['Ein Boot auf dem See', { subject: 'boat', setting: 'sea' }],
  ['Две кошки на пляже', { subject: 'cat', setting: 'beach', count: 2 }],
  [
    'рыжая лиса в зимнем лесу',
    { subject: 'fox', setting: 'forest', season: 'winter', subjectColour: '#d8433b' },
  ],
  ['Воздушный шар над горами', { subject: 'balloon', setting: 'mountains' }],
  ['قطة صغيرة في الحديقة', { subject: 'cat', setting: 'garden', young: true }],
  ['الثَّعْلَبُ في الغابة', { subject: 'fox', setting: 'forest' }],
  ['سمكة تحت الماء', { subject: 'fish', setting: 'underwater' }],
  ['منارة عند الغروب', { subject: 'lighthouse', light: 'sunset' }],
  ['かわいい猫と海', { subject: 'cat', setting: 'sea', young: true }],
  ['雪の中の狐', { subject: 'fox', season: 'winter' }],
  ['宇宙飛行士', { subject: 'astronaut' }],
  ['一只可爱的水獭在海里', { subject: 'otter', setting: 'sea' }],
])('«%s» is read for what it shows', (prompt, expected) => {
  expect(read(prompt)).toMatchObject(expected);
});

test.each([
  'a boot on the strand',
  'see the tee',
  'the potter and the trotter',
  'a guitar riff',
  'который час',
  'левый берег',
])('«%s» has no word that only looks like a foreign noun', (prompt) => {
  expect(read(prompt).subject).toBeNull();
});
