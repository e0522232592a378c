import type { ReactNode } from 'react';
import type { Key } from '../api/types.ts';
import { Chip, type Mood } from '../ui/chip.tsx';
import type { IconName } from '../ui/icons.tsx';
import { say, sayValue } from '../words/say.ts';

const looks: Readonly<Record<string, readonly [Mood, IconName]>> = {
  live: ['good', 'done'],
  disabled: ['odd', 'pause'],
  expired: ['plain', 'bad'],
  revoked: ['plain', 'bad'],
  archived: ['plain', 'bad'],
};

/** Whether a key works, or those of a project. */
export function KeyState({ state }: { readonly state: string }): ReactNode {
  const [mood, icon] = looks[state] ?? ['plain', 'unknown'];
  return (
    <Chip mood={mood} icon={icon}>
      {sayValue('keys.state', state)}
    </Chip>
  );
}

/** The first and last characters of the secret that is in force. */
export function currentHint({ secrets }: Pick<Key, 'secrets'>): string {
  return secrets.at(-1)?.hint ?? say('app.none');
}
