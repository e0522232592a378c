import type { ReactNode } from 'react';
import { sayValue } from '../words/say.ts';
import { Icon, type IconName } from './icons.tsx';

export type Mood = 'good' | 'bad' | 'odd' | 'busy' | 'plain';

/** A state in a word and a shape: never in a colour alone. */
export function Chip({
  mood,
  icon,
  children,
}: {
  readonly mood: Mood;
  readonly icon?: IconName;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <span className={`chip ${mood}`}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </span>
  );
}

const statusLooks: Readonly<Record<string, readonly [Mood, IconName]>> = {
  open: ['busy', 'busy'],
  succeeded: ['good', 'done'],
  partial: ['odd', 'part'],
  refused: ['odd', 'odd'],
  failed: ['bad', 'bad'],
  canceled: ['plain', 'bad'],
  unknown: ['odd', 'unknown'],
};

/** What became of an order. */
export function StatusChip({ status }: { readonly status: string }): ReactNode {
  const [mood, icon] = statusLooks[status] ?? ['plain', 'unknown'];
  return (
    <Chip mood={mood} icon={icon}>
      {sayValue('status', status)}
    </Chip>
  );
}
