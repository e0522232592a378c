import type { ReactNode } from 'react';
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
