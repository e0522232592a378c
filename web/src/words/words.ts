import type { auditWords } from './audit-words.ts';
import type { keyWords } from './key-words.ts';
import type { loginWords } from './login-words.ts';
import type { modelWords } from './model-words.ts';
import type { orderWords } from './order-words.ts';
import type { projectWords } from './project-words.ts';
import type { settingWords } from './setting-words.ts';
import type { setupWords } from './setup-words.ts';
import type { studioWords } from './studio-words.ts';
import type { upstreamWords } from './upstream-words.ts';
import type { usageWords } from './usage-words.ts';

/**
 * The words that every page says, by key; others come with the pages that say them, and all are one catalogue. A sentence
 * stands in it whole; `{name}` is filled in. Keys ending in `.one` and `.other` are chosen by number.
 */
export const words = {
  'app.name': 'Plantain',
  'app.skip': 'Skip to content',
  'app.navigation': 'Main',
  'app.fold': 'Fold the menu',
  'app.unfold': 'Unfold the menu',
  'app.search': 'Search',
  'app.account': 'Account',
  'app.loading': 'Loading…',
  'app.retry': 'Try again',
  'app.close': 'Close',
  'app.more': 'Show more',
  'app.none': '–',
  'app.model': '{name} ({id})',
  'filter.any': 'Any',
  'app.copied': 'Copied',
  'app.copy': 'Copy',
  'app.copyByHand': 'Selected: press Ctrl C',
  'app.notFound': 'There is no such page.',
  'app.toOrders': 'Go to the orders',
  'bar.sandbox': 'Drawings only: no upstream is set, so the sandbox draws. Nothing is charged.',
  'bar.sandbox.act': 'How to draw real pictures',
  'bar.insecure': 'This connection is plain HTTP: what you see and type can be read on its way.',
  'bar.viewer': 'You are a viewer: you can look, and change nothing.',
  'bar.offline': 'The server does not answer. The page tries again by itself.',
  'theme.title': 'Colours',
  'theme.system': 'As the system',
  'theme.light': 'Light',
  'theme.dark': 'Dark',
  'role.admin': 'Admin',
  'role.viewer': 'Viewer',
  'account.until': 'Signed in until {time} at the latest',
  'account.signOut': 'Sign out',
  'error.title': 'This did not work',
  'error.network': 'The server could not be reached.',
  'error.internal': 'Something went wrong inside the server. Its log has the reason, under request {id}.',
  'error.page': 'This page ran into a fault of its own.',
  'palette.title': 'Go to',
  'palette.label': 'Page, upstream, model or order id',
  'palette.label.admin': 'Page, key, project, upstream, model or order id',
  'palette.hint': 'Type a name, or paste an order id',
  'palette.none': 'Nothing of that name.',
  'palette.order': 'Order {id}',
  'palette.key': 'Key {name}, of {project}',
  'palette.project': 'Project {name}',
  'palette.upstream': 'Upstream {name}',
  'palette.model': 'Model {name}',
  'place.gallery': 'Gallery',
  'place.studio': 'Studio',
  'place.orders': 'Orders',
  'place.usage': 'Usage',
  'place.keys': 'Keys',
  'place.projects': 'Projects',
  'place.upstreams': 'Upstreams',
  'place.models': 'Models',
  'place.settings': 'Settings',
  'place.audit': 'Audit',
  'app.cancel': 'Cancel',
  'app.save': 'Save',
  'app.next': 'Go on',
  'reason.hint': 'One line, for those who ask later.',
  'app.never': 'never',
} as const;

type Catalogue = typeof words &
  typeof auditWords &
  typeof keyWords &
  typeof loginWords &
  typeof modelWords &
  typeof orderWords &
  typeof projectWords &
  typeof settingWords &
  typeof setupWords &
  typeof studioWords &
  typeof upstreamWords &
  typeof usageWords;

export type WordKey = keyof Catalogue;
