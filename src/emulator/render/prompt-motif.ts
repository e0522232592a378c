import {
  accessoryWords,
  colourWords,
  lightWords,
  seasonWords,
  settingWords,
  type SubjectName,
  subjectWords,
  weatherWords,
} from './prompt-words.ts';
import type { Random } from './random.ts';

export type SettingName =
  | 'abstract'
  | 'beach'
  | 'city'
  | 'desert'
  | 'forest'
  | 'garden'
  | 'meadow'
  | 'mountains'
  | 'sea'
  | 'space'
  | 'studio'
  | 'underwater';
export type LightName = keyof typeof lightWords;
export type SeasonName = keyof typeof seasonWords;
export type AccessoryName = keyof typeof accessoryWords;
export type WeatherName = keyof typeof weatherWords;

/** What a prompt asks to see, as far as the sandbox can draw it. */
export interface Motif {
  readonly subject: SubjectName | null;
  readonly setting: SettingName;
  readonly light: LightName;
  readonly season: SeasonName;
  readonly weather: WeatherName | null;
  readonly accessories: readonly AccessoryName[];
  /** A colour named for the subject, such as the red of «a red fox». */
  readonly subjectColour: string | null;
  /** A colour named for what surrounds it, such as the yellow of «on a yellow background». */
  readonly backdropColour: string | null;
  /** How many of the subject the prompt asks for, 1–3. */
  readonly count: 1 | 2 | 3;
  readonly young: boolean;
  /** What the prompt says of a person. */
  readonly person: { readonly hair: 'long' | 'short' | 'any'; readonly elder: boolean };
}

/** Longer prompts are cut here: the first pages say what the picture shows, and reading stays quick. */
const READ_CHARACTERS = 8_000;

function finder<Name extends string>(table: Readonly<Record<Name, string>>): ReadonlyMap<string, Name> {
  const found = new Map<string, Name>();
  for (const [name, words] of Object.entries(table) as [Name, string][]) {
    for (const word of words.split(' ')) if (!found.has(word)) found.set(word, name);
  }
  return found;
}

const subjects = finder(subjectWords);
const settings = finder(settingWords);
const lights = finder(lightWords);
const seasons = finder(seasonWords);
const accessories = finder(accessoryWords);
const weathers = finder(weatherWords);
const ideographs = [...subjects.keys(), ...settings.keys()].filter((word) => /[^\u0000-\u024f]/.test(word));

const longHaired = /^(woman|women|girl|girls|lady|queen|princess|grandmother|grandma|mother|she|her)$/;
const shortHaired = /^(man|men|boy|boys|king|prince|grandfather|grandpa|father|he|his)$/;
const backdropNouns = /^(background|backdrop|sky|sea|ocean|water|wall|field|light)$/;
const waterAnimals = new Set<SubjectName>(['fish', 'octopus', 'jellyfish', 'turtle']);
const eaten = new Set<SubjectName>([
  'banana',
  'apple',
  'orange',
  'lemon',
  'strawberry',
  'avocado',
  'fruit',
  'cup',
  'cake',
  'noodles',
  'pizza',
  'icecream',
  'burger',
  'plant',
  'heart',
]);

function wordsOf(prompt: string): readonly string[] {
  const text = prompt
    .slice(0, READ_CHARACTERS)
    .toLowerCase()
    .replaceAll('polar bear', 'polarbear')
    .replaceAll('red panda', 'redpanda')
    .replaceAll('ice cream', 'icecream')
    .replaceAll('milky way', 'milkyway')
    .replaceAll('hot air balloon', 'balloon');
  const latin = text.match(/[\p{Script=Latin}]+/gu) ?? [];
  return [...latin, ...ideographs.filter((word) => text.includes(word))];
}

/** The first subject named, but a person only when nothing else is: «a girl with a cat» is a better cat. */
function findSubject(words: readonly string[]): { subject: SubjectName | null; at: number } {
  let fallback: { subject: SubjectName | null; at: number } = { subject: null, at: -1 };
  for (const [at, word] of words.entries()) {
    const subject = subjects.get(word);
    if (subject === undefined) continue;
    if (subject !== 'person' && subject !== 'heart' && word !== 'food' && word !== 'birthday')
      return { subject, at };
    if (fallback.subject === null) fallback = { subject, at };
  }
  return fallback;
}

