import type { SubjectName } from '../prompt-words.ts';

/** What tells one sitting animal from another; they all share one friendly build. */
export interface Coat {
  readonly fur: readonly [string, ...string[]];
  readonly belly: string;
  readonly ears: 'pointed' | 'round' | 'floppy' | 'long' | 'side' | 'big' | 'none';
  readonly earInside: string;
  readonly face: 'plain' | 'fox' | 'panda' | 'raccoon' | 'muzzle' | 'snout' | 'monkey' | 'frog' | 'wool';
  readonly tail: 'bushy' | 'thin' | 'ringed' | 'puff' | 'none' | 'dragon';
  readonly stripes?: boolean;
  readonly spots?: boolean;
  readonly mane?: string;
  readonly horns?: 'antlers' | 'cow' | 'unicorn' | 'dragon';
  readonly trunk?: boolean;
  readonly paws?: string;
  readonly whiskers?: boolean;
}

export const animalCoats: Readonly<Partial<Record<SubjectName, Coat>>> = {
  cat: { fur: ['#f0a04b', '#8f8a99', '#4a4150', '#f3e3cc'], belly: '#fff1df', ears: 'pointed', earInside: '#f4a7a0', face: 'muzzle', tail: 'thin', stripes: true, whiskers: true },
  dog: { fur: ['#d99a5b', '#e8c48f', '#8a5c42'], belly: '#fdf0dc', ears: 'floppy', earInside: '#a8683f', face: 'muzzle', tail: 'thin' },
  fox: { fur: ['#e8743b', '#dd6a35'], belly: '#fff3e4', ears: 'pointed', earInside: '#4a2c2a', face: 'fox', tail: 'bushy', paws: '#4a2c2e' },
  wolf: { fur: ['#8390a5', '#6f7b93'], belly: '#eef1f5', ears: 'pointed', earInside: '#565f78', face: 'fox', tail: 'bushy' },
  bear: { fur: ['#9a6844', '#7d5440'], belly: '#d8ad80', ears: 'round', earInside: '#d8a27a', face: 'muzzle', tail: 'none' },
  polarbear: { fur: ['#f7f4ee'], belly: '#ffffff', ears: 'round', earInside: '#d9cfd0', face: 'muzzle', tail: 'none' },
  panda: { fur: ['#fbf7f0'], belly: '#ffffff', ears: 'round', earInside: '#2f2a38', face: 'panda', tail: 'none', paws: '#2f2a38' },
  redpanda: { fur: ['#c8562f'], belly: '#4a2a2a', ears: 'pointed', earInside: '#fff0df', face: 'fox', tail: 'ringed', paws: '#4a2a2a' },
  rabbit: { fur: ['#f4ece2', '#d8c3ae', '#b9a6a0'], belly: '#fffaf3', ears: 'long', earInside: '#f5b3b3', face: 'muzzle', tail: 'puff', whiskers: true },
  lion: { fur: ['#eebd62'], belly: '#fbe3b0', ears: 'round', earInside: '#c98a45', face: 'muzzle', tail: 'thin', mane: '#b9652f', whiskers: true },
  tiger: { fur: ['#f0963c'], belly: '#fff3e2', ears: 'round', earInside: '#fbe0c0', face: 'muzzle', tail: 'thin', stripes: true, whiskers: true },
  raccoon: { fur: ['#8f8f9f'], belly: '#e2dfe3', ears: 'round', earInside: '#e9e4ea', face: 'raccoon', tail: 'ringed', paws: '#4a4756' },
  mouse: { fur: ['#c9a27e', '#b8b2bd'], belly: '#fff3e6', ears: 'big', earInside: '#f4b3ad', face: 'muzzle', tail: 'thin', whiskers: true },
  koala: { fur: ['#a3abb8'], belly: '#eef0f2', ears: 'big', earInside: '#e6dfe6', face: 'plain', tail: 'none' },
  pig: { fur: ['#f5aeb4'], belly: '#fbcfd0', ears: 'floppy', earInside: '#e98d9a', face: 'snout', tail: 'none' },
  cow: { fur: ['#faf5ee'], belly: '#ffffff', ears: 'side', earInside: '#f3b5ae', face: 'snout', tail: 'thin', spots: true, horns: 'cow' },
  frog: { fur: ['#7cc45e'], belly: '#e6f2b8', ears: 'none', earInside: '#7cc45e', face: 'frog', tail: 'none' },
  deer: { fur: ['#c98a56'], belly: '#fbe9cf', ears: 'side', earInside: '#f2c9a8', face: 'muzzle', tail: 'puff', horns: 'antlers', spots: true },
  monkey: { fur: ['#8a5a40'], belly: '#eec9a0', ears: 'side', earInside: '#eec9a0', face: 'monkey', tail: 'thin' },
  sheep: { fur: ['#faf6ee'], belly: '#ffffff', ears: 'side', earInside: '#e9c3b0', face: 'wool', tail: 'none', paws: '#5a4a4c' },
  capybara: { fur: ['#b07d54'], belly: '#d3a878', ears: 'round', earInside: '#7d5339', face: 'muzzle', tail: 'none' },
  elephant: { fur: ['#9fa9bf'], belly: '#c2cada', ears: 'big', earInside: '#e5b6bd', face: 'plain', tail: 'thin', trunk: true },
  dragon: { fur: ['#5fb98a', '#7f8fd6', '#e0707a'], belly: '#fbe7b0', ears: 'side', earInside: '#f6c982', face: 'muzzle', tail: 'dragon', horns: 'dragon' },
  unicorn: { fur: ['#fdf6fa', '#f0d7b5'], belly: '#ffffff', ears: 'pointed', earInside: '#f7bccb', face: 'muzzle', tail: 'bushy', mane: '#c58fe0', horns: 'unicorn' },
};
