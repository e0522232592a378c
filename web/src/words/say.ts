import { type WordKey, words } from './words.ts';

/** Keys that are chosen by number, without their ending. */
export type CountedKey = {
  [Key in WordKey]: Key extends `${infer Stem}.one` ? Stem : never;
}[WordKey];

type Values = Readonly<Record<string, string | number>>;

const catalogue: Partial<Record<WordKey, string>> = { ...words };

/** Adds the words of a page that is loaded later. */
export function addWords(...more: readonly Partial<Record<WordKey, string>>[]): void {
  Object.assign(catalogue, ...more);
}

let plural: Intl.PluralRules | undefined;
/** Longer words than any translation has, to see that the layout bears them. */
const isPseudo = localStorage.getItem('plantain.pseudo') === '1';

/** What stands in the catalogue under this key, filled in. */
export function say(key: WordKey, values: Values = {}): string {
  const text = (catalogue[key] ?? key).replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    String(values[name] ?? ''),
  );
  return isPseudo ? stretched(text) : text;
}

/** The same for a number of things; `{count}` is filled in. */
export function sayCount(key: CountedKey, count: number, values: Values = {}): string {
  plural ??= new Intl.PluralRules('en');
  return say(`${key}.${plural.select(count) === 'one' ? 'one' : 'other'}`, { ...values, count });
}

/** The words for a value of a closed list, such as `status.failed`; the value itself where there are none. */
export function sayValue(group: string, value: string): string {
  const key = `${group}.${value}`;
  return key in catalogue ? say(key as WordKey) : value;
}

function stretched(text: string): string {
  return `⟦${text}${'·'.repeat(Math.ceil(text.length * 0.4))}⟧`;
}
