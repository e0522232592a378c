import type { ReactNode } from 'react';
import { Chip, type Mood } from '../ui/chip.tsx';
import type { IconName } from '../ui/icons.tsx';
import { sayValue } from '../words/say.ts';

const looks: Readonly<Record<string, readonly [Mood, IconName]>> = {
  live: ['good', 'done'],
  disabled: ['odd', 'pause'],
  expired: ['plain', 'bad'],
  revoked: ['plain', 'bad'],
};

/** Whether a key works. */
export function KeyState({ state }: { readonly state: string }): ReactNode {
  const [mood, icon] = looks[state] ?? ['plain', 'unknown'];
  return (
    <Chip mood={mood} icon={icon}>
      {sayValue('keys.state', state)}
    </Chip>
  );
}
