import type { SubjectName } from './prompt-words.ts';
import type { Random } from './random.ts';

/** The places the sandbox can draw. */
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

/** Those that live under the surface. */
export const waterAnimals = new Set<SubjectName>(['fish', 'octopus', 'jellyfish', 'turtle']);

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

/** Where a subject is at home, when the prompt does not say where it is. */
export function homeOf(subject: SubjectName, random: Random): SettingName {
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
