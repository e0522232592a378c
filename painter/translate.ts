import { arabicWords } from './languages/arabic.ts';
import { eastAsianWords } from './languages/east-asian.ts';
import { falseFriends, germanWords, plainlyGerman } from './languages/german.ts';
import { russianEnding, russianStems } from './languages/russian.ts';

type Dictionary = ReadonlyMap<string, string>;

/** By foreign word instead of by English one. The first meaning of a word counts. */
function dictionaryOf(table: Readonly<Record<string, string>>): Dictionary {
  const dictionary = new Map<string, string>();
  for (const [english, words] of Object.entries(table)) {
    for (const word of words.split(' ')) if (!dictionary.has(word)) dictionary.set(word, english);
  }
  return dictionary;
}

const german = dictionaryOf(germanWords);
const russian = dictionaryOf(russianStems);
const arabic = dictionaryOf(arabicWords);
const eastAsian = dictionaryOf(eastAsianWords);
const longestEastAsian = Math.max(...[...eastAsian.keys()].map((word) => word.length));

/** Words of two words that mean another thing than either. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/polar bear|белый медведь|белого медведя|الدب القطبي|دب قطبي/g, 'polarbear'],
  [/red panda|красная панда|красную панду/g, 'redpanda'],
  [/ice cream/g, 'icecream'],
  [/milky way/g, 'milkyway'],
  [/hot air balloon|воздушный шар|воздушного шара/g, 'balloon'],
  [/ثعلب (?:ال)?ماء|كلب (?:ال)?ماء/g, 'otter'],
  [/تحت (?:ال)?ماء|под водой|unter wasser/g, 'underwater'],
  [/قنديل (?:ال)?بحر/g, 'jellyfish'],
  [/night sky/g, 'night stars'],
];

const runs =
  /\p{Script=Latin}+|\p{Script=Cyrillic}+|\p{Script=Arabic}+|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー0-9]+/gu;

/** The words of a text in lower case and in their order, those of other languages by the English word they mean. */
export function englishWords(text: string): readonly string[] {
  let level = levelled(text);
  for (const [phrase, word] of phrases) level = level.replaceAll(phrase, word);
  const isGerman = plainlyGerman.test(level);
  return (level.match(runs) ?? []).flatMap((run) => {
    if (/^\p{Script=Latin}/u.test(run)) return fromGerman(run, isGerman) ?? [run];
    if (/^\p{Script=Cyrillic}/u.test(run)) return fromRussian(run) ?? [];
    return /^\p{Script=Arabic}/u.test(run) ? (fromArabic(run) ?? []) : fromEastAsian(run);
  });
}

/** One spelling for what is one letter to a reader. */
function levelled(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\u064b-\u065f\u0670\u0640]/g, '')
    .replaceAll(/[\u0622\u0623\u0625]/g, '\u0627')
    .replaceAll('\u0629', '\u0647')
    .replaceAll('\u0649', '\u064a');
}

/** With the endings of adjectives and, in a German text, by the last part of a compound, which says what it is. */
function fromGerman(word: string, isGerman: boolean): readonly string[] | undefined {
  const whole = isGerman || !falseFriends.has(word) ? german.get(word) : undefined;
  if (whole !== undefined) return [whole];
  if (!isGerman) return undefined;
  const inflected = german.get(word.replace(/(?:e[nrsm]?|s|n)$/, ''));
  if (inflected !== undefined) return [inflected];
  for (let start = 3; start <= word.length - 4; start += 1) {
    const last = word.slice(start);
    const main = german.get(last) ?? german.get(last.replace(/(?:e?[ns]|e)$/, ''));
    if (main === undefined) continue;
    const first =
      german.get(word.slice(0, start)) ?? german.get(word.slice(0, start).replace(/(?:e?[ns])$/, ''));
    return first === undefined ? [main] : [first, main];
  }
  return undefined;
}

function fromRussian(word: string): readonly string[] | undefined {
  const whole = russian.get(`=${word}`);
  if (whole !== undefined) return [whole];
  for (let length = word.length; length >= 2; length -= 1) {
    const found = russian.get(word.slice(0, length));
    if (found !== undefined && russianEnding.test(word.slice(length))) return [found];
  }
  return undefined;
}

/** Without the article and the little words that Arabic writes as one with the next. */
function fromArabic(word: string): readonly string[] | undefined {
  for (const bare of [
    word,
    word.replace(/^ال/, ''),
    word.replace(/^[وف]?(?:[بك]?ال|لل|[وفبكل])/, ''),
    word.replace(/^[وف]?[بكل](?:ال)?/, ''),
  ]) {
    const found = arabic.get(bare) ?? arabic.get(bare.replace(/(?:ات|ان|ين|تان|تين)$/, ''));
    if (found !== undefined) return [found];
  }
  return undefined;
}

function fromEastAsian(run: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < run.length; ) {
    let length = Math.min(longestEastAsian, run.length - at);
    while (length > 0 && !eastAsian.has(run.slice(at, at + length))) length -= 1;
    const english = eastAsian.get(run.slice(at, at + length));
    if (english !== undefined) found.push(english);
    at += Math.max(1, length);
  }
  return found;
}