function homeOf(subject: SubjectName | null, random: Random): SettingName {
  if (subject === null) return 'abstract';
  if (waterAnimals.has(subject)) return 'underwater';
  if (eaten.has(subject) || subject === 'person' || subject === 'robot') return 'studio';
  switch (subject) {
    case 'otter':
    case 'whale':
    case 'boat':
    case 'duck':
      return 'sea';
    case 'crab':
      return 'beach';
    case 'rocket':
    case 'astronaut':
      return 'space';
    case 'cactus':
      return 'desert';
    case 'mushroom':
    case 'owl':
    case 'deer':
    case 'redpanda':
      return 'forest';
    case 'butterfly':
    case 'bee':
      return 'garden';
    case 'castle':
    case 'balloon':
    case 'train':
    case 'wolf':
      return 'mountains';
    case 'lighthouse':
      return 'beach';
    case 'car':
      return random.pick(['mountains', 'city']);
    case 'fox':
    case 'bear':
    case 'raccoon':
      return random.pick(['forest', 'meadow']);
    default:
      return 'meadow';
  }
}

function namedColours(
  words: readonly string[],
  subjectAt: number,
): Pick<Motif, 'subjectColour' | 'backdropColour'> {
  let subjectColour: string | null = null;
  let backdropColour: string | null = null;
  for (const [at, word] of words.entries()) {
    const colour = colourWords[word];
    if (colour === undefined) continue;
    const following = words[at + 1] ?? '';
    if (backdropNouns.test(following)) backdropColour ??= colour;
    else if (following === 'panda' || (word === 'golden' && (following === 'retriever' || following === 'hour'))) continue;
    else if (subjectAt >= 0 && at < subjectAt && subjectAt - at <= 3) subjectColour ??= colour;
    else backdropColour ??= colour;
  }
  return { subjectColour, backdropColour };
}

/** Reads a prompt for what can be drawn. Never fails: words it does not know lead to an abstract picture. */
export function readMotif(prompt: string, random: Random): Motif {
  const words = wordsOf(prompt);
  const first = <Name>(table: ReadonlyMap<string, Name>): Name | undefined =>
    words.map((word) => table.get(word)).find((name) => name !== undefined);
  const { subject, at } = findSubject(words);
  const settingNames = words.map((word) => settings.get(word)).filter((name) => name !== undefined);
  const named = settingNames.find((name) => name !== 'night' && name !== 'studio') ?? settingNames[0];
  const usual = homeOf(subject, random.fork('home'));
  const season = first(seasons) ?? random.fork('season').pick(['spring', 'summer', 'summer']);
  const bareSky = named === 'night' || (usual === 'abstract' && first(lights) !== undefined);
  const setting =
    named !== undefined && named !== 'night' ? named : bareSky && subject === null ? 'mountains' : usual;
  const light =
    first(lights) ??
    (named === 'night' ? 'night' : random.fork('light').pick(['day', 'day', 'day', 'dawn', 'sunset']));
  return {
    subject,
    setting:
      setting === 'abstract' && first(seasons) !== undefined
        ? season === 'autumn'
          ? 'forest'
          : 'meadow'
        : setting,
    light,
    season,
    weather: first(weathers) ?? null,
    accessories: [
      ...new Set(words.map((word) => accessories.get(word)).filter((name) => name !== undefined)),
    ].slice(0, 2),
    ...namedColours(words, at),
    count:
      words.includes('three') || words.includes('family') || words.includes('group')
        ? 3
        : words.some((word) => word === 'two' || word === 'pair' || word === 'couple' || word === 'friends')
          ? 2
          : 1,
    person: {
      hair: words.some((word) => longHaired.test(word)) ? 'long' : words.some((word) => shortHaired.test(word)) ? 'short' : 'any',
      elder: words.some((word) => /^(old|elderly|grandmother|grandma|grandfather|grandpa|senior)$/.test(word)),
    },
    young: words.some((word) => /^(baby|little|tiny|small|cute|kitten|puppy|pup|young)$/.test(word)),
  };
}
