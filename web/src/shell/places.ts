import type { IconName } from '../ui/icons.tsx';
import type { WordKey } from '../words/words.ts';

/** The pages of the menu, in its order. A page that needs an admin is not shown to viewers. */
export const places = [
  { to: '/studio', icon: 'studio', word: 'place.studio', isForAdmins: true },
  { to: '/gallery', icon: 'gallery', word: 'place.gallery', isForAdmins: true },
  { to: '/orders', icon: 'orders', word: 'place.orders', isForAdmins: false },
  { to: '/usage', icon: 'usage', word: 'place.usage', isForAdmins: false },
  { to: '/keys', icon: 'keys', word: 'place.keys', isForAdmins: true },
  { to: '/projects', icon: 'projects', word: 'place.projects', isForAdmins: true },
  { to: '/upstreams', icon: 'upstreams', word: 'place.upstreams', isForAdmins: false },
  { to: '/models', icon: 'models', word: 'place.models', isForAdmins: false },
  { to: '/audit', icon: 'audit', word: 'place.audit', isForAdmins: true },
  { to: '/settings', icon: 'settings', word: 'place.settings', isForAdmins: true },
] as const satisfies readonly {
  readonly to: string;
  readonly icon: IconName;
  readonly word: WordKey;
  readonly isForAdmins: boolean;
}[];

export type Place = (typeof places)[number];
